"""What changed in a unit since an earlier snapshot, and why.

Whoever sees only snapshots is not told of a movement of fewer than five people: two dates subtracted are a small group.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import format_date, gettext
from sqlalchemy.orm import Session

from lms.core.i18n import pick
from lms.talent import heat, queries, wording
from lms.talent.heat import Change
from lms.talent.queries import Reach, View

PERIODS = (0, 7, 30, 365)
SMALLEST_GROUP = 5
SHOWN = ("n_evidence", "met", "unclear", "not_yet")


def page(session: Session, after: View, reach: Reach, *, days: int) -> dict[str, Any]:
    """The page for its template. ``days`` back from the numbers shown; 0 = the snapshot before them."""
    columns = queries.columns()
    before = _before(session, after, days)
    changes = heat.changes(before.whole, after.whole, columns, least=1 if after.live else SMALLEST_GROUP) if before else []
    return {
        "unit": pick(after.unit),
        "as_of": wording.as_of(after),
        "sentence": _sentence(after, before, changes),
        "filters": [_periods(after.unit.code, days)],
        "rows": [_row(change) for change in changes],
        "reasons": _reasons(session, after, before) if reach.records and after.live and before else [],
        "small": not after.live,
    }


def _before(session: Session, after: View, days: int) -> View | None:
    """The newest snapshot at least ``days`` before the numbers shown; the oldest there is would not be comparable to nothing."""
    if after.as_of is None:
        return None
    snapshot = queries.snapshot_before(session, after.as_of - timedelta(days=days))
    return queries.snapshot_view(session, after.unit, snapshot) if snapshot else None


def _sentence(after: View, before: View | None, changes: list[Change]) -> str:
    if before is None:
        return gettext("There is no earlier snapshot to compare with.")
    return wording.change_sentence(changes, before)


def _periods(code: str, days: int) -> dict[str, Any]:
    names = {0: gettext("Since the snapshot before"), 7: gettext("A week"), 30: gettext("A month"), 365: gettext("A year")}
    chips = [{"label": names[n], "url": url_for(".unit_changes", code=code, **({"days": n} if n else {})), "current": n == days} for n in PERIODS]
    return {"label": gettext("Period"), "chips": chips}


def _row(change: Change) -> dict[str, Any]:
    cells = [f"{getattr(change.before, name)} → {getattr(change.after, name)} ({wording.signed(change.difference(name))})" for name in SHOWN]
    return {"code": change.column.code, "name": change.column.name, "cells": cells}


def _reasons(session: Session, after: View, before: View) -> list[str]:
    """Changes of state since then, by new answers, corrections, moves or targets; time that ran out is said for itself."""
    since: datetime = before.as_of  # type: ignore[assignment]  # a view of a snapshot has its moment
    names = {column.code: column.name for column in queries.columns()}
    states = wording.states()
    found = [wording.movement(moved, names, states) for moved in queries.movements(session, after.unit, since)]
    day = format_date(since, "long")
    nothing = gettext("No answer given since %(day)s changed a state; what moved is time, people, targets, or older answers that came in since.", day=day)
    return found or [nothing]
