"""The daily snapshot: every unit's cells as they may be shown outside HR, hidden ones without any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from lms.competency.baseline_actions import keep_first
from lms.competency.cells import sweep
from lms.competency.enums import StateKind
from lms.competency.models import Proficiency, Snapshot, SnapshotCell, SnapshotPost, StateChange
from lms.competency.periods import Fate, fates
from lms.competency.queries import CellOnDay, Cells, Place, all_live_cells, latest_snapshot
from lms.competency.suppression import NOBODY, Counts, Node
from lms.competency.suppression import K as SMALLEST
from lms.competency.total_release import columns_of, totals_to_release
from lms.core import clock
from lms.core.db import Instant, database
from lms.core.errors import Conflict

KEPT_DAYS = 31
CHANGES_KEPT_DAYS = 366

ALL_ROOTS = 0


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A snapshot still to be written: its cells and totals by post without its id, and the snapshot that it follows."""

    at: datetime
    before: Snapshot | None
    cells: list[Row]
    totals: list[Row]


def take_snapshot(session: Session, *, now: datetime) -> Snapshot:
    """Write today's suppressed cells of the whole tree; the newest snapshot is the one that is shown.

    A cell in which fewer than five people moved since the snapshot before keeps that one's numbers, see ``periods``.
    States that lapsed since then are noted for their officials.
    """
    return write(session, prepare(session, now=now))


def prepare(session: Session, *, now: datetime) -> Prepared:
    """Read and decide everything: the long part, which needs to keep nobody from writing."""
    before = latest_snapshot(session)
    children, cells = all_live_cells(session, clock.day_number(now))
    known = _known(session, before)
    rows = list(_rows(cells, known, cell_fates(children, cells, known)))
    shown: defaultdict[Place, set[str]] = defaultdict(set)
    for row in rows:
        if row["n_required"] is not None:
            shown[row["unit_id"], row["direct"]].add(row["competency"])
    return Prepared(now, before, rows, list(totals_to_release(session, shown, before)))


def write(session: Session, made: Prepared) -> Snapshot:
    """Keep a prepared snapshot. Raises `Conflict` if another one was taken in the meantime."""
    latest = latest_snapshot(session)
    if (latest and latest.id) != (made.before and made.before.id):
        raise Conflict(_("Another snapshot was taken in the meantime."))
    today = clock.day_number(made.at)
    if made.before:
        _note_lapses(session, clock.day_number(made.before.as_of), today, made.at)
    snapshot = Snapshot(taken_at=made.at, as_of=clock.date_of(today), k=SMALLEST)
    session.add(snapshot)
    session.flush()  # cells need its id
    for table, rows in ((SnapshotCell, made.cells), (SnapshotPost, made.totals)):
        if rows:
            session.execute(insert(table).values(snapshot_id=snapshot.id), rows)
    keep_first(session, snapshot)
    return snapshot


Known = Mapping[tuple[Place, str], tuple[int | None, ...]]
"""The numbers of the snapshot before, in the order of ``_NUMBERS``, by place and competency."""

_CELLS = SnapshotCell.__table__.c
_NUMBERS = tuple(c.name for c in _CELLS if not c.primary_key)


def _known(session: Session, before: Snapshot | None) -> Known:
    if before is None:
        return {}
    query = select(_CELLS.unit_id, _CELLS.direct, _CELLS.competency, *(_CELLS[name] for name in _NUMBERS)).where(_CELLS.snapshot_id == before.id)
    return {((unit_id, direct), code): tuple(numbers) for unit_id, direct, code, *numbers in session.execute(query)}


def _note_lapses(session: Session, since: int, today: int, now: datetime) -> None:
    """States whose last day was `since` or later and lies before `today`: each is noted by one snapshot only."""
    p = Proficiency
    lapsed = select(p.official_id, p.competency, p.state, literal(StateKind.UNCLEAR.value), literal(now, Instant())).where(
        p.confirmed_until >= since, p.confirmed_until < today
    )
    session.execute(insert(StateChange).from_select(["official_id", "competency", "before", "after", "at"], lapsed))


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


def prune(session: Session, *, now: datetime) -> None:
    """Drop old snapshots (the first of each month stays), old changes of state and empty cells."""
    before = now - timedelta(days=KEPT_DAYS)
    old = session.execute(select(Snapshot.id, Snapshot.as_of).where(Snapshot.taken_at < before).order_by(Snapshot.id)).all()
    first = {}
    for snapshot_id, as_of in old:
        first.setdefault((as_of.year, as_of.month), snapshot_id)
    dropped = [snapshot_id for snapshot_id, _ in old if snapshot_id not in first.values()]
    for table in (SnapshotCell, SnapshotPost):
        session.execute(delete(table).where(table.snapshot_id.in_(dropped)))
    session.execute(delete(Snapshot).where(Snapshot.id.in_(dropped)))
    session.execute(delete(StateChange).where(StateChange.at < now - timedelta(days=CHANGES_KEPT_DAYS)))
    sweep(session)


def nightly(now: datetime) -> None:
    """The nightly job: a new snapshot, and old things dropped. Others write while it is worked out."""
    with database().reading() as session:
        made = prepare(session, now=now)
    with database().writing() as session:
        write(session, made)
        prune(session, now=now)
