"""Giving a mark, declaring a conflict, returning work, convening a panel. When marks are enough the result is written at once.

Entries in the audit log name the assessor and the thing, not the official: an assessor must not learn from it whose work
it was, nor the official who judged it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor, operator
from lms.access.permissions import Permission
from lms.assessments.mark_actions import settle_response
from lms.core import errors
from lms.core.errors import Forbidden, Invalid
from lms.marking import queries
from lms.marking.models import Conflict, Mark, PanelSeat
from lms.marking.queries import Answer
from lms.marking.settling import MOST, Grades, is_double, judged_level, settle, settle_answer
from lms.people.models import Official
from lms.people.notice_actions import tell
from lms.portfolio import actions as portfolio
from lms.portfolio.enums import State
from lms.portfolio.models import Submission
from lms.portfolio.queries import is_panel

HIGHEST_GRADE = 3
MOST_COMMENT = 2000
MOST_REASON = 400
ASSESSORS = operator("assessors")
"""In whose name a result stands: the log of the marks says who they were."""


def mark_answer(session: Session, *, actor: Actor, response_id: int, grades: Sequence[int], comment: str, now: datetime) -> int | None:
    """Mark a short answer; answers its share in thousandths once enough marks are in, else None."""
    found = queries.answer(session, response_id, lock=True)
    ensure_answer(session, actor, found)
    if found.response.correct is not None:
        raise errors.Conflict(_("It was settled in the meantime. Your mark is not needed any more."))
    _ensure_grades(grades, found.points)
    _append(session, actor, grades, comment, now, response_id=response_id)
    audit.record(session, actor=actor, action=audit.Action.ANSWER_MARKED, subject=found.code, now=now, response=response_id)
    marks = queries.marks_of(session, response_id=response_id)
    share = settle_answer([sum(mark.grades) for mark in marks], sum(found.points), double=is_double(found.key, found.level))
    if share is not None:
        _settle_answer(session, found, share, marks, now)
    return share


def _settle_answer(session: Session, found: Answer, share: int, marks: Sequence[Mark], now: datetime) -> None:
    response, markers = found.response, len(marks)
    settle_response(session, response=response, fraction_milli=share, markers=markers, now=now)
    detail = {"response": response.id, "share": share, "markers": markers}
    audit.record(session, actor=ASSESSORS, action=audit.Action.ANSWER_SETTLED, subject=found.code, now=now, official_id=response.official_id, **detail)
    facts = {"competency": response.competency, "share": share, "comments": sorted(mark.comment for mark in marks if mark.comment)}
    tell(session, kind="answer_marked", facts={response.official_id: facts}, now=now)


def mark_work(session: Session, *, actor: Actor, submission: Submission, grades: Sequence[int], comment: str, now: datetime) -> bool:
    """Judge a piece of work; answers whether it is settled now."""
    session.refresh(submission, with_for_update=True)
    ensure_work(session, actor, submission)
    if submission.state != State.HANDED_IN:
        raise errors.Conflict(_("It was settled in the meantime. Your mark is not needed any more."))
    criteria = len(submission.revision.content["rubric"])
    _ensure_grades(grades, [HIGHEST_GRADE] * criteria)
    _append(session, actor, grades, comment, now, submission_id=submission.id, round=submission.round)
    audit.record(session, actor=actor, action=audit.Action.WORK_MARKED, subject=submission.ref, now=now)
    return _settle_work(session, submission, now)


def _settle_work(session: Session, submission: Submission, now: datetime) -> bool:
    marks = queries.marks_now(session, submission)
    grades: list[Grades] = [mark.grades for mark in marks]
    decision = settle(grades, panel=is_panel(submission))
    if decision is None:
        return False
    level = judged_level(submission.revision.level, decision)
    known = {"passed": decision.passed, "criteria": decision.criteria, "assessors": decision.assessors, "comments": [mark.comment for mark in marks]}
    portfolio.record_judgement(session, actor=ASSESSORS, submission=submission, level=level, now=now, **known)
    return True


def return_work(session: Session, *, actor: Actor, submission: Submission, reason: str, now: datetime) -> None:
    """Return a piece of work that can't be judged; once, and before anybody has judged it."""
    session.refresh(submission, with_for_update=True)
    ensure_work(session, actor, submission)
    _ensure_reason(reason)
    if queries.marks_of(session, submission_id=submission.id):
        raise errors.Conflict(_("Another assessor has judged it already: judge what is there."))
    portfolio.give_back(session, submission=submission, reason=reason, now=now)
    audit.record(session, actor=actor, action=audit.Action.WORK_RETURNED, subject=submission.ref, now=now, reason=reason)


