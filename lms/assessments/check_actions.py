"""A lesson's check: its practice items, each answered right once. Marked at once, never evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments import actions, queries
from lms.assessments.course_tie import CourseTie
from lms.assessments.enums import Purpose, Use
from lms.assessments.events import LessonCheckAnswered, LessonCheckPassed
from lms.assessments.marking import Answer, Mark, mark
from lms.assessments.models import Attempt
from lms.assessments.queries import AssessmentHead, AttemptHead
from lms.core.events import publish
from lms.people.models import Official


@dataclass(frozen=True, slots=True)
class CheckedQuestion:
    """A question of a check and how it stands: its latest answer, and whether it was ever answered right."""

    asked: queries.Asked
    answer: Answer | None
    mark: Mark | None
    right_once: bool


def check_of(session: Session, head: AssessmentHead, lesson_code: str, *, official_id: int | None) -> list[CheckedQuestion]:
    """The practice items of a lesson with what the official has answered so far; [] when the lesson has no check."""
    rows = [row for row in queries.bank_rows(session, head.bank_id, use=Use.PRACTICE) if row.lesson_code == lesson_code]
    asked = queries.form_questions(session, queries.leaves(session, rows))
    given: dict[int, list[Answer]] = {}
    for revision_id, answer, _at in queries.check_steps(session, official_id=official_id, lesson_code=lesson_code) if official_id else ():
        given.setdefault(revision_id, []).append(answer)
    return [_standing(one, given.get(one.revision_id, [])) for one in asked]


def _standing(asked: queries.Asked, answers: Sequence[Answer]) -> CheckedQuestion:
    marks = [mark(asked.question, answer) for answer in answers]
    # a short answer waits for no marker here: to have tried is enough
    right = any(one.full or one.evidence is None for one in marks)
    return CheckedQuestion(asked, answers[-1] if answers else None, marks[-1] if marks else None, right)


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """An answer to one question of a lesson's check, as ``marking.read_answer`` gave it."""

    lesson_code: str
    revision_id: int
    answer: Answer
    token: str


def answer_check(session: Session, *, actor: Actor, head: AssessmentHead, given: CheckAnswer, tie: CourseTie | None, now: datetime) -> list[CheckedQuestion]:
    """Keep an answer of a lesson's check and tell how the check stands; the last right answer marks the lesson done."""
    policy.ensure(actor, Permission.TAKE_ASSESSMENT)
    session.execute(select(Official.id).where(Official.id == actor.official_id).with_for_update())  # one at a time
    before = check_of(session, head, given.lesson_code, official_id=actor.official_id)
    form = [one.asked.revision_id for one in before]
    attempt = _sitting(session, actor.official_id, given.lesson_code, form, head, tie, now)
    position = form.index(given.revision_id) + 1
    actions.record_answer(session, attempt=attempt, position=position, answer=given.answer, token=given.token, now=now)
    after = check_of(session, head, given.lesson_code, official_id=actor.official_id)
    if all(one.right_once for one in after):
        news = LessonCheckAnswered if all(one.right_once for one in before) else LessonCheckPassed
        publish(session, news(official_id=actor.official_id, lesson_code=given.lesson_code, now=now))
    return after


def _sitting(
    session: Session, official_id: int, lesson_code: str, form: Sequence[int], head: AssessmentHead, tie: CourseTie | None, now: datetime
) -> AttemptHead:
    """The attempt that keeps the answers to this lesson's check; a changed bank begins a new one."""
    query = select(Attempt.ref, Attempt.form).where(Attempt.official_id == official_id, Attempt.purpose == Purpose.CHECK, Attempt.seed == lesson_code)
    for ref, asked in session.execute(query.order_by(Attempt.id.desc())).all():
        if list(asked) == list(form):
            return queries.attempt(session, ref, official_id=official_id)
    sitting = actions.Sitting(official_id, Purpose.CHECK, form, lesson_code, None)
    return actions.insert_attempt(session, head, sitting, tie=tie, now=now)
