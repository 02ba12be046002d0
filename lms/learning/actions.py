"""Begin a course, say that a lesson is done, credit its class hours. Nothing here looks at time spent."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments.enums import Purpose
from lms.assessments.events import AttemptSubmitted, LessonCheckPassed
from lms.core import events
from lms.core.db import Base
from lms.core.errors import Conflict, NotFound
from lms.courses.models import Course, CourseRevision, Lesson
from lms.courses.retirement_queries import retirement
from lms.learning import gain_queries, queries
from lms.learning.enums import How
from lms.learning.events import CourseCompleted
from lms.learning.models import Completion, Enrolment, LessonDone


def begin(session: Session, *, course_slug: str, lesson_code: str = "", actor: Actor, now: datetime) -> Enrolment:
    """Bind the official to the course's current revision, which they will finish; a second time changes nothing. Raises Conflict for a newcomer
    to a retired course."""
    policy.ensure(actor, Permission.LEARN)
    assert actor.official_id is not None
    course = session.scalar(select(Course).where(Course.slug == course_slug))
    if course is None or course.current_revision_id is None:
        raise NotFound
    retired = retirement(session, course.id)
    if retired is not None and queries.find_enrolment(session, official_id=actor.official_id, course_id=course.id) is None:
        raise Conflict(_("The course is retired: nobody new begins it. Reason: %(reason)s", reason=retired.reason))
    return _begin(session, course, actor.official_id, lesson_code, now)


def _begin(session: Session, course: Course, official_id: int, lesson_code: str, now: datetime) -> Enrolment:
    found = queries.find_enrolment(session, official_id=official_id, course_id=course.id)
    if found is not None:
        return found
    values = {"official_id": official_id, "course_id": course.id, "revision_id": course.current_revision_id, "last_lesson_code": lesson_code}
    _insert_once(session, Enrolment, values | {"started_at": now})
    enrolment = queries.find_enrolment(session, official_id=official_id, course_id=course.id)
    assert enrolment is not None
    return enrolment


def _insert_once(session: Session, model: type[Base], values: dict[str, object]) -> bool:
    """Insert a row unless its unique key is taken: two tabs at once make one row on either engine. Whether it was new."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    table = model.__table__
    return session.scalar(dialect.insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)) is not None


def state_done(session: Session, *, course_slug: str, lesson_slug: str, actor: Actor, now: datetime) -> Enrolment:
    """Record the official's own statement that a lesson is done. Raises NotFound for a lesson their revision does not have."""
    enrolment = begin(session, course_slug=course_slug, actor=actor, now=now)
    code = session.scalar(select(Lesson.code).where(Lesson.revision_id == enrolment.revision_id, Lesson.slug == lesson_slug))
    if code is None:
        raise NotFound
    _mark_done(session, enrolment, code, How.STATEMENT, now)
    return enrolment


def _mark_done(session: Session, enrolment: Enrolment, code: str, how: How, now: datetime) -> None:
    _insert_once(session, LessonDone, {"enrolment_id": enrolment.id, "lesson_code": code, "how": str(how), "done_at": now})
    enrolment.last_lesson_code = code


def take_current_revision(session: Session, *, course_slug: str, actor: Actor, now: datetime) -> Enrolment:
    """Move the official to the course's current revision, by their own wish; lessons done keep counting by their ids."""
    enrolment = begin(session, course_slug=course_slug, actor=actor, now=now)
    course = session.get(Course, enrolment.course_id)
    assert course is not None and course.current_revision_id is not None
    if enrolment.revision_id == course.current_revision_id:
        raise Conflict(_("You are reading the newest version already."))
    enrolment.revision_id = course.current_revision_id
    return enrolment


def on_check_passed(session: Session, event: LessonCheckPassed) -> None:
    """A lesson is done when each of its practice items has been answered right once (course format, rule 8)."""
    query = (
        select(Course)
        .join(CourseRevision, CourseRevision.course_id == Course.id)
        .join(Lesson, Lesson.revision_id == CourseRevision.id)
        .where(Lesson.code == event.lesson_code)
        .limit(1)
    )
    course = session.scalar(query)
    if course is None:
        return  # practice items may outlive the lesson they belonged to
    enrolment = _begin(session, course, event.official_id, event.lesson_code, event.now)
    _mark_done(session, enrolment, event.lesson_code, How.CHECK, event.now)


def on_attempt_submitted(session: Session, event: AttemptSubmitted) -> None:
    """Credit a course's class hours when its evidence quiz is submitted, once a revision (course format, rule 8)."""
    if event.purpose != Purpose.EVIDENCE or event.course_slug is None:
        return
    course = session.scalar(select(Course).where(Course.slug == event.course_slug))
    if course is None:
        return
    enrolment = _begin(session, course, event.official_id, "", event.submitted_at)
    revision = session.get(CourseRevision, event.course_revision_id or enrolment.revision_id)
    assert revision is not None
    _complete(session, course, revision, event)


def _complete(session: Session, course: Course, revision: CourseRevision, event: AttemptSubmitted) -> None:
    codes = tuple(move["c"] for move in revision.meta["moves"])
    values = {
        "official_id": event.official_id,
        "course_id": course.id,
        "revision_id": revision.id,
        "attempt_ref": event.attempt_ref,
        "hours": revision.hours,
        "competencies": ",".join(codes),
        "completed_at": event.submitted_at,
    }
    if gains := gain_queries.stamp(session, course.id, codes):
        values["gains"] = gains
    if _insert_once(session, Completion, values):
        events.publish(session, CourseCompleted(event.official_id, course.id, codes, event.submitted_at))