def declare_conflict(
    session: Session, *, actor: Actor, reason: str, now: datetime, response_id: int | None = None, submission: Submission | None = None
) -> None:
    """Step back from one piece that waits, with a reason; it is not offered again, and a seat on its panel becomes free.

    What is no business of the actor's is refused before the reason is looked at: a missing one shows the piece again.
    """
    if submission is not None:
        ensure_work(session, actor, submission)
        _ensure_reason(reason)
        subject, target = submission.ref, {"submission_id": submission.id}
        for seat in queries.seats(session, submission.id):
            seat.ended_at = now if seat.account_id == actor.account_id else None
    else:
        found = queries.answer(session, response_id or 0)
        ensure_answer(session, actor, found)
        if found.response.correct is not None:
            raise errors.NotFound
        _ensure_reason(reason)
        subject, target = found.code, {"response_id": found.response.id}
    session.add(Conflict(account_id=actor.account_id, reason=reason[:MOST_REASON], at=now, **target))
    audit.record(session, actor=actor, action=audit.Action.CONFLICT_DECLARED, subject=subject, now=now, reason=reason)


def convene(session: Session, *, actor: Actor, official: Official, submission: Submission, accounts: Sequence[int], now: datetime) -> None:
    """Name the three assessors of a panel; whoever has judged already keeps the seat."""
    policy.ensure_official(actor, Permission.PANELS_CONVENE, official.id, official.unit.path)
    session.refresh(submission, with_for_update=True)
    if submission.state != State.HANDED_IN or not is_panel(submission):
        raise errors.Conflict(_("A panel is convened for results that were handed in and are not judged yet."))
    chosen, judged = set(accounts), {mark.account_id for mark in queries.marks_now(session, submission)}
    may = {account.id for account in queries.eligible(session, submission)}
    if len(chosen) != MOST or not chosen <= may | judged or not judged <= chosen:
        raise Invalid(_("Choose exactly three assessors; whoever has judged already stays."))
    held = {seat.account_id: seat for seat in queries.seats(session, submission.id)}
    for account_id in held.keys() - chosen:
        session.delete(held[account_id])
    for account_id in sorted(chosen - held.keys()):
        session.add(PanelSeat(submission_id=submission.id, account_id=account_id, convened_by=actor.name, convened_at=now))
    session.flush()
    audit.record(session, actor=actor, action=audit.Action.PANEL_CONVENED, subject=submission.ref, now=now, official_id=official.id)


def judge_anew(session: Session, *, actor: Actor, submission: Submission, now: datetime) -> None:
    """Put judged work before other assessors, as an appeal decided; the caller has asked who may. A panel is to be convened anew."""
    session.refresh(submission, with_for_update=True)
    portfolio.judge_anew(session, actor=actor, submission=submission, now=now)
    for seat in queries.seats(session, submission.id):
        seat.ended_at = now


def ensure_answer(session: Session, actor: Actor, found: Answer) -> None:
    """Whether the actor may mark this answer now: never their own, never twice, not after a conflict."""
    policy.ensure(actor, Permission.MARK)
    response_id = found.response.id
    if found.response.official_id == actor.official_id or queries.has_conflict(session, actor.account_id, response_id=response_id):
        raise Forbidden
    if any(mark.account_id == actor.account_id for mark in queries.marks_of(session, response_id=response_id)):
        raise errors.Conflict(_("You have marked this one. A mark is never changed."))


def may_see_work(session: Session, actor: Actor, submission: Submission) -> bool:
    """Whether the actor is an assessor of this very piece: handed in, not their own, no conflict; a panel's only with a seat on it."""
    if not policy.may(actor, Permission.MARK) or submission.official_id == actor.official_id:
        return False
    mine = any(mark.account_id == actor.account_id for mark in queries.marks_of(session, submission_id=submission.id))
    if mine:
        return True
    if submission.state != State.HANDED_IN or queries.has_conflict(session, actor.account_id, submission_id=submission.id):
        return False
    return not is_panel(submission) or any(seat.account_id == actor.account_id for seat in queries.seats(session, submission.id))


def ensure_work(session: Session, actor: Actor, submission: Submission) -> None:
    """Whether the actor may judge this piece now."""
    if not may_see_work(session, actor, submission):
        raise Forbidden
    if any(mark.account_id == actor.account_id for mark in queries.marks_of(session, submission_id=submission.id)):
        raise errors.Conflict(_("You have marked this one. A mark is never changed."))


def _ensure_grades(grades: Sequence[int], highest: Sequence[int]) -> None:
    if len(grades) != len(highest) or not all(0 <= grade <= most for grade, most in zip(grades, highest, strict=True)):
        raise Invalid(_("Give every criterion a grade."))


def _ensure_reason(reason: str) -> None:
    if not reason:
        raise Invalid(_("Say why."))


def _append(session: Session, actor: Actor, grades: Sequence[int], comment: str, now: datetime, **target: int) -> None:
    session.add(Mark(account_id=actor.account_id, grades=list(grades), comment=comment[:MOST_COMMENT], at=now, **target))
    session.flush()
