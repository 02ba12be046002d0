"""Exceptions, each with its reason: HR excuses or gives more time, an official asks for more time, HR answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assignments.actions import MOST_WORDS, add_step, end, notice_facts
from lms.assignments.enums import Answer, SourceKind, State, StepKind
from lms.assignments.models import Assignment, TimeRequest
from lms.assignments.standing import earliest, later
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official, Unit
from lms.people.notice_actions import tell

MOST_DAYS = 366
"""More time is given for a year at most."""


def excuse(session: Session, *, one: Assignment, words: str, actor: Actor, now: datetime) -> None:
    """End an open assignment without its being done, for a reason. Raises Forbidden, Invalid, Conflict."""
    _ensure(session, actor, one)
    words = _words(words, _("Give a reason for the exception."))
    end(session, one, State.EXCUSED, StepKind.EXCUSED, actor=actor, now=now, words=words)
    _close_request(session, one, actor, now)
    tell(session, kind="assignment_excused", facts=notice_facts(session, [one], words=words), now=now)
    _record(session, actor, audit.Action.ASSIGNMENT_EXCUSED, one, now, words)


def postpone(session: Session, *, one: Assignment, until: date, words: str, actor: Actor, now: datetime) -> None:
    """Give more time, for every reason the assignment has. Raises Forbidden, Invalid, Conflict."""
    _ensure(session, actor, one)
    words = _words(words, _("Give a reason for the exception."))
    _check_until(one, until, now)
    _postpone(session, one, until, words, actor, now)
    _close_request(session, one, actor, now)


def _postpone(session: Session, one: Assignment, until: date, words: str, actor: Actor, now: datetime) -> None:
    standing = [reason for reason in one.reasons if reason.withdrawn_at is None]
    for reason in standing:
        reason.due_on = later(reason.due_on, until)
    one.due_on = earliest(reason.due_on for reason in standing)
    add_step(session, one, StepKind.POSTPONED, actor=actor, now=now, words=words)
    tell(session, kind="assignment_postponed", facts=notice_facts(session, [one], words=words), now=now)
    _record(session, actor, audit.Action.ASSIGNMENT_POSTPONED, one, now, words)


def ask(session: Session, *, one: Assignment, words: str, until: date, actor: Actor, now: datetime) -> TimeRequest:
    """Ask for more time for an assignment of one's own. Raises Forbidden, Invalid, Conflict when one request waits already."""
    if one.official_id != actor.official_id:
        raise Forbidden
    words = _words(words, _("Say in a sentence why you need more time."))
    _check_until(one, until, now)
    if waiting(session, one) is not None:
        raise Conflict(_("You have asked already. HR has yet to answer."))
    made = TimeRequest(assignment_id=one.id, words=words, until=until, asked_at=now)
    session.add(made)
    session.flush()  # a second request at the same moment fails here, not at the end
    return made


def answer(session: Session, *, request: TimeRequest, granted: bool, words: str, actor: Actor, now: datetime) -> None:
    """Answer a request; a refusal needs a reason. Raises Forbidden, Invalid, Conflict when it was answered."""
    one = request.assignment
    _ensure(session, actor, one)
    if request.answer is not None:
        raise Conflict(_("This request was answered already."))
    if not granted:
        words = _words(words, _("Say why the date cannot be moved."))
    _settle(request, Answer.GRANTED if granted else Answer.REFUSED, words.strip()[:MOST_WORDS], actor, now)
    if granted:
        _postpone(session, one, request.until, request.words, actor, now)
        return
    tell(session, kind="assignment_not_postponed", facts=notice_facts(session, [one], words=request.answer_words), now=now)
    _record(session, actor, audit.Action.ASSIGNMENT_POSTPONED, one, now, request.answer_words)


def drop(session: Session, *, one: Assignment, actor: Actor, now: datetime) -> None:
    """Give up what one chose oneself. Raises Forbidden when somebody else asked for it."""
    chosen = all(reason.group.source_kind == SourceKind.RECOMMENDATION for reason in one.reasons if reason.withdrawn_at is None)
    if one.official_id != actor.official_id or not chosen:
        raise Forbidden
    end(session, one, State.WITHDRAWN, StepKind.WITHDRAWN, actor=actor, now=now)


def waiting(session: Session, one: Assignment) -> TimeRequest | None:
    """The request that has no answer yet."""
    return session.scalar(select(TimeRequest).where(TimeRequest.assignment_id == one.id, TimeRequest.answer.is_(None)))


def _settle(request: TimeRequest, what: Answer, words: str, actor: Actor, now: datetime) -> None:
    request.answer, request.answer_words, request.answered_by, request.answered_at = what, words, actor.name[:120], now


def _close_request(session: Session, one: Assignment, actor: Actor, now: datetime) -> None:
    request = waiting(session, one)
    if request is not None:
        _settle(request, Answer.GRANTED, "", actor, now)


def _ensure(session: Session, actor: Actor, one: Assignment) -> None:
    path = session.scalar(select(Unit.path).join(Official, Official.unit_id == Unit.id).where(Official.id == one.official_id))
    policy.ensure_official(actor, Permission.ASSIGN, one.official_id, path)


def _check_until(one: Assignment, until: date, now: datetime) -> None:
    if one.state != State.OPEN:
        raise Conflict(_("This assignment has ended already."))
    if one.due_on is None:
        raise Invalid(_("This assignment has no due date: there is time."))
    if until <= max(one.due_on, day_of(now)):
        raise Invalid(_("Give a day after the due date, and not in the past."))
    if until > max(one.due_on, day_of(now)) + timedelta(days=MOST_DAYS):
        raise Invalid(_("Give a day within the next %(n)d days.", n=MOST_DAYS))


def _words(words: str, missing: str) -> str:
    words = words.strip()
    if not words:
        raise Invalid(missing)
    if len(words) > MOST_WORDS:
        raise Invalid(_("Use at most %(n)d characters.", n=MOST_WORDS))
    return words


def _record(session: Session, actor: Actor, action: audit.Action, one: Assignment, now: datetime, words: str) -> None:
    audit.record(session, actor=actor, action=action, subject=one.ref, official_id=one.official_id, now=now, thing=f"{one.kind}:{one.code}", words=words)
