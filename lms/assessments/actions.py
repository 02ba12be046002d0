"""Attempts: starting, answering, submitting. Each appends steps; submission appends responses and tells who listens.

The transaction of an answer is three short statements; see ``record_answer``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments import queries, ruling_actions, suspension_queries
from lms.assessments.bank_actions import LoadedBank, PlainItem, load_bank, load_plain_items
from lms.assessments.course_tie import CourseTie
from lms.assessments.enums import Cognitive, Difficulty, Kind, Purpose, StepKind, Use
from lms.assessments.events import AttemptSubmitted
from lms.assessments.flow import Judgement, Step, Verdict, counted_positions, current_answers, is_over, judge, token_to_store
from lms.assessments.forms import Candidate, Stream, draw
from lms.assessments.marking import Answer
from lms.assessments.models import Attempt, AttemptStep, Response
from lms.assessments.package import Blueprint, minutes_allowed, time_allowed
from lms.assessments.queries import AssessmentHead, AttemptHead
from lms.assessments.response_rows import Origin, response_row
from lms.assessments.retake_actions import ensure_may_begin
from lms.core.errors import Conflict, Refused
from lms.core.events import publish
from lms.core.ids import new_ref
from lms.people import accommodation_queries
from lms.people.models import Official

__all__ = ["LoadedBank", "PlainItem", "load_bank", "load_plain_items"]

COOL_DOWN = timedelta(days=90)
"""Within this time an item answered again is memory, not evidence: forms prefer others."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the server says to an answer. ``at``: when it was saved; a repeat has the time of the first saving."""

    verdict: Verdict
    at: datetime | None = None

    @property
    def saved(self) -> bool:
        return self.verdict in (Verdict.ACCEPTED, Verdict.REPEATED)


def start_attempt(
    session: Session, *, actor: Actor, slug: str, purpose: Purpose, tie: CourseTie | None, now: datetime, language: str | None = None
) -> AttemptHead:
    """Begin an attempt, or give back the open one of the same purpose: a double click starts nothing twice.

    ``language``: the one its reader reads in.

    Raises Refused when the course gives no evidence yet, when there is nothing to ask, while too many of its questions
    are suspended, or before the day of a retake;
    Forbidden without a staff record.
    """
    policy.ensure(actor, Permission.TAKE_ASSESSMENT)
    official_id = actor.official_id
    head = queries.assessment(session, slug)
    session.execute(select(Official.id).where(Official.id == official_id).with_for_update())  # one start at a time
    for earlier in queries.attempts(session, official_id=official_id, assessment_id=head.id):
        if earlier.purpose is purpose and earlier.submitted_at is None and not is_over(now, earlier.deadline_at):
            return earlier
    if purpose is Purpose.EVIDENCE and tie is not None and tie.retired:
        raise Refused(_("The course is retired: nobody new takes its quiz."))
    if purpose is Purpose.EVIDENCE and not (tie and tie.gives_evidence):
        raise Refused(_("This course has not been reviewed and is not accepted for evidence yet. Its practice questions are open to you."))
    seed = new_ref()
    form, deadline = _form(session, head, purpose, official_id, seed, now)
    if not form:
        raise Refused(_("There are no questions of this kind yet."))
    if purpose is Purpose.EVIDENCE:
        ensure_may_begin(session, head, official_id=official_id, now=now)
    return insert_attempt(session, head, Sitting(official_id, purpose, form, seed, deadline, language), tie=tie, now=now)


