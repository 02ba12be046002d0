"""The daily snapshot: every unit's cells as they may be shown outside HR, hidden ones without any number.

It is worked out in portions, so that memory grows with units and not with competencies, and kept in portions, so that nobody
who writes waits for it. Until all of it is there nobody sees any of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice, product
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Delete, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from lms.competency.baseline_actions import keep_first
from lms.competency.cells import sweep
from lms.competency.enums import StateKind
from lms.competency.evidence import batches
from lms.competency.models import Proficiency, Snapshot, SnapshotCell, SnapshotPost, StateChange
from lms.competency.periods import Fate, fates
from lms.competency.queries import CellOnDay, Cells, Place, latest_snapshot, live_cells_of_all, units_by_parent
from lms.competency.rebuild import freeze
from lms.competency.suppression import NOBODY, Counts, Node
from lms.competency.suppression import K as SMALLEST
from lms.competency.total_release import Shown, columns_of, totals_to_release
from lms.core import clock, framework
from lms.core.db import Database, Instant, database
from lms.core.errors import Conflict
from lms.people.models import Unit

KEPT_DAYS = 31
CHANGES_KEPT_DAYS = 366

ALL_ROOTS = 0
CODES_AT_ONCE = 4
"""So many competencies of all units are in memory at once: a fifth of a gigabyte in a province of 20,000 units."""
ROWS_AT_ONCE, UNITS_AT_ONCE = 4000, 200
"""A write transaction of so many rows, or of the rows of so many units, is over in some tens of milliseconds."""

Row = dict[str, Any]
Rows = tuple[Any, list[Row]]
"""Rows of a table (SnapshotCell or SnapshotPost) without the snapshot's id."""


def take_snapshot(session: Session, *, now: datetime) -> Snapshot:
    """Write today's suppressed cells of the whole tree in one transaction; the newest snapshot is the one that is shown.

    A cell in which fewer than five people moved since the snapshot before keeps that one's numbers, see ``periods``.
    States that lapsed since then are noted for their officials.
    """
    before = latest_snapshot(session)
    snapshot = begin(session, now=now)
    for rows in worked_out(session, before, now=now):
        keep(session, snapshot.id, rows)
    return finish(session, snapshot, before, lapsed(session, before, now=now))


def take_in_portions(db: Database, *, now: datetime) -> int:
    """The same while others write: reads what one moment was, and keeps it in short transactions; the snapshot's id."""
    with db.reading() as reading:
        freeze(reading)
        before = latest_snapshot(reading)
        with db.writing() as session:
            snapshot_id = begin(session, now=now).id
        for rows in worked_out(reading, before, now=now):
            with db.writing() as session:
                keep(session, snapshot_id, rows)
        gone = lapsed(reading, before, now=now)
    with db.writing() as session:
        snapshot = session.get(Snapshot, snapshot_id)
        if snapshot is None:
            raise Conflict(_("Another snapshot was taken in the meantime."))
        finish(session, snapshot, before, gone)
    return snapshot_id


def begin(session: Session, *, now: datetime) -> Snapshot:
    """An empty snapshot that nobody sees yet. What one that was never finished left behind goes."""
    for statement in _dropping(session, session.scalars(select(Snapshot.id).where(~Snapshot.ready)).all()):
        session.execute(statement)
    snapshot = Snapshot(taken_at=now, as_of=clock.date_of(clock.day_number(now)), k=SMALLEST, ready=False)
    session.add(snapshot)
    session.flush()  # cells need its id
    return snapshot


def worked_out(session: Session, before: Snapshot | None, *, now: datetime) -> Iterator[Rows]:
    """All rows of a snapshot that follows ``before``, in portions: the long part, which needs to keep nobody from writing."""
    shown = Shown()
    for rows in _in_portions(_cell_rows(session, before, shown, clock.day_number(now))):
        yield SnapshotCell, rows
    for rows in _in_portions(totals_to_release(session, shown, before)):
        yield SnapshotPost, rows


