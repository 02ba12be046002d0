"""Reading how critical posts could be filled: holders, their retirements, and people who are ready or nearly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.competency import level_queries
from lms.competency.level_queries import Skill, Wanted
from lms.core.lately import lately
from lms.people import queries as people
from lms.people.models import Official, Position, Unit
from lms.talent import bench
from lms.talent.bench import Readiness, Strength

BELOW_ALL = -(10**9)
NOTHING: Mapping[str, int] = {}
MANY = 1000
MOST_PEOPLE = 20_000
"""Beyond so many people a unit's posts are looked at unit by unit."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is ready or nearly, with what the post asks for."""

    official_id: int
    readiness: Readiness
    skills: Sequence[Skill]

    @property
    def missing(self) -> list[Skill]:
        return bench.missing(self.skills)


@dataclass(frozen=True, slots=True)
class Post:
    """A critical post of a unit: how many hold it, how many of them retire within the horizon, and who could follow."""

    position: Position
    critical: tuple[str, ...]
    holders: int
    retiring: int
    next_retirement: date | None
    candidates: Sequence[Candidate]
    strength: Strength

    @property
    def ready(self) -> int:
        return Counter(one.readiness for one in self.candidates)[Readiness.READY]

    @property
    def nearly(self) -> int:
        return Counter(one.readiness for one in self.candidates)[Readiness.NEARLY]


def people_in(session: Session, unit: Unit) -> int:
    """How many active officials the unit and all below it have; no more are counted than may be looked at."""
    query = _here(unit).with_only_columns(Official.id).limit(MOST_PEOPLE + 1)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


class Line(NamedTuple):
    """A critical post in one line: only numbers, so that they can be kept for some minutes."""

    position_id: int
    holders: int
    retiring: int
    next_retirement: date | None
    ready: int
    nearly: int
    strength: Strength


def lines(session: Session, unit: Unit, *, today: int, on: date) -> list[tuple[Position, Line]]:
    """The critical posts that somebody in the unit holds, each in one line; of a county's thousands what was counted within the last ten minutes."""

    def count() -> list[Line]:
        found = posts(session, unit, today=today, on=on)
        return [Line(p.position.id, p.holders, p.retiring, p.next_retirement, p.ready, p.nearly, p.strength) for p in found]

    found = lately(("bench strength", unit.id, today), count) if people_in(session, unit) > MANY else count()
    positions = {one.id: one for one in session.scalars(select(Position).where(Position.id.in_([line.position_id for line in found])))}
    return [(positions[line.position_id], line) for line in found]


def posts(session: Session, unit: Unit, *, today: int, on: date) -> list[Post]:
    """The critical posts that somebody in the unit holds, in the order of their codes."""
    everyone = Everyone(session, unit)
    positions = session.scalars(select(Position).where(Position.id.in_(everyone.positions)).order_by(Position.code)).all()
    found = (post(session, unit, position, today=today, on=on, everyone=everyone) for position in positions)
    return [one for one in found if one is not None]


def _here(unit: Unit) -> Select[Any]:
    """Rows (id, position id, day of retirement) of the active people of a unit and all below it, found by their units: a post has holders in every county."""
    units = select(Unit.id).where(people.below(unit))
    return select(Official.id, Official.position_id, Official.retires_on).where(Official.active, Official.unit_id.in_(units))