def _form(session: Session, head: AssessmentHead, purpose: Purpose, official_id: int, seed: str, now: datetime) -> tuple[list[int], datetime | None]:
    if purpose is Purpose.FORMATIVE:
        rows = queries.bank_rows(session, head.bank_id, use=Use.PRACTICE)
        return queries.leaves(session, Stream(f"form/{seed}").shuffled(rows)), None
    if head.meta.get("blueprint") is None:
        return [], None
    blueprint = Blueprint.model_validate(head.meta["blueprint"])
    rows = {row.code: row for row in queries.bank_rows(session, head.bank_id, use=Use.LIVE)}
    bank = [
        Candidate(row.code, row.competency, Cognitive(row.cognitive), Difficulty(row.difficulty), row.kind == Kind.SCENARIO)
        for row in rows.values()
    ]
    seen = queries.seen_items(session, official_id=official_id, since=now - COOL_DOWN)
    drawn = draw(blueprint, bank, seed, seen=seen)
    if any(one.missing for one in drawn.shortfalls) and suspension_queries.is_closed(session, head):
        raise Refused(suspension_queries.closed_sentence())
    percent = accommodation_queries.time_percent(session, official_id, now=now)
    return queries.leaves(session, [rows[code] for code in drawn.items]), now + time_allowed(minutes_allowed(blueprint), percent)


@dataclass(frozen=True, slots=True)
class Sitting:
    """What makes an attempt before it is written."""

    official_id: int
    purpose: Purpose
    form: Sequence[int]
    seed: str
    deadline: datetime | None
    language: str | None = None


def insert_attempt(session: Session, head: AssessmentHead, sitting: Sitting, *, tie: CourseTie | None, now: datetime) -> AttemptHead:
    """Write an attempt with its first step. For actions of this capability."""
    ref = new_ref()
    values = {
        "ref": ref, "official_id": sitting.official_id, "assessment_id": head.id, "bank_id": head.bank_id, "purpose": sitting.purpose,
        "form": list(sitting.form), "seed": sitting.seed, "language": sitting.language, "started_at": now, "deadline_at": sitting.deadline,
        "course_revision_id": tie.revision_id if tie else None,
    }  # fmt: skip
    session.execute(insert(Attempt).values(values))
    made = queries.attempt(session, ref, official_id=sitting.official_id)
    append_step(session, made.id, 1, Step(StepKind.STARTED, now))
    return made


_APPEND = insert(AttemptStep.__table__)
_HOLD = select(Attempt.__table__.c.id).where(Attempt.__table__.c.id == bindparam("attempt_id")).with_for_update()


def append_step(session: Session, attempt_id: int, seq: int, step: Step) -> None:
    """Write one step. For actions of this capability."""
    answer = None if step.answer is None else {"value": step.answer}
    values = {"attempt_id": attempt_id, "seq": seq, "kind": step.kind, "place": step.position, "answer": answer, "token": step.token or None, "at": step.at}
    session.connection().execute(_APPEND, values)


