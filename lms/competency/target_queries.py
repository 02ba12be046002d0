"""Reading which targets hold for whom: the framework's profiles and the rules in force, as a book to look them up in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from lms.competency.models import Target, TargetLine, TargetVersion
from lms.competency.targeting import BASELINE, Book, Effective, Line, Rule, Scope
from lms.people.models import Official, Position, Unit

__all__ = ["Effective", "Stand", "book", "effective", "full_book"]


class Stand(NamedTuple):
    """Who is where: the unit and the post of an official."""

    official_id: int
    unit_id: int
    position_id: int


# made once: building these costs more than running them for one official
_IDS = bindparam("ids", expanding=True)
_UNITS = bindparam("units", expanding=True)
_POSITIONS = bindparam("positions", expanding=True)
_STANDS = select(Official.id, Official.unit_id, Official.position_id).where(Official.id.in_(_IDS))
_PATHS = select(Unit.id, Unit.path)
_PATHS_OF = _PATHS.where(Unit.id.in_(_UNITS))
_T, _V, _L = Target.__table__.c, TargetVersion.__table__.c, TargetLine.__table__.c
_BASE = select(Position.id).where(Position.code == BASELINE)
_PROFILES = select(_T.position_id, _T.competency, _T.level, _T.critical, (_T.position_id.in_(_BASE)).label("baseline")).where(_T.level > 0)
_PROFILES_OF = _PROFILES.where(or_(_T.position_id.in_(_POSITIONS), _T.position_id.in_(_BASE)))
_RULES = (
    select(
        *(_V.id, _V.ref, _V.scope, _V.valid_from, _V.position_id, _V.unit_id, _V.official_id, _V.in_to, _V.out_to),
        *(_L.competency, _L.level, _L.critical),
    )
    .select_from(TargetVersion.__table__.outerjoin(TargetLine.__table__, _L.version_id == _V.id))
    .where(_V.active)
)
_RULES_OF = _RULES.where(
    or_(
        _V.official_id.in_(_IDS),
        _V.unit_id.in_(_UNITS),
        (_V.scope == Scope.POST.value) & or_(_V.position_id.in_(_POSITIONS), _V.position_id.in_(_BASE)),
    )
)
_ANY = select(_V.id).where(_V.active).limit(1)
FEW = 2000
"""Up to so many officials or units are asked for by id; beyond, everything is read."""


def book(session: Session, stands: Iterable[Stand | tuple[int, int, int]]) -> Book:
    """The rules that matter for these officials where they stand."""
    stands = list(stands)
    positions = {position for _, _, position in stands}
    if session.execute(_ANY).first() is None:
        return Book(*_profiles(session, positions))
    units = {unit for _, unit, _ in stands}
    if len(stands) > FEW or len(units) > FEW:
        return full_book(session)
    paths = _paths(session, units)
    above = sorted({place for path in paths.values() for place in path})
    given = {"ids": sorted({official for official, _, _ in stands}), "units": above, "positions": sorted(positions)}
    return Book(*_profiles(session, positions), rules=_rules(session, given), paths=paths)


def full_book(session: Session, *, always_paths: bool = False) -> Book:
    """Every profile, every rule in force; every unit, where there are rules or `always_paths` (for rules still to come)."""
    rules = _rules(session, None)
    return Book(*_profiles(session, None), rules=rules, paths=_paths(session, None) if rules or always_paths else {})


def effective(session: Session, official_ids: Collection[int]) -> dict[int, dict[str, Effective]]:
    """The targets of level 1 or more that hold for each official, by competency, with the rule that applies."""
    stands = [Stand(*row) for row in session.execute(_STANDS, {"ids": list(official_ids)})]
    known = book(session, stands)
    return {stand.official_id: {code: one for code, one in known.profile(*stand).effective.items() if one.level} for stand in stands}


def _profiles(session: Session, positions: Collection[int] | None) -> tuple[dict[int, dict[str, Line]], int | None]:
    """Arguments of a book: lines by position, and the position that asks for the baseline only."""
    found: defaultdict[int, dict[str, Line]] = defaultdict(dict)
    baseline = None
    rows = session.execute(_PROFILES) if positions is None else session.execute(_PROFILES_OF, {"positions": sorted(positions)})
    for position, code, level, critical, is_baseline in rows:
        found[position][code] = Line(level, critical)
        baseline = position if is_baseline else baseline
    return found, baseline


def _paths(session: Session, units: Collection[int] | None) -> dict[int, list[int]]:
    rows = session.execute(_PATHS) if units is None else session.execute(_PATHS_OF, {"units": sorted(units)})
    return {unit_id: [int(part) for part in path.split("/") if part] for unit_id, path in rows}


def _rules(session: Session, given: Mapping[str, Collection] | None) -> list[Rule]:
    rows = session.execute(_RULES) if given is None else session.execute(_RULES_OF, given)
    heads: dict[int, tuple] = {}
    lines: defaultdict[int, dict[str, Line]] = defaultdict(dict)
    for row in rows:
        heads[row.id] = row
        if row.competency is not None:
            lines[row.id][row.competency] = Line(row.level, row.critical)
    return [_rule(row, lines[version]) for version, row in heads.items()]


def _rule(row: TargetVersion, lines: Mapping[str, Line]) -> Rule:
    """A version as a rule with its lines."""
    places = row.position_id, row.unit_id, row.official_id
    return Rule(row.ref, Scope(row.scope), lines, row.valid_from, *places, in_to=row.in_to, out_to=row.out_to)
