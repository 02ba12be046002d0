"""The daily snapshot: every unit's cells as they may be shown outside HR, hidden ones without any number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from lms.competency.cells import sweep
from lms.competency.enums import StateKind
from lms.competency.models import Proficiency, Snapshot, SnapshotCell, StateChange
from lms.competency.queries import Cells, Place, all_live_cells, latest_snapshot
from lms.competency.rollup import CellOnDay
from lms.competency.suppression import NOBODY, Counts, Node, hidden_cells
from lms.competency.suppression import K as SMALLEST
from lms.core import clock
from lms.core.db import Instant, database

KEPT_DAYS = 31
CHANGES_KEPT_DAYS = 366

ALL_ROOTS = 0


def take_snapshot(session: Session, *, now: datetime) -> Snapshot:
    """Write today's suppressed cells of the whole tree; the newest snapshot is the one that is shown.

    States that lapsed since the snapshot before are noted for their officials.
    """
    today = clock.day_number(now)
    if before := latest_snapshot(session):
        _note_lapses(session, clock.day_number(before.as_of), today, now)
    children, cells = all_live_cells(session, today)
    snapshot = Snapshot(taken_at=now, as_of=clock.date_of(today), k=SMALLEST)
    session.add(snapshot)
    session.flush()  # cells need its id
    rows = list(_rows(snapshot.id, cells, hidden_places(children, cells)))
    if rows:
        session.execute(insert(SnapshotCell), rows)
    return snapshot


def _note_lapses(session: Session, since: int, today: int, now: datetime) -> None:
    """States whose last day was `since` or later and lies before `today`: each is noted by one snapshot only."""
    p = Proficiency
    lapsed = select(p.official_id, p.competency, p.state, literal(StateKind.UNCLEAR.value), literal(now, Instant())).where(
        p.confirmed_until >= since, p.confirmed_until < today
    )
    session.execute(insert(StateChange).from_select(["official_id", "competency", "before", "after", "at"], lapsed))


def hidden_places(children: Mapping[int, list[int]], cells: Mapping[Place, Cells]) -> set[tuple[Place, str]]:
    """(place, competency) of every cell that must not be shown. Trees of several roots stand each for itself."""
    codes = {code for numbers in cells.values() for code in numbers}
    hidden: set[tuple[Place, str]] = set()
    for root in children.get(ALL_ROOTS, ()):
        for code in codes:
            node = _node(root, code, children, cells)
            hidden |= {((int(unit), direct), code) for unit, direct in hidden_cells(node)}
    return hidden


def _node(unit_id: int, code: str, children: Mapping[int, list[int]], cells: Mapping[Place, Cells]) -> Node:
    below = tuple(_node(child, code, children, cells) for child in children.get(unit_id, ()))
    direct = cells.get((unit_id, bool(below)), {}).get(code)
    return Node(str(unit_id), _counts(direct) if direct else NOBODY, below)


def _counts(cell: CellOnDay) -> Counts:
    return Counts(cell.n_required, cell.n_evidence, cell.met, cell.not_yet, cell.unclear)


def _rows(snapshot_id: int, cells: Mapping[Place, Cells], hidden: set[tuple[Place, str]]) -> Iterator[dict[str, Any]]:
    for place, numbers in cells.items():
        for code, cell in numbers.items():
            key = {"snapshot_id": snapshot_id, "unit_id": place[0], "direct": place[1], "competency": code}
            yield key | _columns(None if (place, code) in hidden else cell)


def _columns(cell: CellOnDay | None) -> dict[str, int | None]:
    names = CellOnDay._fields
    numbers: Iterable[Any] = cell or [None] * len(names)
    row = dict(zip(names, numbers, strict=True))
    for name in ("mean", "se", "gap"):
        value = row.pop(name)
        row[f"{name}_milli"] = None if value is None else round(value * 1000)
    return row


def prune(session: Session, *, now: datetime) -> None:
    """Drop old snapshots (the first of each month stays), old changes of state and empty cells."""
    before = now - timedelta(days=KEPT_DAYS)
    old = session.execute(select(Snapshot.id, Snapshot.as_of).where(Snapshot.taken_at < before).order_by(Snapshot.id)).all()
    first = {}
    for snapshot_id, as_of in old:
        first.setdefault((as_of.year, as_of.month), snapshot_id)
    dropped = [snapshot_id for snapshot_id, _ in old if snapshot_id not in first.values()]
    session.execute(delete(SnapshotCell).where(SnapshotCell.snapshot_id.in_(dropped)))
    session.execute(delete(Snapshot).where(Snapshot.id.in_(dropped)))
    session.execute(delete(StateChange).where(StateChange.at < now - timedelta(days=CHANGES_KEPT_DAYS)))
    sweep(session)


def nightly(now: datetime) -> None:
    """The nightly job: a new snapshot, and old things dropped."""
    with database().writing() as session:
        take_snapshot(session, now=now)
        prune(session, now=now)
