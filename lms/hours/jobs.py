"""Once a night: standings, closings, figures. Each portion is a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import current_app

from lms.core.db import database
from lms.core.portions import without_collecting
from lms.hours import import_actions, night_actions, queries
from lms.people.queries import batches


def nightly(now: datetime) -> None:
    """Bring every open year up to date, close what is over, take the figures that heads see."""
    with database().writing() as session:
        import_actions.forget_old(session, now=now)
    with database().reading() as session:
        due, noted = night_actions.due(session, now), night_actions.newest_note(session)
        years = sorted({*due, *queries.open_years(session, now)})
    for year in years:
        _refresh(year)
    for year in due:
        with database().writing() as session:
            night_actions.close(session, year, now=now)
    for year in years:
        with database().writing() as session:
            night_actions.take_figures(session, year, now=now, k=current_app.config["SETTINGS"].suppression_k)
    with database().writing() as session:
        night_actions.forget_notes(session, noted)
        night_actions.analyse(session)


def _refresh(year: int) -> None:
    with database().reading() as session:
        found = {*night_actions.without_standing(session, year), *night_actions.with_evidence(session, year)}
    _in_portions(sorted(found), year)


def _in_portions(official_ids: Collection[int], year: int) -> None:
    for batch in without_collecting(batches(official_ids)):
        with database().writing() as session:
            night_actions.refresh_year(session, batch, year)
