"""What came of a decided plan: who has done theirs, and what their answers say of the gaps that the plan meant to close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.assignments.enums import SourceKind, State
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason
from lms.competency.models import Proficiency
from lms.core import framework
from lms.courses.models import Course
from lms.people.queries import batches
from lms.planning.effect import Z80
from lms.planning.models import Plan, PlanItem

MOST = 20_000
"""Places done beyond which a page does not add up person by person; the gap board says it of so many."""


@dataclass
class Standing:
    """Of one course or of all: places, and how many of them are done, overdue; ``groups``: references of the acts of assigning."""

    places: int = 0
    done: int = 0
    overdue: int = 0
    groups: list[str] = field(default_factory=list)


@dataclass
class Measured:
    """Of the people who have done theirs, in levels: gap when the plan was made, gap by answers now, variance of that, and what was expected to close."""

    people: int = 0
    then: float = 0.0
    now: float = 0.0
    variance: float = 0.0
    expected: float = 0.0

    @property
    def closed(self) -> float:
        return self.then - self.now

    @property
    def band(self) -> float:
        """Half the range of four chances in five, as sure as the answers of now make it."""
        return Z80 * self.variance**0.5


@dataclass(frozen=True)
class Progress:
    """Standing by course slug and in all; measured by competency and in all, None where nobody is done or too many to add up."""

    courses: Mapping[str, Standing]
    whole: Standing
    competencies: Mapping[str, Measured]
    measured: Measured | None


def progress(session: Session, plan: Plan, today: date) -> Progress:
    """How far a decided plan is."""
    courses = _courses(session, plan, today)
    whole = Standing(*(sum(getattr(one, name) for one in courses.values()) for name in ("places", "done", "overdue")))
    lines = _lines(session, plan) if 0 < whole.done <= MOST else []
    found = _measured(session, lines)
    return Progress(courses, whole, dict(sorted(found.items())), _sum(found.values(), len({official for official, *_ in lines})) if found else None)


def _given(plan: Plan) -> Any:
    """The standing assignments that the plan gave and that were not done before."""
    query = select().select_from(AssignmentReason).join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id)
    query = query.join(Assignment, Assignment.id == AssignmentReason.assignment_id)
    same = (AssignmentGroup.source_kind == SourceKind.PLAN) & (AssignmentGroup.source_ref == plan.ref)
    return query.where(same, AssignmentReason.withdrawn_at.is_(None), Assignment.done_before.is_(False))


def _courses(session: Session, plan: Plan, today: date) -> dict[str, Standing]:
    done = func.sum(case((Assignment.state == State.DONE, 1), else_=0))
    overdue = func.sum(case(((Assignment.state == State.OPEN) & (Assignment.due_on < today), 1), else_=0))
    query = _given(plan).add_columns(AssignmentGroup.code, AssignmentGroup.ref, func.count(), done, overdue)
    found: dict[str, Standing] = {}
    for code, ref, *counts in session.execute(query.group_by(AssignmentGroup.code, AssignmentGroup.ref).order_by(AssignmentGroup.code)):
        one = found.setdefault(code, Standing())
        one.places, one.done, one.overdue = (was + int(more) for was, more in zip((one.places, one.done, one.overdue), counts, strict=True))
        one.groups.append(ref)
    return found


def _lines(session: Session, plan: Plan) -> list[tuple[int, str, int, int]]:
    """(official, competency, gap at the plan, expected to close) of the places done, in milli-logits; a gap counts once a person."""
    did = _given(plan).add_columns(Assignment.official_id, Assignment.code).where(Assignment.state == State.DONE).subquery()
    query = select(PlanItem.official_id, PlanItem.closes).join(Course, Course.id == PlanItem.course_id)
    query = query.join(did, (did.c.official_id == PlanItem.official_id) & (did.c.code == Course.slug)).where(PlanItem.plan_id == plan.id)
    gaps: dict[tuple[int, str], int] = {}
    parts: Counter[tuple[int, str]] = Counter()
    for official_id, closes in session.execute(query):
        for code, (gap, part, _weight) in closes.items():
            gaps[official_id, code] = max(gap, gaps.get((official_id, code), 0))
            parts[official_id, code] += part
    return [(*key, gap, parts[key]) for key, gap in gaps.items()]


def _measured(session: Session, lines: Iterable[tuple[int, str, int, int]]) -> dict[str, Measured]:
    """By competency: answers alone, without what a course may be expected to have moved."""
    lines, cuts = list(lines), framework.read().cuts_milli
    p, stands = Proficiency, {}
    for batch in batches(sorted({official for official, *_ in lines})):
        query = select(p.official_id, p.competency, p.m_milli, p.v_micro, p.target_level).where(p.official_id.in_(batch))
        stands |= {(row.official_id, row.competency): row for row in session.execute(query)}
    found: dict[str, Measured] = {}
    for official_id, code, gap, part in lines:
        row = stands.get((official_id, code))
        if row is None or not row.target_level:  # nothing is asked of them any more
            continue
        left = max(cuts[row.target_level - 1] - row.m_milli, 0)
        _add(found.setdefault(code, Measured()), Measured(1, gap / 1000, left / 1000, row.v_micro / 1e6, part / 1000))
    return found


def _add(whole: Measured, one: Measured) -> None:
    for name in ("people", "then", "now", "variance", "expected"):
        setattr(whole, name, getattr(whole, name) + getattr(one, name))


def _sum(parts: Iterable[Measured], people: int) -> Measured:
    whole = Measured()
    for one in parts:
        _add(whole, one)
    whole.people = people
    return whole
