"""Asking for reports, deleting them, and keeping schedules."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core.errors import Forbidden, Invalid
from lms.core.i18n import LANGUAGES
from lms.core.ids import new_ref
from lms.people.calendar_queries import today
from lms.people.models import Unit
from lms.reports import files, queries
from lms.reports.enums import Every, Form, State
from lms.reports.models import Report, ReportSchedule
from lms.reports.schedule import LAST_DAY


def ask(session: Session, *, actor: Actor, unit: Unit, form: str, language: str, live: bool, now: datetime, schedule: ReportSchedule | None = None) -> Report:
    """Write down that a report is wanted; a job makes it. Raises Forbidden, Invalid.

    Live numbers are for HR's own use: only who sees them on the page may have them in a report.
    """
    policy.ensure_unit(actor, Permission.REPORTS_MAKE, unit.path)
    if live and not policy.scope(actor, Permission.SKILLS_LIVE).covers_unit(unit.path):
        raise Forbidden
    _check(form, language)
    kept = today(now) + timedelta(days=current_app.config["SETTINGS"].reports_kept_days)
    made = Report(
        ref=new_ref(), unit_id=unit.id, account_id=actor.account_id, schedule_id=schedule.id if schedule else None, form=form, language=language,
        live=live, state=State.MAKING, by=actor.name[:120], asked_at=now, kept_until=kept,
    )  # fmt: skip
    session.add(made)
    audit.record(session, actor=actor, action=audit.Action.REPORT_MADE, subject=unit.code, now=now, report=made.ref, form=form, language=language, live=live)
    session.flush()  # who asks goes on to its page
    return made


def _check(form: str, language: str) -> None:
    if form not in list(Form) or language not in LANGUAGES:
        raise Invalid(_("Choose what kind of file and which language."))


def opened(session: Session, *, actor: Actor, report: Report, now: datetime) -> None:
    """Remember that the report was downloaded."""
    if report.opened_at is None and report.account_id == actor.account_id:
        report.opened_at = now
    audit.record(session, actor=actor, action=audit.Action.REPORT_OPENED, subject=report.unit.code, now=now, report=report.ref, live=report.live)


def delete(session: Session, *, actor: Actor, report: Report, now: datetime) -> None:
    """Delete a report and its file; the log keeps that it was there. Raises Forbidden."""
    if not queries.may_remove(actor, report):
        raise Forbidden
    audit.record(session, actor=actor, action=audit.Action.REPORT_DELETED, subject=report.unit.code, now=now, report=report.ref)
    session.delete(report)
    files.forget(report.ref)


def add_schedule(session: Session, *, actor: Actor, unit: Unit, form: str, language: str, every: str, day: int, now: datetime) -> ReportSchedule:
    """Have a report made on a day of each month or quarter; always of the published numbers. Raises Forbidden, Invalid."""
    policy.ensure_unit(actor, Permission.REPORTS_MAKE, unit.path)
    _check(form, language)
    if every not in list(Every) or not 1 <= day <= LAST_DAY:
        raise Invalid(_("Choose every month or every quarter, and a day from 1 to %(last)d.", last=LAST_DAY))
    made = ReportSchedule(
        ref=new_ref(), unit_id=unit.id, account_id=actor.account_id, form=form, language=language, every=every, day=day, by=actor.name[:120], created_at=now
    )
    session.add(made)
    detail = {"schedule": made.ref, "form": form, "language": language, "every": every, "day": day}
    audit.record(session, actor=actor, action=audit.Action.REPORT_SCHEDULED, subject=unit.code, now=now, **detail)
    return made


def end_schedule(session: Session, *, actor: Actor, schedule: ReportSchedule, now: datetime, reason: str = "") -> None:
    """Make no more reports by it."""
    schedule.ended_at = now
    detail = {"schedule": schedule.ref, **({"reason": reason} if reason else {})}
    audit.record(session, actor=actor, action=audit.Action.REPORT_SCHEDULE_ENDED, subject=schedule.unit.code, now=now, **detail)
