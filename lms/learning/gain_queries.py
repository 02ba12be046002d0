"""What is expected of a course: gains learned from answers, else the prior."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.learning.models import CourseGain

PRIOR_POINTS = 35
"""What is expected where nothing has been learned yet, on the scale of the skills page (100 points a logit)."""
PRIOR_VARIANCE = 50_000
"""How far that may be off (micro-logit²)."""
PERSON_SPREAD = PRIOR_VARIANCE // 2
"""The part of a gain's variance by which people differ (micro-logit²), which short quizzes cannot measure; the rest is doubt about the mean."""


class Expected(NamedTuple):
    """The gain expected on a competency in points of the scale; ``n`` officials it was learned from, 0: the prior."""

    code: str
    points: int
    n: int


def gains(session: Session, course_id: int | None = None) -> dict[tuple[int, str], CourseGain]:
    """The newest learned gains by (course id, competency), of all courses or one."""
    query = select(CourseGain).order_by(CourseGain.version)
    if course_id is not None:
        query = query.where(CourseGain.course_id == course_id)
    return {(row.course_id, row.competency): row for row in session.scalars(query)}


def stamp(session: Session, course_id: int, codes: Iterable[str]) -> dict[str, list[int]]:
    """What a completion carries: {competency: [gain in milli-logits, variance in micro-logit²]} where a gain has been learned."""
    known = gains(session, course_id)
    return {code: [row.gamma_milli, row.v_micro] for code in codes if (row := known.get((course_id, code))) is not None}


def expected(session: Session, course_id: int, codes: Sequence[str]) -> list[Expected]:
    """What people may expect of a course, by competency in the order given."""
    known = gains(session, course_id)
    rows = [(code, known.get((course_id, code))) for code in codes]
    return [Expected(code, round(row.gamma_milli / 10), row.n) if row and row.n else Expected(code, PRIOR_POINTS, 0) for code, row in rows]
