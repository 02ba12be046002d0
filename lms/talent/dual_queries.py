"""Reading who meets both strands: one person live, lists as of last night, units by year."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.access.policy import Scope
from lms.competency import level_queries
from lms.competency.level_queries import Proven, Wanted
from lms.core import framework
from lms.core.instance import fact
from lms.core.paging import PAGE_SIZE, Page, page_of
from lms.people import queries as people
from lms.people.models import Official, Position, Unit
from lms.talent import dual
from lms.talent.dual import Verdict
from lms.talent.models import DualStanding, DualTally, DualYear, StrongLevel

ORDERS = {
    "name": (Official.name, Official.staff_no),
    "unit": (Unit.code, Official.staff_no),
    "position": (Position.code, Official.staff_no),
}
"""By name, unit or post: never by how much somebody can."""


AS_OF = "standings in both strands: day"
FOR_GOOD = 1_000_000  # a day that never comes


@dataclass(frozen=True, slots=True)
class Person:
    """A person's standing with what it is made of: targets and proven levels by competency."""

    standing: dual.Standing
    targets: dict[str, Wanted]
    levels: dict[str, Proven]

    @property
    def until(self) -> int:
        """The last day on which all of this holds without new evidence."""
        return min((one.until for one in self.levels.values() if one.until is not None), default=FOR_GOOD)


def strands() -> dict[str, str]:
    """T or G by competency, in the framework's order."""
    return {one.code: one.strand for one in framework.read().competencies}


def standings(session: Session, official_ids: Sequence[int], today: int) -> dict[int, Person]:
    """How officials stand on day ``today``."""
    targets = level_queries.wanted_by_many(session, official_ids)
    levels = level_queries.levels_of_many(session, official_ids, today)
    members = strands()
    return {i: _person(targets.get(i, {}), levels.get(i, {}), members) for i in official_ids}


