"""Learners whom a correction concerns: who did a lesson that it changed, stands in it, or completed the course."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.courses.models import CourseRevision, Lesson
from lms.learning.models import Completion, Enrolment, LessonDone
from lms.people.models import Account


def changed_lessons(session: Session, revision: CourseRevision) -> set[str]:
    """Codes of lessons that read otherwise than in the revision before."""
    query = select(CourseRevision.id).where(CourseRevision.course_id == revision.course_id, CourseRevision.id < revision.id)
    before = session.scalar(query.order_by(CourseRevision.id.desc()).limit(1))
    if before is None:
        return set()
    old, new = _texts(session, before), _texts(session, revision.id)
    return {code for code in new if old.get(code) != new[code]}


def _texts(session: Session, revision_id: int) -> dict[str, tuple[str, str]]:
    rows = session.execute(select(Lesson.code, Lesson.html_zh, Lesson.html_en).where(Lesson.revision_id == revision_id))
    return {code: (zh, en) for code, zh, en in rows}


def concerned(session: Session, revision: CourseRevision) -> list[int]:
    """Officials who read what changed, in an earlier revision."""
    codes = changed_lessons(session, revision)
    done = select(LessonDone.enrolment_id).where(LessonDone.lesson_code.in_(codes))
    finished = select(Completion.official_id).where(Completion.course_id == revision.course_id)
    read = or_(Enrolment.id.in_(done), Enrolment.last_lesson_code.in_(codes), Enrolment.official_id.in_(finished))
    query = select(Enrolment.official_id).where(and_(Enrolment.course_id == revision.course_id, Enrolment.revision_id != revision.id, read))
    return list(session.scalars(query.distinct().order_by(Enrolment.official_id)))


def accounts_of(session: Session, officials: list[int]) -> list[int]:
    """The accounts of officials."""
    return list(session.scalars(select(Account.id).where(Account.official_id.in_(officials)).order_by(Account.id)))
