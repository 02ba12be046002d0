"""What assignments do when something happens elsewhere: evidence closes them, arrivals are noted for rules."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.assessments.enums import Purpose
from lms.assessments.events import AttemptSubmitted, LessonCheckAnswered, LessonCheckPassed, ResponsesRecorded
from lms.assignments import actions
from lms.assignments.enums import State, StepKind, ThingKind
from lms.assignments.models import Assignment, MailAddress, MailMessage, PostArrival, RecommendationAnswer, TimeRequest
from lms.core import clock
from lms.learning.events import CourseCompleted
from lms.people.calendar_queries import today as day_of
from lms.people.events import OfficialsForgotten, OfficialsMoved
from lms.people.models import Official
from lms.people.queries import batches
from lms.portfolio.events import WorkHandedIn

ROSTER = Actor(account_id=None, ref="", name="roster", grants=())
"""Who ends the assignments of people who left the roster."""


def course_completed(session: Session, event: CourseCompleted) -> None:
    """The course is done."""
    actions.fulfil(session, official_ids=[event.official_id], kinds=[ThingKind.COURSE], now=event.completed_at)


def attempt_submitted(session: Session, event: AttemptSubmitted) -> None:
    """A quiz that counts is done; practice is not."""
    if event.purpose == Purpose.EVIDENCE:
        actions.fulfil(session, official_ids=[event.official_id], kinds=[ThingKind.QUIZ], now=event.submitted_at)


def check_passed(session: Session, event: LessonCheckPassed) -> None:
    """The lesson is done."""
    actions.fulfil(session, official_ids=[event.official_id], kinds=[ThingKind.LESSON], now=event.now)


def check_answered(session: Session, event: LessonCheckAnswered) -> None:
    """A lesson that is to be read again is done when its check was answered again."""
    actions.fulfil(session, official_ids=[event.official_id], kinds=[ThingKind.LESSON], now=event.now)


def work_handed_in(session: Session, event: WorkHandedIn) -> None:
    """A work sample is done when it is handed in; judging it is others' work."""
    actions.fulfil(session, official_ids=[event.official_id], kinds=[ThingKind.WORK_SAMPLE], now=event.now)


def responses_recorded(session: Session, event: ResponsesRecorded) -> None:
    """A placement is done when it is finished, which records its answers."""
    actions.fulfil(session, official_ids=sorted({official_id for official_id, _code in event.pairs}), kinds=[ThingKind.PLACEMENT], now=event.now)


def officials_moved(session: Session, event: OfficialsMoved) -> None:
    """Note who came to a post, and end what people who left have open."""
    now = clock.now()  # the event has no time of its own
    came = {m.official_id: m for m in event.moves if m.after and (m.before is None or m.before.position_id != m.after.position_id)}
    new = [official_id for official_id, move in came.items() if move.before is None]
    known = {i for batch in batches(new) for i in session.scalars(select(PostArrival.official_id).where(PostArrival.official_id.in_(batch)))}
    joined = {row.id: row.joined_on for batch in batches(new) for row in session.execute(select(Official.id, Official.joined_on).where(Official.id.in_(batch)))}
    rows = []
    for official_id, move in came.items():
        first = move.before is None and official_id not in known
        day = (joined.get(official_id) if first else None) or day_of(now)
        rows.append({"official_id": official_id, "position_id": move.after.position_id, "first": first, "on_day": day})
    if rows:
        session.execute(insert(PostArrival.__table__), rows)
    left = sorted(m.official_id for m in event.moves if m.after is None)
    for batch in batches(left):
        for one in session.scalars(select(Assignment).where(Assignment.official_id.in_(batch), Assignment.state == State.OPEN)):
            actions.end(session, one, State.WITHDRAWN, StepKind.WITHDRAWN, actor=ROSTER, now=now)


def officials_forgotten(session: Session, event: OfficialsForgotten) -> None:
    """Addresses, mails and what they wrote go; what was assigned stays as counts of plans and rules."""
    for model in (MailAddress, MailMessage, RecommendationAnswer, PostArrival):
        session.execute(delete(model).where(model.official_id.in_(event.official_ids)))
    theirs = select(Assignment.id).where(Assignment.official_id.in_(event.official_ids))
    session.execute(update(TimeRequest).where(TimeRequest.assignment_id.in_(theirs)).values(words=""))
