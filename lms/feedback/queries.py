"""Reading comments: a learner's own, those somebody answers for, what others asked, and how the clocks stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy import false as never
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.access.permissions import Role
from lms.core.errors import NotFound
from lms.courses.models import Course, CourseRevision
from lms.feedback.clock import clock
from lms.feedback.enums import RUNNING, CommentState, CommentStepKind, Kind, Subject
from lms.feedback.models import Comment, CommentOwner, CommentStep
from lms.people.calendar_queries import reminds_again
from lms.people.holder_queries import holders
from lms.people.models import Account, Partner

ASKED_SHOWN = 20
"""So many answered comments stand under a lesson, the latest first."""


def is_overdue(comment: Comment, today: date) -> bool:
    """Whether something is due that should have come before ``today``."""
    return comment.state in RUNNING and today > comment.due_on


def own(session: Session, ref: str, *, official_id: int | None) -> Comment:
    """A learner's own comment. Raises NotFound, for strangers too."""
    found = session.scalar(select(Comment).where(Comment.ref == ref, Comment.official_id == official_id))
    if found is None:
        raise NotFound
    return found


def all_own(official_id: int | None) -> Select[Any]:
    """A learner's comments, the latest first."""
    return select(Comment).where(Comment.official_id == official_id).order_by(Comment.opened_at.desc(), Comment.id.desc())


def same_open(session: Session, comment: Comment) -> Comment | None:
    """The learner's own open comment that says the very same (a form sent twice)."""
    c = Comment
    same = c.official_id == comment.official_id, c.subject == comment.subject, c.code == comment.code, c.kind == comment.kind, c.text == comment.text
    return session.scalar(select(c).where(*same, c.state == CommentState.OPEN).limit(1))


def made_since(session: Session, official_id: int, since: datetime) -> int:
    """How many comments the learner made since then."""
    return session.scalar(select(func.count(Comment.id)).where(Comment.official_id == official_id, Comment.opened_at >= since)) or 0


def answered_since(session: Session, official_id: int, *, since: datetime) -> Sequence[Comment]:
    """A learner's comments answered or declined since then."""
    return session.scalars(all_own(official_id).where(Comment.closed_at >= since)).all()


def steps(session: Session, comment: Comment) -> Sequence[CommentStep]:
    """What happened to a comment, in order."""
    return session.scalars(select(CommentStep).where(CommentStep.comment_id == comment.id).order_by(CommentStep.seq)).all()


def asked_by_others(session: Session, code: str) -> Sequence[Comment]:
    """Comments on a lesson whose answers may be shown: the learner agreed and whoever answered chose so. Show kind and answer only."""
    shown = Comment.subject == Subject.LESSON, Comment.code == code, Comment.may_show, Comment.shown, Comment.state == CommentState.ANSWERED
    return session.scalars(select(Comment).where(*shown).order_by(Comment.closed_at.desc(), Comment.id.desc()).limit(ASKED_SHOWN)).all()


def answers_for(actor: Actor) -> ColumnElement[bool]:
    """The comments that ``actor`` answers for, over Comment and CommentOwner; never one's own."""
    scope = policy.scope(actor, P.FEEDBACK_ANSWER)
    others = true() if actor.official_id is None else Comment.official_id != actor.official_id
    if scope.everything:
        return others
    return and_(others, CommentOwner.partner_id.in_(scope.partners)) if scope.partners else never()


