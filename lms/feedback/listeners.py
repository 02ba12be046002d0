"""What comments do when others publish news; registered in ``lms.wiring``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.access.permissions import Role
from lms.courses.events import CourseReleased
from lms.feedback import queries
from lms.feedback.models import Comment, CommentOwner, CommentStep
from lms.partners.events import MemberLeft, OrganisationClosed
from lms.people import notice_actions
from lms.people.events import OfficialsForgotten
from lms.people.holder_queries import holders
from lms.people.models import Partner


def course_released(session: Session, event: CourseReleased) -> None:
    """Who wrote a course answers for it: comments and changed facts go there, unless an administrator has named another owner."""
    if event.partner_id is not None and session.get(CommentOwner, event.course_id) is None:
        session.add(CommentOwner(course_id=event.course_id, partner_id=event.partner_id, named_by="", named_at=event.at))


def member_left(session: Session, event: MemberLeft) -> None:
    """The comments that wait are for the other authors; without any, for the administrator. Whoever it is, is told."""
    closed = session.get_one(Partner, event.partner_id).closed_at is not None  # then it is told once, for all who left
    if Role.AUTHOR in event.roles and not closed:
        remaining = holders(session, Role.AUTHOR, partner_ids=[event.partner_id])
        _tell(session, event.partner_id, remaining or holders(session, Role.ADMINISTRATOR), event.at)


def organisation_closed(session: Session, event: OrganisationClosed) -> None:
    """Its comments go to the administrator."""
    _tell(session, event.partner_id, holders(session, Role.ADMINISTRATOR), event.at)
    session.execute(delete(CommentOwner).where(CommentOwner.partner_id == event.partner_id))


def _tell(session: Session, partner_id: int, accounts: list[int], now: datetime) -> None:
    waiting = queries.waiting_of(session, partner_id)
    if waiting:
        partner = session.get_one(Partner, partner_id)
        about = {"n": waiting, "zh": partner.name_zh, "en": partner.name_en}
        notice_actions.tell_accounts(session, kind="comments_taken_over", facts=dict.fromkeys(accounts, about), now=now)


def officials_forgotten(session: Session, event: OfficialsForgotten) -> None:
    """What was written goes, the answer too, since it speaks to somebody; what they agreed to show to everybody never named them and stays."""
    theirs = Comment.official_id.in_(event.official_ids), Comment.shown.is_(False)
    session.execute(update(CommentStep).where(CommentStep.comment_id.in_(select(Comment.id).where(*theirs))).values(text=""))
    session.execute(update(Comment).where(*theirs).values(text="", answer=""))
