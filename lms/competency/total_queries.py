"""Figures that cut across the unit tree: by post and by tier, live from the leaves; by post as released with a snapshot.

The leaves know states as decided at the last evidence. What lapsed since is known of units, not of posts or tiers: with ``today`` (a day
number) it is counted from the people below, which is for counties and smaller; without, the cost grows with units and posts, never with
officials. Mean, se and gap in logits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.competency.cells import COLUMNS
from lms.competency.enums import StateKind
from lms.competency.models import LeafRollup, Proficiency, Snapshot, SnapshotPost
from lms.competency.queries import Cells, published
from lms.competency.rollup import SUMS, Sums, on_day
from lms.people.models import Official, Position, Unit

_LEAF = LeafRollup.__table__.c
_READ = ("n_required", "n_evidence", "sum_m", "sum_v", "sum_v2", "met", "not_yet", "sum_gap")
"""What a cell needs of the sums; the others would make a province's page twice as slow."""
LAPSING = (StateKind.MET, StateKind.NOT_YET)
"""States that end without new evidence, in the order in which a cell takes them."""
_TOTALS = [func.sum(_LEAF[COLUMNS[SUMS.index(name)]]) for name in _READ]


def post_cells(session: Session, unit: Unit, today: int | None = None) -> dict[str, Cells]:
    """Live cells of all below ``unit`` by the post's code."""
    codes = dict(session.execute(select(Position.id, Position.code)).all())
    return {codes[position_id]: cells for position_id, cells in _cells(session, unit, _LEAF.position_id, Official.position_id, today).items()}


def tier_cells(session: Session, unit: Unit, today: int | None = None) -> dict[str, Cells]:
    """Live cells of all below ``unit`` by the tier of the unit in which people sit."""
    return _cells(session, unit, Unit.tier, Unit.tier, today)


def connection_cells(session: Session, unit: Unit, today: int | None = None) -> dict[str, Cells]:
    """Live cells of all below ``unit`` by the connection of the unit in which people sit."""
    return _cells(session, unit, Unit.connection, Unit.connection, today)


def _cells(session: Session, unit: Unit, by: Any, of_person: Any, today: int | None) -> dict[Any, Cells]:
    """``by`` names the group of a leaf, ``of_person`` the same group of an official."""
    found: defaultdict[Any, Cells] = defaultdict(dict)
    lapsed = _lapsed(session, unit, of_person, today) if today is not None else {}
    for name, code, *numbers in session.execute(_grouped(unit, by, _LEAF.competency)):
        found[name][code] = on_day(_sums(numbers), *(lapsed.get((name, code, str(state)), 0) for state in LAPSING))
    return dict(found)


def _lapsed(session: Session, unit: Unit, by: Any, today: int) -> dict[tuple[Any, str, str], int]:
    """How many states below ``unit`` have lapsed by ``today``, by group, competency and state."""
    p = Proficiency
    query = select(by, p.competency, p.state, func.count()).join(Official, Official.id == p.official_id).join(Unit, Unit.id == Official.unit_id)
    query = query.where(Unit.path.startswith(unit.path, autoescape=True), Official.active, p.target_level > 0)
    query = query.where(p.state.in_([str(state) for state in LAPSING]), p.confirmed_until < today).group_by(by, p.competency, p.state)
    return {(name, code, str(state)): int(n) for name, code, state, n in session.execute(query)}


def _sums(numbers: Iterable[Any]) -> Sums:
    return Sums(**{name: int(n) for name, n in zip(_READ, numbers, strict=True)})


def _grouped(unit: Unit, *by: Any) -> Any:
    query = select(*by, *_TOTALS).join(Unit, Unit.id == _LEAF.unit_id)
    return query.where(Unit.path.startswith(unit.path, autoescape=True), _LEAF.target_level > 0).group_by(*by).having(func.sum(_LEAF.n_required) > 0)


def leaf_blocks(session: Session, unit: Unit) -> list[tuple[int, int, str, Sums]]:
    """(unit id, position id, competency, sums) of all leaves below ``unit``, targets joined."""
    rows = session.execute(_grouped(unit, _LEAF.unit_id, _LEAF.position_id, _LEAF.competency))
    return [(unit_id, position_id, code, _sums(numbers)) for unit_id, position_id, code, *numbers in rows]


def released_posts(session: Session, snapshot: Snapshot, unit: Unit) -> dict[str, Cells]:
    """As `post_cells`, as released: hidden totals are None, and only counties have any."""
    c = SnapshotPost
    found: defaultdict[str, Cells] = defaultdict(dict)
    query = select(Position.code, c).join(Position, Position.id == c.position_id).where(c.snapshot_id == snapshot.id, c.unit_id == unit.id)
    for post, row in session.execute(query):
        found[post][row.competency] = published(row)
    return dict(found)


def levels_without_evidence(session: Session, unit: Unit, codes: Iterable[str]) -> dict[str, dict[int, int]]:
    """Officials without any evidence below ``unit``, by competency and target level; for readers of live numbers only."""
    missing = func.sum(_LEAF.n_required - _LEAF.n_evidence)
    query = (
        select(_LEAF.competency, _LEAF.target_level, missing)
        .join(Unit, Unit.id == _LEAF.unit_id)
        .where(Unit.path.startswith(unit.path, autoescape=True), _LEAF.target_level > 0, _LEAF.competency.in_(list(codes)))
        .group_by(_LEAF.competency, _LEAF.target_level)
    )
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for code, level, n in session.execute(query):
        found[code][level] = int(n)
    return dict(found)
