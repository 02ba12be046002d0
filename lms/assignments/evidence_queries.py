"""When somebody did a thing: read from the facts that prove it, never from time spent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.assessments.enums import Purpose, StepKind, Use
from lms.assessments.models import Assessment, Attempt, AttemptStep, ItemRevision
from lms.assignments.enums import ThingKind
from lms.assignments.thing_queries import Thing
from lms.courses.models import Course
from lms.learning.enums import How
from lms.learning.models import Completion, Enrolment, LessonDone
from lms.people.queries import batches
from lms.portfolio.enums import CLOSED
from lms.portfolio.models import Submission, WorkTask, WorkTaskRevision

Moments = dict[int, datetime]
"""Official id -> when they did it last."""
Finished = Callable[[Session, Sequence[int], datetime | None], Mapping[int, datetime]]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_placements: list[Finished] = []


def connect(placements: Finished) -> None:
    """Say who knows of finished placements, which are a sibling's; called once, by ``wiring``."""
    _placements[:] = [placements]


def done(session: Session, thing: Thing, official_ids: Sequence[int], *, since: datetime | None = None) -> Moments:
    """Who of these has done the thing (since a moment), and when last."""
    found: Moments = {}
    for batch in batches(official_ids):
        found |= _READERS[ThingKind(thing.kind)](session, thing.code, batch, since)
    return found


def _latest(session: Session, query, official, at, batch: Sequence[int], since: datetime | None) -> Moments:
    """Newest moment by official of a query that has no columns of its own yet."""
    query = query.add_columns(official, func.max(at)).where(official.in_(batch)).group_by(official)
    if since is not None:
        query = query.where(at >= since)
    return {row[0]: row[1] for row in session.execute(query)}


def _courses(session: Session, code: str, batch: Sequence[int], since: datetime | None) -> Moments:
    query = select().select_from(Completion).join(Course, Course.id == Completion.course_id).where(Course.slug == code)
    return _latest(session, query, Completion.official_id, Completion.completed_at, batch, since)


def _quizzes(session: Session, code: str, batch: Sequence[int], since: datetime | None) -> Moments:
    query = select().select_from(Attempt).join(Assessment, Assessment.id == Attempt.assessment_id)
    query = query.where(Assessment.slug == code, Attempt.purpose == Purpose.EVIDENCE, Attempt.submitted_at.is_not(None))
    return _latest(session, query, Attempt.official_id, Attempt.submitted_at, batch, since)


def _works(session: Session, code: str, batch: Sequence[int], since: datetime | None) -> Moments:
    query = select().select_from(Submission).join(WorkTaskRevision, WorkTaskRevision.id == Submission.task_revision_id)
    query = query.join(WorkTask, WorkTask.id == WorkTaskRevision.task_id).where(WorkTask.code == code, Submission.state.in_(CLOSED))
    return _latest(session, query, Submission.official_id, Submission.handed_in_at, batch, since)


def _lessons(session: Session, code: str, batch: Sequence[int], since: datetime | None) -> Moments:
    """A lesson's check shows it, passed once or all answered since; one's own word counts only where there is no check."""
    has_check = select(ItemRevision.id).where(ItemRevision.lesson_code == code, ItemRevision.use == Use.PRACTICE).exists()
    query = select().select_from(LessonDone).join(Enrolment, Enrolment.id == LessonDone.enrolment_id).where(LessonDone.lesson_code == code)
    shown = query.where(or_(LessonDone.how == How.CHECK, ~has_check))
    found = _latest(session, shown, Enrolment.official_id, LessonDone.done_at, batch, since)
    return _checked(session, code, batch, since or EPOCH) | found


def _checked(session: Session, code: str, batch: Sequence[int], since: datetime) -> Moments:
    """Who answered every question of a lesson's check since a moment, and when the last of them."""
    query = (
        select(Attempt.official_id, Attempt.id, Attempt.form, AttemptStep.place, AttemptStep.at)
        .join(AttemptStep, AttemptStep.attempt_id == Attempt.id)
        .where(Attempt.official_id.in_(batch), Attempt.purpose == Purpose.CHECK, Attempt.seed == code)
        .where(AttemptStep.kind == StepKind.ANSWERED, AttemptStep.at >= since)
        .order_by(AttemptStep.at)
    )
    places: dict[int, set[int]] = {}
    found: Moments = {}
    for row in session.execute(query):
        places.setdefault(row.id, set()).add(row.place)
        if len(places[row.id]) == len(row.form):
            found[row.official_id] = row.at
    return found


def _placement(session: Session, _code: str, batch: Sequence[int], since: datetime | None) -> Moments:
    return {official_id: at for known in _placements for official_id, at in known(session, batch, since).items()}


_READERS = {
    ThingKind.COURSE: _courses,
    ThingKind.LESSON: _lessons,
    ThingKind.QUIZ: _quizzes,
    ThingKind.PLACEMENT: _placement,
    ThingKind.WORK_SAMPLE: _works,
}