def by_ref(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> Comment:
    """A comment that ``actor`` answers for. Raises NotFound, for those of other courses too."""
    query = _with_owner(select(Comment)).where(Comment.ref == ref, answers_for(actor))
    found = session.scalar(query.with_for_update(of=Comment) if lock else query)
    if found is None:
        raise NotFound
    return found


def _with_owner(query: Select[Any]) -> Select[Any]:
    query = query.select_from(Comment).outerjoin(CommentOwner, CommentOwner.course_id == Comment.course_id)
    return query.outerjoin(Partner, Partner.id == CommentOwner.partner_id).outerjoin(Course, Course.id == Comment.course_id)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked for in a list: words, a state (or ``running``, ``overdue``, ``all``), a kind, a course, an order."""

    text: str = ""
    state: str = "running"
    kind: str = ""
    course: str = ""
    order: str = "due"


ORDERS = {
    "due": (Comment.due_on, Comment.id),
    "newest": (Comment.opened_at.desc(), Comment.id.desc()),
    "place": (Comment.code, Comment.due_on, Comment.id),
}


def comments(actor: Actor, choice: Choice, *, today: date) -> Select[Any]:
    """Rows (Comment, course slug or None, Partner or None) that ``actor`` answers for. Words that are hidden are not searched."""
    query = _with_owner(select(Comment, Course.slug, Partner)).where(answers_for(actor)).order_by(*ORDERS.get(choice.order, ORDERS["due"]))
    if choice.text:
        query = query.where(_holds(choice.text))
    if choice.kind in set(Kind):
        query = query.where(Comment.kind == choice.kind)
    if choice.course:
        query = query.where(Course.slug == choice.course)
    return _in_state(query, choice.state, today)


def _in_state(query: Select[Any], state: str, today: date) -> Select[Any]:
    if state == "all":
        return query
    if state == "overdue":
        return query.where(Comment.state.in_(RUNNING), Comment.due_on < today)
    return query.where(Comment.state == state) if state in set(CommentState) else query.where(Comment.state.in_(RUNNING))


def _holds(text: str) -> ColumnElement[bool]:
    held = [func.lower(column).contains(text.lower(), autoescape=True) for column in (Comment.title_zh, Comment.title_en, Comment.ref, Comment.code)]
    words = func.lower(Comment.text).contains(text.lower(), autoescape=True)
    return or_(*held, and_(Comment.hidden_reason == "", words))


def courses_of(session: Session, actor: Actor) -> Sequence[str]:
    """Slugs of the courses with comments that ``actor`` answers for."""
    query = _with_owner(select(Course.slug)).where(answers_for(actor), Course.slug.is_not(None))
    return session.scalars(query.distinct().order_by(Course.slug)).all()


def waiting(session: Session, actor: Actor, *, today: date) -> tuple[int, int]:
    """(how many wait for ``actor``, how many are overdue). Of a course that has an owner the administrator counts the overdue only."""
    running = _with_owner(select(func.count(Comment.id))).where(answers_for(actor), Comment.state.in_(RUNNING))
    overdue = session.scalar(running.where(Comment.due_on < today)) or 0
    if policy.scope(actor, P.FEEDBACK_ANSWER).everything:
        running = running.where(or_(CommentOwner.partner_id.is_(None), Comment.due_on < today))
    return session.scalar(running) or 0, overdue


def course_of(session: Session, comment: Comment) -> str | None:
    """The slug of the course that a comment belongs to."""
    return session.scalar(select(Course.slug).where(Course.id == comment.course_id))


def course_id(session: Session, slug: str | None) -> int | None:
    """The course at an address."""
    return session.scalar(select(Course.id).where(Course.slug == slug)) if slug else None


def owner(session: Session, comment: Comment) -> Partner | None:
    """The partner organisation that answers for a comment; None: the administrator does."""
    return session.scalar(select(Partner).join(CommentOwner, CommentOwner.partner_id == Partner.id).where(CommentOwner.course_id == comment.course_id))


def partner_of_courses(session: Session) -> dict[str, int]:
    """Course slug -> partner organisation that answers for it; courses without one are the administrator's."""
    return dict(session.execute(select(Course.slug, CommentOwner.partner_id).join(Course, Course.id == CommentOwner.course_id)).all())


def owners(session: Session) -> Sequence[Any]:
    """Rows (Course, CourseRevision, CommentOwner or None, Partner or None) of every course, by code."""
    query = select(Course, CourseRevision, CommentOwner, Partner).join(CourseRevision, CourseRevision.id == Course.current_revision_id)
    query = query.outerjoin(CommentOwner, CommentOwner.course_id == Course.id).outerjoin(Partner, Partner.id == CommentOwner.partner_id)
    return session.execute(query.order_by(Course.code)).all()


def partners(session: Session) -> Sequence[Partner]:
    """Every partner organisation that works with us, by code."""
    return session.scalars(select(Partner).where(Partner.closed_at.is_(None)).order_by(Partner.code)).all()


def waiting_of(session: Session, partner_id: int) -> int:
    """How many comments wait for the authors of an organisation."""
    query = select(func.count(Comment.id)).join(CommentOwner, CommentOwner.course_id == Comment.course_id)
    return session.scalar(query.where(CommentOwner.partner_id == partner_id, Comment.state.in_(RUNNING))) or 0


def who_answers(session: Session, comment: Comment) -> list[int]:
    """Account ids of who answers for the comment; never of who made it."""
    partner = owner(session, comment)
    known = holders(session, Role.ADMINISTRATOR) if partner is None else holders(session, Role.AUTHOR, partner_ids=[partner.id])
    own = set(session.scalars(select(Account.id).where(Account.official_id == comment.official_id)))
    return [account_id for account_id in known if account_id not in own]


def to_remind(session: Session, *, today: date) -> list[Comment]:
    """Running comments of which somebody is to be reminded now: due soon or overdue, and not reminded of that since."""
    near = select(Comment).where(Comment.state.in_(RUNNING), Comment.due_on <= clock().reminded_by(today)).order_by(Comment.due_on, Comment.id)
    found = session.scalars(near.with_for_update()).all()
    s = CommentStep
    rows = session.execute(select(s.comment_id, s.due_on, func.max(s.at)).where(s.kind == CommentStepKind.REMINDED).group_by(s.comment_id, s.due_on))
    last = {(comment_id, due_on): at for comment_id, due_on, at in rows}
    return [one for one in found if reminds_again(last.get((one.id, one.due_on)), due_on=one.due_on, day=today)]


def standing(session: Session, *, today: date, since: datetime) -> Sequence[Any]:
    """How the clocks stand, one row an owner: ``Partner`` (None: administrator), ``open, promised, overdue``, and of those closed since
    then ``closed, in_time``; how long it took is told by in time or not, never by person."""
    c = Comment
    running, late = c.state.in_(RUNNING), c.due_on < today
    closed = c.closed_at >= since
    counts = (
        _count(c.state == CommentState.OPEN).label("open"),
        _count(c.state == CommentState.TAKEN_UP).label("promised"),
        _count(and_(running, late)).label("overdue"),
        _count(closed).label("closed"),
        _count(and_(closed, c.in_time)).label("in_time"),
    )
    query = select(CommentOwner.partner_id, *counts).select_from(c).outerjoin(CommentOwner, CommentOwner.course_id == c.course_id)
    rows = session.execute(query.group_by(CommentOwner.partner_id)).all()
    known = {one.id: one for one in partners(session)}
    return sorted(((known.get(row.partner_id), row) for row in rows), key=lambda pair: pair[0].code if pair[0] else "")


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
