"""What a plan is made from, read from the database into arrays: open gaps, courses with their gains, what is done or assigned already.

A gap is what the *expected* track (answers, and what completed courses may be expected to have moved) lacks to the target that holds for the
official. Without evidence there is no gap to plan for. A course helps where its levels fit: from one level below the one it starts at, and not
beyond the one it leads to; so a competency has a column for each group of levels that the same courses help.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from lms.assignments.enums import State, ThingKind
from lms.assignments.models import Assignment
from lms.competency import target_queries
from lms.competency.models import Proficiency
from lms.core import framework
from lms.courses.models import Course, CourseRevision
from lms.courses.retirement_queries import is_offered
from lms.learning import gain_queries
from lms.learning.models import Completion
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official, Position, Unit
from lms.people.queries import below
from lms.planning import queries
from lms.planning.effect import Gains
from lms.planning.limits import Hand, Limits, Wish
from lms.planning.problem import NO_LIMIT, Problem

ROWS = 50_000


class CourseLine(NamedTuple):
    """A course as a plan sees it; ``moves``: {competency: (from, to)}, ``gains``: {competency: (milli-logits, micro-logit², learned from)}."""

    id: int
    slug: str
    hours: int
    seats: int
    moves: dict[str, tuple[int, int]]
    gains: dict[str, tuple[int, int, int]]

    def helps(self, code: str, level: int) -> bool:
        """Whether it moves somebody who stands at ``level`` (0 to 5)."""
        if code not in self.moves:
            return False
        low, high = self.moves[code]
        return low - 1 <= level < high


@dataclass(frozen=True, eq=False)
class Intake:
    """The problem and the names of its places: officials' ids, courses, competency codes (of ``gains.of``), codes of units with a floor."""

    problem: Problem
    gains: Gains
    officials: np.ndarray
    courses: Sequence[CourseLine]
    codes: Sequence[str]
    units: Sequence[str]
    facts: dict[str, Any]

    def code(self, column: int) -> str:
        """The competency of a column."""
        return self.codes[self.gains.of[column]]


def intake(session: Session, unit: Unit, limits: Limits, now: datetime) -> Intake:
    """Everything for a plan of ``unit`` and all below it, as it stands now."""
    courses, codes = course_lines(session, limits), framework.read().codes
    columns = _Columns(courses, codes)
    people = _People(session, unit, columns, limits.only)
    gains = columns.gains(courses)
    assigned, completed = _pairs(session, unit, people, courses, _ASSIGNED), _pairs(session, unit, people, courses, _COMPLETED)
    gaps = people.gaps.copy()
    for i, j in assigned.tolist():
        gaps[i] = np.maximum(gaps[i] - gains[j].clip(0), 0)
    had = np.unique(np.concatenate([assigned, completed]), axis=0)
    out, into = _hands(limits.hands, people, courses)
    into = into[~_among(into, had)]
    must = np.isin(people.positions, _positions(session, limits.must_posts))
    problem = Problem(
        gaps=gaps, critical=people.critical, must=must, unit=people.unit, hours=np.array([one.hours for one in courses], np.int64),
        seats=np.array([one.seats for one in courses], np.int64), gains=gains, total_hours=limits.total,
        person_hours=NO_LIMIT if limits.person_hours is None else limits.person_hours, floor_percent=limits.floor_percent,
        critical_weight=limits.critical_weight, barred=np.unique(np.concatenate([had, out]), axis=0), given=into,
    )  # fmt: skip
    lost = sum(one.wish == Wish.MUST for one in limits.hands) - len(into)
    facts = _facts(session, unit, people, courses, now) | {"assigned": len(assigned), "completed": len(completed), "hands_lost": lost}
    return Intake(problem, columns.known(courses), people.ids, courses, codes, people.unit_codes, facts)


