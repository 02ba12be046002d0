"""`lms competency …`: estimates from files, and the proof that stored equals derived."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from lms.competency import estimate as files
from lms.core import clock

FILE = click.Path(path_type=Path, dir_okay=False)
SHOWN = 50  # problems printed before the rest is only counted


@click.group("competency")
def competency() -> None:
    """Evidence, proficiency and gaps."""


@competency.command("estimate")
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
