"""``lms courses worth``: what changed around completed courses, and the gains learned from it."""

from __future__ import annotations

import json

import click

from lms.access.actor import operator
from lms.core import clock, sheets
from lms.core.command import needs_app
from lms.core.db import database


@click.command("worth", epilog="Example:  lms courses worth --format csv")
@click.option("--adopt", is_flag=True, help="Expect the learned gains from now on; without it nothing is changed but the kept figures.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@needs_app
def worth(adopt: bool, form: str) -> None:
    """Change around each course's completions in points (100 a logit), from officials with answers on both sides."""
    from lms.psychometrics import effect_actions, effect_queries, effect_sheet

    now = clock.now()
    with database().reading() as session:
        found = effect_queries.measure(session)
    with database().writing() as session:
        effect_actions.keep(session, found, now=now)
        changed = effect_actions.adopt(session, found, actor=operator(), now=now) if adopt else 0
        session.flush()
        rows = effect_sheet.rows(effect_queries.worth(session))
    click.echo(_written(rows, form), nl=False)
    if adopt:
        click.echo(f"{changed} gains adopted.", err=form != "table")


def _written(rows: list[tuple[object, ...]], form: str) -> str:
    if form == "csv":
        return sheets.write_csv(rows).decode("utf-8-sig")
    if form == "json":
        return json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]], ensure_ascii=False, indent=1) + "\n"
    kept = [[str(value) for name, value in zip(rows[0], row, strict=True) if name != "title"] for row in rows]
    kept[0] = [name for name in rows[0] if name != "title"]
    widths = [max(len(row[place]) for row in kept) for place in range(len(kept[0]))]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in kept)