class Everyone:
    """The active people of a unit and all below it, and their estimates when they are needed: read once for all its posts."""

    def __init__(self, session: Session, unit: Unit) -> None:
        self.session, self.unit = session, unit
        self.people = sorted(session.connection().execute(_here(unit)).all(), key=itemgetter(0))
        self.positions = {position_id for _, position_id, _ in self.people}

    @cached_property
    def estimates(self) -> dict[int, dict[str, int]]:
        return level_queries.estimates_of(self.session, _here(self.unit).with_only_columns(Official.id))

    def holders(self, position: Position, on: date, last: date) -> tuple[int, int, date | None]:
        """How many hold the post, how many of them retire from ``on`` to ``last``, and when the first of these does."""
        wanted = position.id  # asked of the object for each of thousands, it costs more than reading them
        days = [leaves for _, held, leaves in self.people if held == wanted]
        soon = sorted(day for day in days if day is not None and on <= day <= last)
        return len(days), len(soon), soon[0] if soon else None

    def staying(self, position: Position, last: date) -> list[int]:
        """Those at other posts who do not retire by ``last``."""
        wanted = position.id
        return [one for one, held, leaves in self.people if held != wanted and (leaves is None or leaves > last)]

    def reaching(self, official_ids: Iterable[int], wanted: Mapping[str, Wanted]) -> Iterator[int]:
        """Those whose estimates may be enough for being ready or nearly: necessary, not sufficient."""
        bars, cuts = (bench.rule().ready, bench.rule().nearly), level_queries.cuts(wanted)
        critical = [(code, cuts[code]) for code, one in wanted.items() if one.critical]
        share = min(bar.met_percent for bar in bars) * len(wanted)
        least = len(critical) - max(bar.critical_missing_at_most for bar in bars)
        for one in official_ids:
            known = self.estimates.get(one, NOTHING)
            if len([1 for code, cut in critical if known.get(code, BELOW_ALL) >= cut]) < least:  # few get further
                continue
            if 100 * sum(known.get(code, BELOW_ALL) >= cut for code, cut in cuts.items()) >= share:
                yield one


def post(session: Session, unit: Unit, position: Position, *, today: int, on: date, everyone: Everyone | None = None) -> Post | None:
    """One post of the unit as of the day ``on`` (its number: ``today``); None when the post is not critical."""
    by, everyone = bench.rule(), everyone or Everyone(session, unit)
    wanted = level_queries.wanted(session, unit_id=unit.id, position_id=position.id)
    critical = tuple(code for code, one in wanted.items() if one.critical)
    if len(critical) < by.critical_at_least:
        return None
    last = bench.horizon(on, by)
    holders, retiring, first = everyone.holders(position, on, last)
    reaching = _reaching(session, everyone, wanted)
    candidates = _candidates(session, [one for one in everyone.staying(position, last) if one in reaching], wanted, today)
    tally = Counter(one.readiness for one in candidates)
    strength = bench.strength(ready=tally[Readiness.READY], nearly=tally[Readiness.NEARLY], retiring=retiring, by=by)
    return Post(position, critical, holders, retiring, first, candidates, strength)


def _reaching(session: Session, everyone: Everyone, wanted: Mapping[str, Wanted]) -> Set[int]:
    """Whose estimates may be enough; of a county's thousands as found within the last ten minutes, and whoever was touched since."""
    ids = [one for one, _, _ in everyone.people]

    def find() -> tuple[int, Set[int]]:
        return level_queries.newest_touch(session), frozenset(everyone.reaching(ids, wanted))

    if len(ids) <= MANY:
        return find()[1]
    newest, found = lately(("reaching", everyone.unit.id, tuple(sorted(wanted.items()))), find)
    return found | level_queries.touched_after(session, newest)


def _candidates(session: Session, official_ids: Iterable[int], wanted: dict[str, Wanted], today: int) -> list[Candidate]:
    by = bench.rule()
    found = []
    for ids in people.batches(official_ids):
        for official_id, skills in level_queries.against(session, ids, wanted, today).items():
            near = bench.readiness(skills, by)
            if near is not Readiness.FAR:
                found.append(Candidate(official_id, near, skills))
    return found


def names(session: Session, official_ids: Sequence[int]) -> list[Any]:
    """Rows (Official, Unit, Position) by unit and name."""
    query = select(Official, Unit, Position).join(Unit, Unit.id == Official.unit_id).join(Position, Position.id == Official.position_id)
    rows = [row for ids in people.batches(official_ids) for row in session.execute(query.where(Official.id.in_(ids)))]
    return sorted(rows, key=lambda row: (row[1].code, row[0].name, row[0].staff_no))


def retiring(session: Session, unit: Unit, position: Position, *, on: date) -> Sequence[Any]:
    """Rows (Official, Unit) of holders who retire within the horizon, the first first."""
    holders = _here(unit).where(Official.position_id == position.id).with_only_columns(Official.id)
    soon = holders.where(Official.retires_on >= on, Official.retires_on <= bench.horizon(on, bench.rule()))
    query = select(Official, Unit).join(Unit, Unit.id == Official.unit_id).where(Official.id.in_(soon))
    return session.execute(query.order_by(Official.retires_on, Official.staff_no)).all()


def position_by_code(session: Session, code: str) -> Position | None:
    """The post with that code."""
    return session.scalar(select(Position).where(Position.code == code))
