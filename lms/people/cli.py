"""``lms people`` and ``lms users``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.access.permissions import PARTNER_ROLES, UNIT_ROLES, Role
from lms.core import clock, sheets
from lms.core.command import fail, needs_app
from lms.core.db import database
from lms.core.errors import NotFound, Refused
from lms.people import accounts, forgetting_actions, import_actions, import_messages, queries
from lms.people.import_actions import Checked
from lms.people.import_files import today
from lms.people.models import Account, Partner, Unit
from lms.people.roster import TableTooLong

SHOWN = 50  # lines of a list


@click.group()
def people() -> None:
    """Units and officials."""


@people.command("import", epilog="Example:  lms people import roster.xlsx --dry-run --errors faults.csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and say what would be done; change nothing.")
@click.option("--errors", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write every fault to this CSV file; its first column is row.")
@click.option("--complete", metavar="UNIT", default="", help="FILE is the whole roster of UNIT: deactivate its people who are not in it.")
@needs_app
def import_file(file: Path, dry_run: bool, errors: Path | None, complete: str) -> None:
    """Import units or a roster from FILE (CSV or XLSX): everything or nothing.

    What FILE holds is known by its headings. Exit code 0: imported (or could be, with --dry-run); 1: nothing imported.
    """
    checked = _check(file, complete)
    if errors:
        errors.write_bytes(sheets.write_csv(import_messages.error_table(checked.faults), mark=False))
    if checked.faults:
        line = _("%(file)s: nothing was imported; faulty rows: %(n)d", file=file.name, n=checked.reading.faulty_rows)
        fail(line, [import_messages.fault_line(fault) for fault in checked.faults])
    _show(file, checked, dry_run)
    if dry_run:
        return
    if complete and sys.stdin.isatty():
        click.confirm(_("Do it?"), abort=True)
    with database().writing() as session:
        import_actions.apply_plan(session, actor=operator(), checked=checked, filename=file.name, now=clock.now())
    click.echo(_("Imported."))


def _check(file: Path, complete: str) -> Checked:
    with database().reading() as session:
        if complete and session.scalar(select(Unit.id).where(Unit.code == complete)) is None:
            raise click.BadParameter(_("there is no unit %(code)s", code=complete), param_hint="--complete")
        try:
            rows = sheets.iter_table(file, file.name)
            return import_actions.check_table(session, actor=operator(), rows=rows, today=today(clock.now()), complete=complete)
        except sheets.UnreadableTable as error:
            raise Refused(f"{file.name}: {import_messages.refusal(error.reason)}") from error
        except TableTooLong as error:
            raise Refused(f"{file.name}: {import_messages.refusal('too_long')}") from error


def _show(file: Path, checked: Checked, dry_run: bool) -> None:
    """The preview: how many of each kind, then each change to somebody who is there already."""
    counts = import_messages.counts_line(checked.plan.counts())
    heading = _("%(file)s, would be done: %(counts)s") if dry_run else _("%(file)s: %(counts)s")
    click.echo(heading % {"file": file.name, "counts": counts})
    _list([import_messages.change_line(line) for line in checked.plan.lines() if line["kinds"] != ["created"]])
    if checked.reading.heading.unknown:
        click.echo(_("Columns that were left out: %(names)s", names=", ".join(checked.reading.heading.unknown)))


def _list(lines: Sequence[str]) -> None:
    for line in lines[:SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > SHOWN:
        click.echo("  …")


@people.command(epilog="Example:  lms people forget --left-by 2023-08-31 --apply")
@click.option("--left-by", type=click.DateTime(["%Y-%m-%d"]), help="Of those who left by this day; three years ago unless said, and never later.")
@click.option("--apply", "applied", is_flag=True, help="Do it. It cannot be taken back; without it the command only names whom it would reach.")
@needs_app
def forget(left_by: datetime | None, applied: bool) -> None:
    """Take away who somebody was, three years after they left: name, number, account, what they wrote, files and certificates.

    Answers, judged levels and counts stay for the statistics of questions and courses, as nobody's. The audit log stays as it is.
    """
    now = clock.now()
    day = left_by.date() if left_by else forgetting_actions.latest(today(now))
    with database().writing() if applied else database().reading() as session:
        found = forgetting_actions.due(session, left_by=day, now=now)
        lines = [_("%(staff_no)s, left on %(day)s", staff_no=one.staff_no, day=today(one.deactivated_at)) for one in found]
        if applied and found:
            forgetting_actions.forget(session, actor=operator(), people=found, now=now)
    _list(lines)
    if applied:
        click.echo(_("Forgotten: %(n)d", n=len(lines)))
    else:
        click.echo(_("Would be forgotten: %(n)d. Nothing was changed; --apply does it.", n=len(lines)))


@click.group()
def users() -> None:
    """Accounts and their roles."""


@users.command("add", epilog="Example:  lms users add --login li.na --name 李娜 --role hr --scope 513399")
@click.option("--login", required=True, help="The login; an official's is the staff number.")
@click.option("--name", default="", help="The person's name, for a new account; the login if left out.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.OFFICIAL]))
@click.option("--scope", metavar="UNIT|PARTNER", default="", help="A unit's code for unit_head and hr, a partner's for author and reviewer.")
@needs_app
def add(login: str, name: str, role: str, scope: str) -> None:
    """Grant one role, to a new account if there is none; print a one-time code while there is no password."""
    chosen, now = Role(role), clock.now()
    with database().writing() as session:
        unit, partner = _scope(session, chosen, scope)
        account = session.scalar(select(Account).where(Account.login == login))
        account = account or accounts.add_account(session, actor=operator(), login=login, name=name or login, now=now)
        accounts.grant_role(session, actor=operator(), account=account, role=chosen, now=now, unit=unit, partner=partner)
        code = None if account.password_hash else accounts.issue_code(session, actor=operator(), account=account, now=now)
    click.echo(_("%(login)s has the role %(role)s.", login=login, role=role))
    if code:
        click.echo(_("One-time code (until %(day)s): %(code)s", day=f"{code.expires_at:%Y-%m-%d}", code=code.code))


def _scope(session: Session, role: Role, code: str) -> tuple[Unit | None, Partner | None]:
    """What ``code`` names for ``role``; nothing for a role without a scope."""
    if bool(code) != (role in UNIT_ROLES or role in PARTNER_ROLES):
        raise click.UsageError(_("The role %(role)s needs --scope.", role=role) if not code else _("The role %(role)s has no --scope.", role=role))
    if not code:
        return None, None
    try:
        if role in UNIT_ROLES:
            return queries.unit_by_code(session, code), None
        return None, queries.partner_by_code(session, code)
    except NotFound:
        raise click.BadParameter(_("there is no %(code)s", code=code), param_hint="--scope") from None