def course_lines(session: Session, limits: Limits | None = None) -> list[CourseLine]:
    """Courses that may be chosen, by code, with learned gains or the prior; those without seats are left out."""
    seats = limits.seats if limits else {}
    learned = gain_queries.gains(session)
    query = select(Course.id, Course.slug, CourseRevision.hours, CourseRevision.meta).join(CourseRevision, CourseRevision.id == Course.current_revision_id)
    found = []
    for id_, slug, hours, meta in session.execute(query.where(is_offered()).order_by(Course.code)):
        moves = {move["c"]: (move["from"], move["to"]) for move in meta["moves"]}
        if seats.get(slug) != 0 and hours > 0:
            found.append(CourseLine(id_, slug, hours, seats.get(slug, NO_LIMIT), moves, {code: _gain(learned.get((id_, code))) for code in moves}))
    return found


def _gain(row: Any) -> tuple[int, int, int]:
    if row is None or not row.n:
        return gain_queries.PRIOR_POINTS * 10, gain_queries.PRIOR_VARIANCE, 0
    return max(row.gamma_milli, 0), row.v_micro, row.n


class _Columns:
    """A column for each competency and group of levels that the same courses help."""

    def __init__(self, courses: Sequence[CourseLine], codes: Sequence[str]) -> None:
        self.place: dict[tuple[str, int], int] = {}
        self.of: list[int] = []
        self.movers: list[frozenset[int]] = []
        for k, code in enumerate(codes):
            known: dict[frozenset[int], int] = {}
            for level in range(6):
                helping = frozenset(j for j, course in enumerate(courses) if course.helps(code, level))
                if helping not in known:
                    known[helping] = len(self.of)
                    self.of.append(k)
                    self.movers.append(helping)
                self.place[code, level] = known[helping]
        self.codes, self.cuts = codes, framework.read().cuts_milli

    def column(self, code: str, m_milli: int) -> int:
        """Where somebody with that estimate stands."""
        return self.place[code, bisect_right(self.cuts, m_milli)]

    def gains(self, courses: Sequence[CourseLine]) -> np.ndarray:
        """(J, C) milli-logits."""
        found = np.zeros((len(courses), len(self.of)), np.int32)
        for c, movers in enumerate(self.movers):
            for j in movers:
                found[j, c] = courses[j].gains[self.codes[self.of[c]]][0]
        return found

    def known(self, courses: Sequence[CourseLine]) -> Gains:
        """How well gains are known."""
        doubt, spread = np.zeros((len(courses), len(self.codes))), np.zeros((len(courses), len(self.codes)))
        for j, course in enumerate(courses):
            for code, (_, v, n) in course.gains.items():
                if code in self.codes:
                    doubt[j, self.codes.index(code)], spread[j, self.codes.index(code)] = parts(v, n)
        return Gains(doubt, spread, np.array(self.of))


def parts(v: int, learned_from: int) -> tuple[int, int]:
    """A gain's variance (micro-logit²) as doubt about its mean and spread of people; of the prior neither is known, so each is taken to be all of it."""
    spread = min(v, gain_queries.PERSON_SPREAD) if learned_from else v
    return (v - spread if learned_from else v), spread


class _People:
    """Officials with an open gap: ids (n, sorted), gaps and critical (n, C), unit index (n), positions (n)."""

    def __init__(self, session: Session, unit: Unit, columns: _Columns, only: str = "") -> None:
        rows = [np.array(part, np.int64).reshape(-1, 6) for part in self._read(session, unit, columns, only)]
        found = np.concatenate([np.zeros((0, 6), np.int64), *rows])
        self.ids, first, place = np.unique(found[:, 0], return_index=True, return_inverse=True)
        self.gaps = np.zeros((len(self.ids), len(columns.of)), np.int32)
        self.critical = np.zeros(self.gaps.shape, bool)
        self.gaps[place, found[:, 1]] = found[:, 2]
        self.critical[place, found[:, 1]] = found[:, 3] > 0
        self.positions = found[first, 4]
        children, self.unit = np.unique(found[first, 5], return_inverse=True)
        codes = dict(session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(children.tolist()))).all())
        self.unit_codes = [codes[int(child)] for child in children]

    @staticmethod
    def _read(session: Session, unit: Unit, columns: _Columns, only: str) -> Iterator[list[tuple[int, ...]]]:
        """Rows (official, column, gap, critical, position, unit of the floor), a portion at a time."""
        book = target_queries.full_book(session)
        cuts = framework.read().cuts_milli
        p = Proficiency
        cut = case({level: cut for level, cut in enumerate(cuts, 1)}, value=p.target_level)
        query = (
            select(p.official_id, p.competency, p.expected_m_milli, p.target_level, Official.position_id, Official.unit_id, Unit.path)
            .join(Official, Official.id == p.official_id)
            .join(Unit, Unit.id == Official.unit_id)
            .where(Official.active, below(unit), p.target_level > 0, p.expected_m_milli < cut, *([p.competency == only] if only else []))
            .execution_options(yield_per=ROWS)
        )
        for part in session.execute(query).partitions(ROWS):
            lines = []
            for official, code, m, target, position, unit_id, path in part:
                asked = book.profile(official, unit_id, position).effective.get(code)
                critical = asked is not None and asked.critical
                lines.append((official, columns.column(code, m), cuts[target - 1] - m, critical, position, child_of(unit.path, path)))
            yield lines


