"""Looking ahead: what targets would change, for whom, and how their states would read. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lms.access.policy import Scope
from lms.competency import target_queries
from lms.competency import target_version_queries as versions
from lms.competency.actions import state_on
from lms.competency.estimates import against, known, rules
from lms.competency.evidence import batches
from lms.competency.models import Proficiency
from lms.competency.states import Rules
from lms.competency.target_version_queries import Thing
from lms.competency.targeting import Lines, differences
from lms.core import clock, paging
from lms.people.models import Official, Position, Unit
from lms.people.queries import within as units_within

NOT_REQUIRED = "not_required"
STATES = ("met", "not_yet", "unclear", "no_evidence", NOT_REQUIRED)


class Foreseen(NamedTuple):
    """What is asked of an official in one competency, and the state of the day, before and after."""

    official_id: int
    unit_id: int
    competency: str
    level_before: int
    level_after: int
    before: str
    after: str


@dataclass(slots=True)
class Summary:
    """How many people and units have their targets changed, and states before and after by competency."""

    people: int = 0
    units: int = 0
    before: dict[str, Counter[str]] = field(default_factory=dict)
    after: dict[str, Counter[str]] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    """In how many people the state changes, by competency."""

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        counts = {name: {code: dict(one) for code, one in getattr(self, name).items()} for name in ("before", "after")}
        return {"people": self.people, "units": self.units, "changed": self.changed, **counts}


EVERYWHERE = Scope(everything=True)


def people_in_scope(session: Session, thing: Thing, within: Scope = EVERYWHERE) -> int:
    """Active officials that the targets of a thing are about, in the units of `within`."""
    return paging.count(session, _ids(thing, within))


def _ids(thing: Thing, within: Scope) -> Select[Any]:
    query = versions.in_scope(thing).where(Official.active)
    return query if within.everything else query.where(Official.unit_id.in_(select(Unit.id).where(units_within(within))))


def foresee(session: Session, thing: Thing, lines: Lines, now: datetime, within: Scope = EVERYWHERE) -> Iterator[Foreseen]:
    """Every active official of the scope (in the units of `within`) and competency in which something else would be asked."""
    book = target_queries.full_book(session, always_paths=True)
    ahead, today, in_force = book.having(thing.rule(lines)), clock.day_number(now), rules()
    for ids in batches(session.scalars(_ids(thing, within)).all()):
        asked: dict[int, tuple[int, Mapping[str, Any]]] = {}
        for row in session.execute(select(Official.id, Official.unit_id, Official.position_id).where(Official.id.in_(ids))):
            before, after = (one.levels(row.id, row.unit_id, row.position_id) for one in (book, ahead))
            if before != after:
                asked[row.id] = row.unit_id, differences(before, after)
        yield from _states(session, asked, in_force, today)


def _states(session: Session, asked: Mapping[int, tuple[int, Mapping[str, Any]]], in_force: Rules, today: int) -> Iterator[Foreseen]:
    table = Proficiency.__table__
    codes = sorted({code for _, changes in asked.values() for code in changes})
    rows = session.execute(select(table).where(table.c.official_id.in_(asked), table.c.competency.in_(codes))).mappings() if asked else ()
    stored = {(row["official_id"], row["competency"]): row for row in rows}
    for official_id, (unit_id, changes) in asked.items():
        for code, (old, new) in changes.items():
            row = stored.get((official_id, code))
            after = row and dict(row) | against(known(row), new, in_force)
            states = (state_on(one, today) if level else NOT_REQUIRED for one, level in ((row, old), (after, new)))
            yield Foreseen(official_id, unit_id, code, old, new, *states)


def summary(found: Iterable[Foreseen]) -> Summary:
    """Counts of what is foreseen."""
    one, officials, units = Summary(), set(), set()
    for f in found:
        officials.add(f.official_id)
        units.add(f.unit_id)
        one.before.setdefault(f.competency, Counter())[f.before] += 1
        one.after.setdefault(f.competency, Counter())[f.after] += 1
        one.changed[f.competency] = one.changed.get(f.competency, 0) + (f.before != f.after)
    one.people, one.units = len(officials), len(units)
    return one


ORDERS = {
    "staff_no": (Official.staff_no,),
    "name": (Official.name, Official.staff_no),
    "unit": (Unit.code, Official.staff_no),
}


def people(ids: Collection[int], *, text: str = "", order: str = "staff_no") -> Select[Any]:
    """Rows of (Official, Unit, Position) of these officials."""
    query = select(Official, Unit, Position).join(Unit, Unit.id == Official.unit_id).join(Position, Position.id == Official.position_id)
    query = query.where(Official.id.in_(ids))
    if text:
        query = query.where(or_(Official.name.contains(text, autoescape=True), Official.staff_no.contains(text.upper(), autoescape=True)))
    return query.order_by(*ORDERS.get(order, ORDERS["staff_no"]))
