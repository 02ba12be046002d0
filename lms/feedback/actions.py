"""What happens to a comment: made by a learner, answered, taken up or declined by who answers for it, words hidden with a reason, reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor, operator
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core.errors import Conflict, Invalid, NotFound, TooMany
from lms.core.ids import new_ref
from lms.courses.models import Course
from lms.feedback import queries
from lms.feedback.about_queries import About
from lms.feedback.clock import clock
from lms.feedback.enums import COMMENT_FLOW, CommentState, CommentStepKind, Kind, Promise, Subject
from lms.feedback.models import Comment, CommentOwner, CommentStep
from lms.people import notice_actions
from lms.people.calendar_queries import today as day_of
from lms.people.models import Partner

MOST = 1000
MOST_ANSWER = 2000
PLATFORM = operator("platform")
"""In whose name reminders stand."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the learner says: a kind, words if they like, and whether kind and answer may be shown to others."""

    kind: Kind
    text: str = ""
    may_show: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: the new state, the words; for a promise what it is, its name and its day."""

    state: CommentState
    text: str
    shown: bool = False
    promise: Promise | None = None
    promised: str = ""
    until: date | None = None


def comment(session: Session, *, actor: Actor, about: About, said: Said, now: datetime) -> Comment:
    """Say something about a lesson or a question; the same said twice is once. Raises NotFound for who is no learner, Invalid, TooMany."""
    official_id = policy.scope(actor, Permission.LEARN).official_id
    if official_id is None:
        raise NotFound
    made = _comment(official_id, about, said, now)
    if (same := queries.same_open(session, made)) is not None:
        return same
    if queries.made_since(session, official_id, now - timedelta(days=1)) >= clock().most_a_day:
        raise TooMany(_("You have made %(n)d comments within a day. Please go on tomorrow.", n=clock().most_a_day))
    session.add(made)
    session.flush()
    _step(session, made, CommentStepKind.MADE, now=now)
    audit.record(session, actor=actor, action=Action.COMMENT_MADE, subject=made.ref, official_id=official_id, now=now, about=made.code)
    return made


def _comment(official_id: int, about: About, said: Said, now: datetime) -> Comment:
    text = _within(said.text, MOST)
    known = {"course_id": about.course_id, "subject": about.subject, "code": about.code, "revision": about.revision[:20]}
    names = {"title_zh": about.title.zh[:200], "title_en": about.title.en[:240]}
    clocked = {"state": CommentState.OPEN, "opened_at": now, "due_on": clock().due_on(day_of(now))}
    return Comment(
        ref=new_ref(),
        official_id=official_id,
        kind=said.kind,
        text=text,
        may_show=said.may_show and about.subject is Subject.LESSON,
        **known,
        **names,
        **clocked,
    )


def reply(session: Session, *, actor: Actor, ref: str, said: Reply, now: datetime) -> Comment:
    """Answer, take up or decline a comment; its learner is told. Raises NotFound, Conflict, Invalid without words or with half a promise."""
    found = queries.by_ref(session, actor, ref, lock=True)
    if said.state not in COMMENT_FLOW[CommentState(found.state)]:
        raise Conflict(_("The comment has moved on in the meantime. Look at it again."))
    text = _needed(said.text, MOST_ANSWER)
    if said.state is CommentState.TAKEN_UP:
        _promise(found, said, day_of(now))
    else:
        found.closed_at, found.in_time = now, day_of(now) <= found.due_on
    found.state, found.answer = said.state, text
    found.shown = said.shown and found.may_show and said.state is CommentState.ANSWERED
    _step(session, found, CommentStepKind(said.state.value), by=actor, text=text, now=now)
    audit.record(session, actor=actor, action=_REPLIED[said.state], subject=ref, official_id=found.official_id, now=now, promised=found.promised)
    _tell(session, f"comment_{said.state}", found, now=now)
    return found


_REPLIED = {
    CommentState.ANSWERED: Action.COMMENT_ANSWERED,
    CommentState.TAKEN_UP: Action.COMMENT_TAKEN_UP,
    CommentState.DECLINED: Action.COMMENT_DECLINED,
}


def _promise(found: Comment, said: Reply, today: date) -> None:
    name = _within(said.promised, 120)
    if said.promise is None or not name:
        raise Invalid(_("Say what you promise: a correction or a new version, and which."))
    if said.until is None or not clock().may_promise(said.until, today=today):
        raise Invalid(_("Name the day until which it is done: from today, at most %(n)d days ahead.", n=clock().promise_within_days))
    found.promise, found.promised, found.due_on = said.promise, name, said.until


def hide(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> Comment:
    """Show the words of a comment to nobody but its learner, with a reason that everybody concerned reads. The comment counts and is answered
    all the same. Raises NotFound, Invalid, Conflict when there are no words to hide."""
    found = queries.by_ref(session, actor, ref, lock=True)
    reason = _needed(reason, 300)
    if not found.text or found.hidden_reason:
        raise Conflict(_("There are no words to hide."))
    found.hidden_reason = reason
    _moderated(session, actor, found, CommentStepKind.HIDDEN, reason, now)
    return found


def show_again(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> Comment:
    """Show hidden words again, with a reason. Raises NotFound, Invalid, Conflict when none are hidden."""
    found = queries.by_ref(session, actor, ref, lock=True)
    reason = _needed(reason, 300)
    if not found.hidden_reason:
        raise Conflict(_("No words are hidden."))
    found.hidden_reason = ""
    _moderated(session, actor, found, CommentStepKind.SHOWN, reason, now)
    return found


def _moderated(session: Session, actor: Actor, found: Comment, kind: CommentStepKind, reason: str, now: datetime) -> None:
    action = Action.COMMENT_HIDDEN if kind is CommentStepKind.HIDDEN else Action.COMMENT_SHOWN
    _step(session, found, kind, by=actor, text=reason, now=now)
    audit.record(session, actor=actor, action=action, subject=found.ref, official_id=found.official_id, now=now, reason=reason)
    _tell(session, f"comment_{kind}", found, now=now)


def name_owner(session: Session, *, actor: Actor, slug: str, partner_code: str, now: datetime) -> None:
    """Name the partner organisation whose authors answer comments on a course; no code: the administrator does. Raises Forbidden, NotFound, Invalid."""
    policy.ensure(actor, Permission.PARTNERS_EDIT)
    course_id = session.scalar(select(Course.id).where(Course.slug == slug))
    if course_id is None:
        raise NotFound
    partner_id = session.scalar(select(Partner.id).where(Partner.code == partner_code)) if partner_code else None
    if partner_code and partner_id is None:
        raise Invalid(_("There is no partner organisation with the code “%(code)s”.", code=partner_code))
    held = session.get(CommentOwner, course_id)
    if held is not None:
        session.delete(held)
        session.flush()
    if partner_id is not None:
        session.add(CommentOwner(course_id=course_id, partner_id=partner_id, named_by=actor.name[:120], named_at=now))
    audit.record(session, actor=actor, action=Action.COMMENT_OWNER_NAMED, subject=slug, now=now, partner=partner_code)


def remind(session: Session, *, today: date, now: datetime) -> int:
    """Remind whoever answers of comments due soon or overdue, each once; the learner learns that it is late. Answers how many."""
    due = queries.to_remind(session, today=today)
    for found in due:
        late = queries.is_overdue(found, today)
        _step(session, found, CommentStepKind.REMINDED, by=PLATFORM, now=now)
        facts = dict.fromkeys(queries.who_answers(session, found), _facts(found))
        notice_actions.tell_accounts(session, kind="comment_overdue_to_owner" if late else "comment_due_to_owner", facts=facts, now=now)
        if late:
            _tell(session, "comment_overdue", found, now=now)
    return len(due)


def _within(text: str, most: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > most:
        raise Invalid(_("Keep it within %(n)d characters.", n=most))
    return text


def _needed(text: str, most: int) -> str:
    text = _within(text, most)
    if not text:
        raise Invalid(_("Write it in a sentence: the learner reads it."))
    return text


def _step(session: Session, found: Comment, kind: CommentStepKind, *, by: Actor | None = None, text: str = "", now: datetime) -> None:
    last = session.scalar(select(func.max(CommentStep.seq)).where(CommentStep.comment_id == found.id)) or 0
    name = by.name[:120] if by else ""
    session.add(CommentStep(comment_id=found.id, seq=last + 1, kind=kind, by=name, text=text, due_on=found.due_on, at=now))
    session.flush()


def _tell(session: Session, kind: str, found: Comment, *, now: datetime) -> None:
    notice_actions.tell(session, kind=kind, facts={found.official_id: _facts(found)}, now=now)


def _facts(found: Comment) -> dict[str, Any]:
    about = {"ref": found.ref, "zh": found.title_zh, "en": found.title_en, "subject": found.subject, "code": found.code}
    return about | {"due": found.due_on.isoformat(), "promise": found.promise, "promised": found.promised, "reason": found.hidden_reason}
