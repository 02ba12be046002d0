"""`lms competency …`: estimates from files, and the proof that stored equals derived."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from lms.access import audit
from lms.access.actor import operator
from lms.competency import estimate as files
from lms.core import clock
from lms.core.command import fail, needs_app
from lms.core.db import database

FILE = click.Path(path_type=Path, dir_okay=False)
SHOWN = 50  # problems printed before the rest is only counted


@click.group("competency")
def competency() -> None:
    """Evidence, proficiency and gaps."""


@competency.command("estimate", epilog="Example:  lms competency estimate --items items.csv --responses responses.csv --out estimates.csv")
@click.option("--items", required=True, type=FILE, help="item,competency,a,b,c")
@click.option("--responses", required=True, type=FILE, help="official,item,correct,answered_at")
@click.option("--completions", type=FILE, help="official,competency,completed_at")
@click.option("--out", required=True, type=FILE, help="Written as official,competency,mean,sd.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the estimate (UTC); later facts are left out. Default: today.")
def estimate(items: Path, responses: Path, completions: Path | None, out: Path, as_of: datetime | None) -> None:
    """Expected proficiency of every pair (official, competency), in logits."""
    day = clock.day_number(as_of.date() if as_of else clock.now())
    try:
        facts = files.read_facts(items, responses, completions)
        count = files.write(out, files.estimates(facts, day))
    except files.FileProblems as faults:
        _refuse(faults)
    except OSError as error:
        raise click.ClickException(f"{out} can't be written: {error.strerror}.") from None
    click.echo(f"{count} estimates as of {clock.date_of(day)} in {out}.")


def _refuse(faults: files.FileProblems) -> None:
    """One readable line, then every problem; exit 1."""
    click.echo(f"Nothing was estimated: {len(faults.problems)} problems in the files.", err=True)
    for problem in faults.problems[:SHOWN]:
        click.echo(str(problem), err=True)
    if (more := len(faults.problems) - SHOWN) > 0:
        click.echo(f"… and {more} more.", err=True)
    raise SystemExit(1)


@competency.command("rebuild", epilog="Example:  lms competency rebuild --check")
@click.option("--check", is_flag=True, help="Change nothing: print what is stored otherwise than derived, and exit 1 if anything is.")
@needs_app
def rebuild(check: bool) -> None:
    """Make estimates and rollups anew from the facts."""
    (_check if check else _rebuild)()


def _check() -> None:
    from lms.competency import rebuild as steps

    count = 0
    with database().reading() as session:
        steps.freeze(session)
        for count, difference in enumerate(steps.differences(session), start=1):
            if count <= SHOWN:
                click.echo(str(difference))
    if count:
        fail(f"{count} rows are stored otherwise than the facts say. `lms competency rebuild` puts them right.")
    click.echo("Stored equals derived.")


def _rebuild() -> None:
    from lms.competency import rebuild as steps

    with database().writing() as session:
        written = steps.rebuild(session, now=clock.now())
    for table, count in written.items():
        click.echo(f"{table}: {count} rows put right.")
    click.echo("Stored equals derived.")


@click.command("gaps", epilog="Example:  lms gaps --unit 513399 --format json")
@click.option("--unit", required=True, metavar="CODE", help="The unit whose children are compared.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--refresh", is_flag=True, help="Take a new snapshot first.")
@needs_app
def gaps(unit: str, form: str, refresh: bool) -> None:
    """The last snapshot's numbers for a unit and its children, small groups hidden."""
    from lms.competency import gap_table, snapshots
    from lms.competency.models import Snapshot

    if refresh:
        taken = snapshots.take_in_portions(database(), now=clock.now())
        with database().writing() as session:
            snapshot = session.get_one(Snapshot, taken)
            audit.record(session, actor=operator(), action=audit.Action.SNAPSHOT_TAKEN, subject=str(snapshot.as_of), now=snapshot.taken_at)
    with database().reading() as session:
        table = gap_table.of_unit(session, unit)
    click.echo(gap_table.WRITERS[form](table), nl=False)
