"""Reading what is known of units: cells live and as of the last snapshot; and what changed for an official.

Permission is the caller's business. `today` is a day number (days since 1970-01-01 UTC). Mean, se and gap in logits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import sub
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.competency.cells import COLUMNS
from lms.competency.enums import StateKind
from lms.competency.models import Snapshot, SnapshotCell, SnapshotPost, StateChange, TreeExpiry, TreeRollup
from lms.competency.rollup import CellOnDay, Sums, seen
from lms.people.models import Unit

__all__ = ["CellOnDay", "Sums"]

Cells = dict[str, CellOnDay | None]
"""Numbers by competency code; None where they are hidden, no entry where nobody's post asks for it."""

Place = tuple[int, bool]
"""(unit id, True for the people directly at it instead of its whole subtree)."""


def state_changes(session: Session, official_id: int, since: datetime, limit: int = 20) -> Sequence[StateChange]:
    """The newest changes of state of an official since a moment."""
    query = select(StateChange).where(StateChange.official_id == official_id, StateChange.at >= since)
    return session.scalars(query.order_by(StateChange.at.desc(), StateChange.id.desc()).limit(limit)).all()


class _Part(NamedTuple):
    """What a page needs of a tree cell's sums, with what has lapsed by a day, in the order of `rollup.seen`."""

    n_required: int
    n_evidence: int
    sum_m: int
    sum_v: int
    sum_v2: int
    met: int
    not_yet: int
    sum_gap: int
    lapsed_met: int
    lapsed_not_yet: int


def live_cells(session: Session, unit: Unit, today: int) -> dict[Place, Cells]:
    """Cells of a unit, of each child, and of the people directly at the unit when it has children."""
    children = session.scalars(select(Unit.id).where(Unit.parent_id == unit.id)).all()
    return cells_by_place({unit.id: children}, _parts(session, [unit.id, *children], today))


def units_by_parent(session: Session) -> dict[int, list[int]]:
    """Children by unit, in the order of their codes; roots under 0."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for unit_id, parent_id in session.execute(select(Unit.id, Unit.parent_id).order_by(Unit.code)):
        children[parent_id or 0].append(unit_id)
    return dict(children)


def live_cells_of_all(session: Session, children: Mapping[int, Sequence[int]], codes: Sequence[str], today: int) -> dict[Place, Cells]:
    """Cells of the whole tree in some competencies."""
    families = {unit_id: children.get(unit_id, []) for ids in list(children.values()) for unit_id in ids}
    rows = session.connection().execute(_CELLS.where(_TREE.competency.in_(codes)), {"today": today})
    return cells_by_place(families, _by_branch(rows))


def cells_by_place(families: Mapping[int, Sequence[int]], parts: Mapping[tuple[int, str], _Part]) -> dict[Place, Cells]:
    """Cells of units, of their children, and of the people directly at a unit: what the children leave of it."""
    cells: dict[Place, Cells] = {}
    by_unit: defaultdict[int, dict[str, _Part]] = defaultdict(dict)
    for (unit_id, code), part in parts.items():
        by_unit[unit_id][code] = part
    for unit_id, children in families.items():
        for place in (unit_id, *children):
            cells[place, False] = {code: seen(*part) for code, part in by_unit[place].items()}
        if children:
            cells[unit_id, True] = _direct(by_unit[unit_id], [by_unit[child] for child in children])
    return cells


def _direct(whole: Mapping[str, _Part], children: Iterable[Mapping[str, _Part]]) -> Cells:
    """What the children together leave of the whole."""
    of_children: defaultdict[str, list[_Part]] = defaultdict(list)
    for child in children:
        for code, part in child.items():
            of_children[code].append(part)
    rest = {code: tuple(map(sub, part, map(sum, zip(*of_children[code], strict=True)))) if code in of_children else part for code, part in whole.items()}
    return {code: seen(*part) for code, part in rest.items() if part[0] or part[1]}


def _parts(session: Session, unit_ids: Sequence[int], today: int) -> dict[tuple[int, str], _Part]:
    """One statement. Rows are fetched together: 800 of them one by one take as long again."""
    return _by_branch(session.connection().execute(_CELLS_OF_UNITS, {"today": today, "ids": unit_ids}).all())


def _by_branch(rows: Iterable[Any]) -> dict[tuple[int, str], _Part]:
    return {(row[0], row[1]): _Part._make(row[2:]) for row in rows if row[2] or row[3]}


def sums_of_cell(session: Session, unit_id: int, code: str) -> Sums:
    """The sums behind one cell of the tree, as stored; zeros where there are none."""
    row = session.execute(_SUMS.where(TreeRollup.unit_id == unit_id, TreeRollup.competency == code)).one_or_none()
    return Sums() if row is None else Sums._make(row[2:])


_TREE = TreeRollup.__table__.c  # plain columns: 800 rows a page are no objects
_SUMS = select(_TREE.unit_id, _TREE.competency, *(_TREE[name] for name in COLUMNS))


def _lapsed(state: StateKind) -> Any:
    """How many of a cell's ``state`` have lapsed by ``today``: by its own place in the index, far fewer rows than all bins of a unit."""
    e = TreeExpiry.__table__.c
    of_cell = e.unit_id == _TREE.unit_id, e.competency == _TREE.competency, e.state == str(state), e.day <= bindparam("today")
    return select(func.coalesce(func.sum(e.n), 0)).where(*of_cell).correlate(TreeRollup.__table__).scalar_subquery()


_SHOWN = ("n_required", "n_evidence", "sum_m", "sum_v", "sum_v2", "n_met", "n_not_yet", "sum_gap")
_CELLS = select(_TREE.unit_id, _TREE.competency, *(_TREE[name] for name in _SHOWN), _lapsed(StateKind.MET), _lapsed(StateKind.NOT_YET))
_CELLS_OF_UNITS = _CELLS.where(_TREE.unit_id.in_(bindparam("ids", expanding=True)))


def latest_snapshot(session: Session) -> Snapshot | None:
    """The snapshot that everyone but HR sees."""
    return session.scalar(select(Snapshot).where(Snapshot.ready).order_by(Snapshot.id.desc()).limit(1))


def snapshot_cells(session: Session, snapshot: Snapshot, unit: Unit) -> dict[Place, Cells]:
    """As `live_cells`, from a snapshot: suppressed cells are None."""
    children = session.scalars(select(Unit.id).where(Unit.parent_id == unit.id)).all()
    cells: dict[Place, Cells] = {(unit_id, False): {} for unit_id in (unit.id, *children)}
    if children:
        cells[unit.id, True] = {}
    c = SnapshotCell
    for row in session.scalars(select(c).where(c.snapshot_id == snapshot.id, c.unit_id.in_([unit.id, *children]))):
        if (row.unit_id, row.direct) in cells:
            cells[row.unit_id, row.direct][row.competency] = published(row)
    return cells


def published(row: SnapshotCell | SnapshotPost) -> CellOnDay | None:
    """A snapshot's row as a cell; None where it is hidden."""
    if row.n_required is None:
        return None
    numbers = (None if value is None else value / 1000 for value in (row.mean_milli, row.se_milli, row.gap_milli))
    return CellOnDay(row.n_required, row.n_evidence, row.met, row.not_yet, row.unclear, row.no_evidence, *numbers)