def child_of(path: str, other: str) -> int:
    """The unit directly below ``path`` in which ``other`` lies; the unit itself for its own people."""
    rest = other[len(path) :].split("/")[0]
    return int(rest or path.strip("/").split("/")[-1])


_ASSIGNED = (
    select(Assignment.official_id, Assignment.code)
    .join(Official, Official.id == Assignment.official_id)
    .join(Unit, Unit.id == Official.unit_id)
    .where(Assignment.kind == ThingKind.COURSE, Assignment.state == State.OPEN)
)
_COMPLETED = (
    select(Completion.official_id, Course.slug)
    .join(Course, Course.id == Completion.course_id)
    .join(Official, Official.id == Completion.official_id)
    .join(Unit, Unit.id == Official.unit_id)
)


def _pairs(session: Session, unit: Unit, people: _People, courses: Sequence[CourseLine], query: Select[Any]) -> np.ndarray:
    """(m, 2) official and course of people with gaps."""
    places = {course.slug: j for j, course in enumerate(courses)}
    rows = [(official, places[slug]) for official, slug in session.execute(query.where(below(unit))) if slug in places]
    found = np.array(rows, np.int64).reshape(-1, 2)
    place = np.searchsorted(people.ids, found[:, 0]).clip(0, max(len(people.ids) - 1, 0))
    known = people.ids[place] == found[:, 0] if len(people.ids) else np.zeros(len(found), bool)
    return np.unique(np.stack([place, found[:, 1]], axis=1)[known], axis=0)


def _hands(hands: Sequence[Hand], people: _People, courses: Sequence[CourseLine]) -> tuple[np.ndarray, np.ndarray]:
    """(m, 2) official and course: those whom a hand took out, and those whom it put in; who has no measured gap or is not here is left out."""
    row = {int(official): i for i, official in enumerate(people.ids)} if hands else {}
    place = {course.slug: j for j, course in enumerate(courses)}
    out, into = [], []
    for one in hands:
        if one.official_id in row:
            pairs = [(row[one.official_id], place[slug]) for slug in ([one.course] if one.course else place) if slug in place]
            (into if one.wish == Wish.MUST else out).extend(pairs)
    return np.array(sorted(out), np.int64).reshape(-1, 2), np.array(sorted(into), np.int64).reshape(-1, 2)


def _among(pairs: np.ndarray, others: np.ndarray) -> np.ndarray:
    known = set(map(tuple, others.tolist()))
    return np.array([tuple(pair) in known for pair in pairs.tolist()], bool)


def _positions(session: Session, codes: Sequence[str]) -> list[int]:
    return list(session.scalars(select(Position.id).where(Position.code.in_(codes))))


def _facts(session: Session, unit: Unit, people: _People, courses: Sequence[CourseLine], now: datetime) -> dict[str, Any]:
    """What the plan's page says about its data."""
    return queries.readiness(session, unit) | {
        "with_gap": len(people.ids),
        "gap_milli": int(people.gaps.sum(dtype=np.int64)),
        "gains_as_of": day_of(now).isoformat(),
        "courses": {one.slug: {"hours": one.hours, "seats": one.seats, "moves": one.moves, "gains": one.gains} for one in courses},
    }