def lock(session: Session, attempt_id: int) -> list[Step]:
    """The attempt's steps, held so that nobody else appends meanwhile. SQLite has one writer anyway."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(_HOLD, {"attempt_id": attempt_id})
    return queries.steps(session, attempt_id)


def record_answer(session: Session, *, attempt: AttemptHead, position: int, answer: Answer, token: str, now: datetime) -> Acknowledged:
    """Append an answer that ``marking.read_answer`` gave. The caller has shown that the attempt is the actor's own.

    Sent again (same token, same answer) it is acknowledged with the time of the first saving and nothing is written.
    """
    steps = lock(session, attempt.id)
    step = Step(StepKind.ANSWERED, now, token, position, answer)
    judgement: Judgement = judge(steps, step, deadline=attempt.deadline_at, length=attempt.length)
    if judgement.verdict is Verdict.REPEATED:
        return Acknowledged(Verdict.REPEATED, judgement.earlier.at)
    if judgement.verdict is not Verdict.ACCEPTED:
        return Acknowledged(judgement.verdict)
    kept = Step(StepKind.ANSWERED, now, token_to_store(steps, token), position, answer)
    append_step(session, attempt.id, len(steps) + 1, kept)
    return Acknowledged(Verdict.ACCEPTED, now)


def submit(session: Session, *, actor: Actor, ref: str, now: datetime) -> AttemptHead:
    """Close an attempt and, for evidence, append its responses; estimates follow in the same transaction.

    Submitting twice changes nothing. After the deadline the attempt closes as it stood then.
    Raises NotFound for anybody but its official.
    """
    attempt = queries.attempt(session, ref, official_id=actor.official_id)
    return close(session, attempt, now=now)


def close(session: Session, attempt: AttemptHead, *, now: datetime) -> AttemptHead:
    """Submit an attempt, or let it expire if its time is over. Closing a closed attempt changes nothing."""
    steps = lock(session, attempt.id)
    over = is_over(now, attempt.deadline_at)
    # What is late closes at its deadline, whenever somebody notices.
    step = Step(StepKind.EXPIRED, now) if over else Step(StepKind.SUBMITTED, now)
    verdict = judge(steps, step, deadline=attempt.deadline_at, length=attempt.length).verdict
    if verdict is Verdict.ACCEPTED:
        closed_at = attempt.deadline_at if over else now
        append_step(session, attempt.id, len(steps) + 1, step)
        session.execute(update(Attempt).where(Attempt.id == attempt.id).values(submitted_at=closed_at))
        record_responses(session, attempt, current_answers(steps), expired=over, submitted_at=closed_at)
    elif verdict is not Verdict.CLOSED:
        raise Conflict
    return queries.attempt(session, attempt.ref, official_id=attempt.official_id)


def close_overdue(session: Session, *, now: datetime) -> int:
    """Close what was left open past its deadline, in bounded portions; returns how many."""
    overdue = queries.overdue_attempts(session, before=now)
    closed = [close(session, attempt, now=now) for attempt in overdue if is_over(now, attempt.deadline_at)]
    return len(closed)


def record_responses(session: Session, attempt: AttemptHead, answers: dict[int, Any], *, expired: bool, submitted_at: datetime) -> None:
    """Append the facts of a closed attempt and publish it. Only evidence attempts give responses."""
    rows = []
    if attempt.purpose is Purpose.EVIDENCE:
        ruling_actions.wait_for_rulings(session)
        asked = queries.all_in_force(session, attempt.form)
        counted = counted_positions(answers, attempt.length, expired=expired)
        origin = Origin(attempt.official_id, attempt.ref, "attempt")
        rows = [response_row(origin, position, asked[position - 1], answers.get(position), submitted_at) for position in counted]
    if rows:
        session.execute(insert(Response), rows)
    publish(
        session,
        AttemptSubmitted(
            official_id=attempt.official_id, attempt_ref=attempt.ref, course_slug=attempt.course_slug,
            course_revision_id=attempt.course_revision_id, purpose=attempt.purpose, submitted_at=submitted_at,
            pairs=frozenset((attempt.official_id, row["competency"]) for row in rows),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Times:
    """When a sitting of the past began and was submitted."""

    started_at: datetime
    submitted_at: datetime


def record_sitting(
    session: Session, *, official_id: int, slug: str, answer_to: Callable[[queries.Asked], Answer | None], times: Times, tie: CourseTie | None, seed: str = "",
    language: str | None = None,
) -> AttemptHead:  # fmt: skip
    """A whole evidence attempt at once, for histories: ``answer_to`` gives a readable answer to each question, or None.

    ``seed`` makes the form reproducible; without one it is drawn at random as in ``start_attempt``.
    """
    head = queries.assessment(session, slug)
    seed = seed or new_ref()
    form, deadline = _form(session, head, Purpose.EVIDENCE, official_id, seed, times.started_at)
    attempt = insert_attempt(session, head, Sitting(official_id, Purpose.EVIDENCE, form, seed, deadline, language), tie=tie, now=times.started_at)
    asked = queries.all_in_force(session, form)
    answers = {position: answer for position, one in enumerate(asked, 1) if (answer := answer_to(one)) is not None}
    pause = (times.submitted_at - times.started_at) / (len(form) + 1)
    rows = [
        {"attempt_id": attempt.id, "seq": seq, "kind": StepKind.ANSWERED, "place": position, "answer": {"value": answer}, "token": new_ref(),
         "at": times.started_at + position * pause}
        for seq, (position, answer) in enumerate(answers.items(), 2)
    ]  # fmt: skip
    if rows:
        session.execute(insert(AttemptStep), rows)
    return close(session, attempt, now=times.submitted_at)