def _person(targets: dict[str, Wanted], levels: dict[str, Proven], members: dict[str, str]) -> Person:
    return Person(dual.standing({code: one.level for code, one in targets.items()}, levels, members), targets, levels)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is narrowed to. ``technology`` and ``governance``: at least so many competencies proven at level 3 or above."""

    verdict: str = Verdict.MET
    text: str = ""
    unit: Unit | None = None
    position: str = ""
    tier: str = ""
    competency: str = ""
    technology: int = 0
    governance: int = 0
    order: str = "unit"
    kept: dict[str, str] = field(default_factory=dict)
    """The same as it stands in the address."""

    @property
    def plain(self) -> bool:
        """Whether units and standings alone say who is in the list, and units how it is ordered."""
        narrowed = self.text or self.position or self.tier or self.competency or self.technology or self.governance
        return not narrowed and self.order not in ("name", "position")


def listed(scope: Scope, wish: Wish) -> Select[Any]:
    """Rows (Official, Unit, Position, DualStanding) of active officials of ``scope``; ordered by name, unit or post only."""
    d = DualStanding
    query = people.officials(scope, text=wish.text, unit=wish.unit).add_columns(d).join(d, d.official_id == Official.id)
    query = query.where(d.strong_technology >= wish.technology, d.strong_governance >= wish.governance)
    if wish.verdict in set(Verdict):
        query = query.where(d.verdict == wish.verdict)
    if wish.position:
        query = query.where(Position.code == wish.position)
    if wish.tier:
        query = query.where(Unit.tier == wish.tier)
    if wish.competency:
        query = query.where(select(StrongLevel.level).where(StrongLevel.official_id == Official.id, StrongLevel.competency == wish.competency).exists())
    return query.order_by(None).order_by(*ORDERS.get(wish.order, ORDERS["unit"]))


def page(session: Session, scope: Scope, wish: Wish, *, number: int) -> Page:
    """A page of :func:`listed`. The plain list by unit finds its place by last night's counts, so that a province costs what a county does."""
    if not wish.plain:
        return page_of(session, listed(scope, wish), number=number)
    tallies = _tallies(session, scope, wish)
    number = min(max(number, 1), max(1, -(-tallies.total // PAGE_SIZE)))
    units, skipped = tallies.units_at((number - 1) * PAGE_SIZE, PAGE_SIZE)
    query = listed(scope, wish).where(Official.unit_id.in_(units)).offset(skipped).limit(PAGE_SIZE)
    return Page(session.execute(query).all(), number, tallies.total)


@dataclass(frozen=True, slots=True)
class Tallies:
    """Units in the order of their codes, and for each how many of the wanted standing it and all before it have."""

    units: array[int]
    until: array[int]

    @property
    def total(self) -> int:
        return self.until[-1] if self.until else 0

    def units_at(self, offset: int, size: int) -> tuple[list[int], int]:
        """The units that hold rows ``offset`` to ``offset + size``, and how many rows of the first of them come before."""
        first = bisect_right(self.until, offset)
        last = min(bisect_left(self.until, offset + size) + 1, len(self.units))
        return list(self.units[first:last]), offset - (self.until[first - 1] if first else 0)


def _tallies(session: Session, scope: Scope, wish: Wish) -> Tallies:
    """The counts by unit; on a large roster those read within the last ten minutes: they are made once a night."""
    verdict = wish.verdict if wish.verdict in set(Verdict) else ""
    key = ("tallies in both strands", scope, wish.unit and wish.unit.path, verdict, as_of(session))
    found: Tallies = people.counted(session, key, lambda: _read_tallies(session, scope, wish))
    return found


def _read_tallies(session: Session, scope: Scope, wish: Wish) -> Tallies:
    t = DualTally
    query = select(t.unit_id, func.sum(t.n)).join(Unit, Unit.id == t.unit_id).where(_wanted(scope, wish.unit))
    if wish.verdict in set(Verdict):
        query = query.where(t.verdict == wish.verdict)
    rows = session.execute(query.group_by(t.unit_id, Unit.code).order_by(Unit.code)).all()
    return Tallies(array("q", (unit_id for unit_id, _ in rows)), array("q", accumulate(int(n) for _, n in rows)))


def _wanted(scope: Scope, unit: Unit | None) -> ColumnElement[bool]:
    """The units of ``scope``, narrowed to those under ``unit``."""
    return people.within(scope) if unit is None else and_(people.within(scope), people.below(unit))


def counts(session: Session, scope: Scope, unit: Unit | None) -> dict[str, int]:
    """How many active officials there are of each verdict, as of last night."""
    query = select(DualTally.verdict, func.sum(DualTally.n)).join(Unit, Unit.id == DualTally.unit_id).where(_wanted(scope, unit))

    def count() -> dict[str, int]:
        return {verdict: int(n) for verdict, n in session.execute(query.group_by(DualTally.verdict))}

    found: dict[str, int] = people.counted(session, ("counts in both strands", scope, unit and unit.path, as_of(session)), count)
    return found


def as_of(session: Session) -> int | None:
    """The day of the standings; None before the first night."""
    known = fact(session, AS_OF)
    return int(known) if known else session.scalar(select(DualStanding.as_of).limit(1))


def years(session: Session, unit: Unit) -> Sequence[DualYear]:
    """The unit's figures by year, the newest first; and of those directly at it."""
    query = select(DualYear).where(DualYear.unit_id == unit.id, DualYear.direct.is_(False))
    return session.scalars(query.order_by(DualYear.year.desc())).all()


def children_in(session: Session, unit: Unit, year: int) -> Sequence[Any]:
    """Rows (Unit, DualYear) of the units right below, in one year."""
    query = select(Unit, DualYear).join(DualYear, DualYear.unit_id == Unit.id)
    return session.execute(query.where(Unit.parent_id == unit.id, DualYear.year == year, DualYear.direct.is_(False)).order_by(Unit.code)).all()


def tiers(session: Session, scope: Scope) -> Sequence[str]:
    """The tiers of the units of ``scope``."""
    query = select(Unit.tier).where(people.within(scope)).distinct().order_by(Unit.tier)
    found: Sequence[str] = people.counted(session, ("tiers", scope), lambda: session.scalars(query).all())
    return found


def matching(session: Session, scope: Scope, text: str, limit: int = 20) -> Sequence[Any]:
    """The first people of ``scope`` whose name or staff number holds ``text``: rows (Official, Unit, Position)."""
    query = people.officials(scope).where(or_(Official.name.contains(text, autoescape=True), Official.staff_no.contains(text.upper(), autoescape=True)))
    return session.execute(query.limit(limit)).all()
