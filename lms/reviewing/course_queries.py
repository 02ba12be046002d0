"""Courses with their revisions: what was released when, reviewed by whom, corrected, retired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.courses import retirement_queries
from lms.courses.models import Course, CourseRetirement, CourseRevision
from lms.reviewing.enums import CORRECTED
from lms.reviewing.models import Review

MOST = 500


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with its live revision, how many it has had, and whether it is retired."""

    course: Course
    current: CourseRevision
    revisions: int
    retirement: CourseRetirement | None


def courses(session: Session) -> list[CourseLine]:
    """All courses by their codes (at most MOST)."""
    counted = select(CourseRevision.course_id, func.count().label("n")).group_by(CourseRevision.course_id).subquery()
    query = (
        select(Course, CourseRevision, counted.c.n)
        .join(CourseRevision, CourseRevision.id == Course.current_revision_id)
        .join(counted, counted.c.course_id == Course.id)
        .order_by(Course.code)
        .limit(MOST)
    )
    retired = retirement_queries.retired(session)
    return [CourseLine(course, current, count, retired.get(course.id)) for course, current, count in session.execute(query)]


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision with the review in which it was released here, what its changelog says of it, and whether it corrected an error."""

    revision: CourseRevision
    review: Review | None
    zh: str
    en: str
    corrected: bool


def revisions(session: Session, course: Course) -> list[RevisionLine]:
    """Every revision of a course, the latest first."""
    rows = session.scalars(select(CourseRevision).where(CourseRevision.course_id == course.id).order_by(CourseRevision.id.desc())).all()
    refs = [row.review_ref for row in rows if row.review_ref]
    reviews = {one.ref: one for one in session.scalars(select(Review).where(Review.ref.in_(refs)))}
    return [_line(row, reviews.get(row.review_ref or "")) for row in rows]


def _line(row: CourseRevision, review: Review | None) -> RevisionLine:
    said = next((one for one in row.meta.get("changelog", ()) if one.get("version") == row.version), {})
    zh, en = str(said.get("zh", "")), str(said.get("en", ""))
    return RevisionLine(row, review, zh, en, zh.startswith(CORRECTED[0]) or (review is not None and review.hot_fix))


def revision(rows: Sequence[RevisionLine], ref: str) -> CourseRevision:
    """One of the revisions by its reference. Raises NotFound."""
    found = next((one.revision for one in rows if one.revision.ref == ref), None)
    if found is None:
        raise NotFound
    return found
