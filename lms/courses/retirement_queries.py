"""Which courses are retired, and what happened to a course in this respect."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.courses.models import Course, CourseRetirement


def course(session: Session, slug: str, *, lock: bool = False) -> Course:
    """The course at an address. Raises NotFound."""
    query = select(Course).where(Course.slug == slug)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def is_offered() -> ColumnElement[bool]:
    """Whether newcomers may begin the course, over Course."""
    return ~exists().where(CourseRetirement.course_id == Course.id, CourseRetirement.ended_at.is_(None))


def retirement(session: Session, course_id: int) -> CourseRetirement | None:
    """Why nobody new may begin the course; None while everybody may."""
    query = select(CourseRetirement).where(CourseRetirement.course_id == course_id, CourseRetirement.ended_at.is_(None))
    return session.scalar(query.order_by(CourseRetirement.id.desc()).limit(1))


def retirements(session: Session, course_id: int) -> Sequence[CourseRetirement]:
    """Every time the course was retired, the latest first."""
    return session.scalars(select(CourseRetirement).where(CourseRetirement.course_id == course_id).order_by(CourseRetirement.id.desc())).all()


def retired(session: Session) -> dict[int, CourseRetirement]:
    """All retired courses by their ids."""
    return {row.course_id: row for row in session.scalars(select(CourseRetirement).where(CourseRetirement.ended_at.is_(None)))}