def _in_portions(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield some


def keep(session: Session, snapshot_id: int, rows: Rows) -> None:
    """Write a portion of an unfinished snapshot. Raises `Conflict` if somebody else began one in the meantime."""
    table, values = rows
    if session.get(Snapshot, snapshot_id) is None:
        raise Conflict(_("Another snapshot was taken in the meantime."))
    session.execute(insert(table).values(snapshot_id=snapshot_id), values)


def finish(session: Session, snapshot: Snapshot, before: Snapshot | None, gone: Sequence[int]) -> Snapshot:
    """Show it from now on, and note what lapsed of the officials ``gone``. Raises `Conflict` if another one was taken in the meantime."""
    latest = latest_snapshot(session)
    if (latest and latest.id) != (before and before.id):
        raise Conflict(_("Another snapshot was taken in the meantime."))
    _note_lapses(session, gone, before, snapshot.taken_at)
    snapshot.ready = True
    session.flush()
    keep_first(session, snapshot)
    return snapshot


def _cell_rows(session: Session, before: Snapshot | None, shown: Shown, today: int) -> Iterator[Row]:
    """Rows of all cells, some competencies after the others; notes which show numbers."""
    children = units_by_parent(session)
    every = framework.read().codes
    for start in range(0, len(every), CODES_AT_ONCE):
        codes = every[start : start + CODES_AT_ONCE]
        cells, known = live_cells_of_all(session, children, codes, today), _known(session, before, codes)
        for row in _rows(cells, known, cell_fates(children, cells, known)):
            if row["n_required"] is not None:
                shown.add((row["unit_id"], row["direct"]), row["competency"])
            yield row


Known = Mapping[tuple[Place, str], tuple[int | None, ...]]
"""The numbers of the snapshot before, in the order of ``_NUMBERS``, by place and competency."""

_CELLS = SnapshotCell.__table__.c
_NUMBERS = tuple(c.name for c in _CELLS if not c.primary_key)


def _known(session: Session, before: Snapshot | None, codes: Sequence[str]) -> Known:
    if before is None:
        return {}
    query = select(_CELLS.unit_id, _CELLS.direct, _CELLS.competency, *(_CELLS[name] for name in _NUMBERS))
    rows = session.execute(query.where(_CELLS.snapshot_id == before.id, _CELLS.competency.in_(codes)))
    return {((unit_id, direct), code): tuple(numbers) for unit_id, direct, code, *numbers in rows}


def _lapses(before: Snapshot, now: datetime) -> Any:
    """States whose last day was that of the snapshot before, or later, and lies before today: each is noted by one snapshot only."""
    p = Proficiency
    return (p.confirmed_until >= clock.day_number(before.as_of)) & (p.confirmed_until < clock.day_number(now))


def lapsed(session: Session, before: Snapshot | None, *, now: datetime) -> Sequence[int]:
    """Officials of whom something lapsed since the snapshot before: looked for among all estimates of the installation."""
    return session.scalars(select(Proficiency.official_id).where(_lapses(before, now)).distinct()).all() if before else []


def _note_lapses(session: Session, official_ids: Sequence[int], before: Snapshot | None, now: datetime) -> None:
    """Note it as it stands now: what was answered in the meantime has not lapsed."""
    p = Proficiency
    for ids in batches(official_ids) if before else ():
        values = select(p.official_id, p.competency, p.state, literal(StateKind.UNCLEAR.value), literal(now, Instant()))
        found = values.where(p.official_id.in_(ids), _lapses(before, now))
        session.execute(insert(StateChange).from_select(["official_id", "competency", "before", "after", "at"], found))


def cell_fates(children: Mapping[int, list[int]], cells: Mapping[Place, Cells], known: Known) -> dict[tuple[Place, str], Fate]:
    """What becomes of every cell. Trees of several roots stand each for itself."""
    codes = {code for numbers in cells.values() for code in numbers}
    before: dict[str, dict[tuple[str, bool], Counts | None]] = {code: {} for code in codes}
    for ((unit_id, direct), code), numbers in known.items():
        if code in before:
            before[code][str(unit_id), direct] = None if numbers[0] is None else Counts(*numbers[:5])  # type: ignore[arg-type]
    found = {}
    for root in children.get(ALL_ROOTS, ()):
        for code in codes:
            for (unit, direct), fate in fates(_node(root, code, children, cells), before[code]).items():
                found[(int(unit), direct), code] = fate
    return found


def _node(unit_id: int, code: str, children: Mapping[int, list[int]], cells: Mapping[Place, Cells]) -> Node:
    below = tuple(_node(child, code, children, cells) for child in children.get(unit_id, ()))
    direct = cells.get((unit_id, bool(below)), {}).get(code)
    return Node(str(unit_id), _counts(direct) if direct else NOBODY, below)


def _counts(cell: CellOnDay) -> Counts:
    return Counts(cell.n_required, cell.n_evidence, cell.met, cell.not_yet, cell.unclear)


def _rows(cells: Mapping[Place, Cells], known: Known, decided: Mapping[tuple[Place, str], Fate]) -> Iterator[Row]:
    for place, numbers in cells.items():
        for code, cell in numbers.items():
            key = {"unit_id": place[0], "direct": place[1], "competency": code}
            fate = decided[place, code]
            kept = dict(zip(_NUMBERS, known[place, code], strict=True)) if fate is Fate.KEPT else None
            yield key | (kept or columns_of(cell if fate is Fate.FRESH else None))


def _too_old(session: Session, now: datetime) -> list[int]:
    old = session.execute(select(Snapshot.id, Snapshot.as_of).where(Snapshot.taken_at < now - timedelta(days=KEPT_DAYS), Snapshot.ready).order_by(Snapshot.id))
    first: dict[tuple[int, int], int] = {}
    return [snapshot_id for snapshot_id, as_of in old.all() if first.setdefault((as_of.year, as_of.month), snapshot_id) != snapshot_id]


def _dropping(session: Session, snapshot_ids: Iterable[int]) -> Iterator[Delete]:
    """What removes snapshots, each statement over in some tens of milliseconds."""
    last = session.scalar(select(func.max(Unit.id))) or 0
    for snapshot_id in snapshot_ids:
        for first, table in product(range(0, last + 1, UNITS_AT_ONCE), (SnapshotCell, SnapshotPost)):
            yield delete(table).where(table.snapshot_id == snapshot_id, table.unit_id.between(first, first + UNITS_AT_ONCE - 1))
        yield delete(Snapshot).where(Snapshot.id == snapshot_id)


def prune(db: Database, *, now: datetime) -> None:
    """Drop old snapshots (the first of each month stays), old changes of state and empty cells, in short transactions of its own."""
    with db.reading() as session:
        old = list(_dropping(session, _too_old(session, now)))
    for statement in old:
        with db.writing() as session:
            session.execute(statement)
    with db.writing() as session:
        session.execute(delete(StateChange).where(StateChange.at < now - timedelta(days=CHANGES_KEPT_DAYS)))
        sweep(session)


def nightly(now: datetime) -> None:
    """The nightly job: a new snapshot, and old things dropped. Others write while it is worked out, kept and pruned."""
    db = database()
    take_in_portions(db, now=now)
    prune(db, now=now)
