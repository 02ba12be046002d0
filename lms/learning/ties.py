"""What assessments must know of courses, answered from above: see ``assessments.course_tie``."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments.queries import CourseTie, LessonTie
from lms.core import instance
from lms.courses import queries as courses
from lms.courses.models import Course, CourseRevision
from lms.courses.retirement_queries import is_offered
from lms.learning.models import Enrolment


def course_tie(session: Session, course_slug: str, official_id: int | None) -> CourseTie | None:
    """The course as an official meets it: the revision they began, else the current one; None when no such course is loaded."""
    begun = _begun(session, course_slug, official_id)
    ref = begun or _current(session, course_slug)
    if ref is None:
        return None
    contents = courses.contents(session, ref)
    closed = begun is None and not _is_offered(session, course_slug)
    return CourseTie(
        slug=course_slug,
        title=contents.title,
        revision_id=contents.revision_id,
        provisional=contents.provisional,
        gives_evidence=not closed and courses.gives_evidence(session, contents.revision_id, sample=instance.is_sample()),
        retired=closed,
        lessons={line.code: LessonTie(line.slug, line.title) for line in contents.lessons},
    )


def _is_offered(session: Session, course_slug: str) -> bool:
    """Whether newcomers may begin the course: of a retired one nobody new takes the quiz."""
    return bool(session.scalar(select(is_offered()).select_from(Course).where(Course.slug == course_slug)))


def _begun(session: Session, course_slug: str, official_id: int | None) -> str | None:
    query = (
        select(CourseRevision.ref)
        .join(Enrolment, Enrolment.revision_id == CourseRevision.id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Course.slug == course_slug, Enrolment.official_id == official_id)
    )
    return session.scalar(query)


def _current(session: Session, course_slug: str) -> str | None:
    return session.scalar(select(CourseRevision.ref).join(Course, Course.current_revision_id == CourseRevision.id).where(Course.slug == course_slug))
