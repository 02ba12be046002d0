"""Retiring a course and offering it again, with HR told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Role
from lms.courses import release_actions as courses
from lms.courses import retirement_queries
from lms.people import notice_actions
from lms.people.holder_queries import holders


def retire(session: Session, *, actor: Actor, slug: str, reason: str, now: datetime) -> None:
    """Nobody new begins the course from now on. Raises as ``courses.release_actions.retire`` does."""
    row = courses.retire(session, actor=actor, slug=slug, reason=reason, now=now)
    _tell(session, "course_retired", slug, row.reason, now)


def reinstate(session: Session, *, actor: Actor, slug: str, reason: str, now: datetime) -> None:
    """Offer a retired course again. Raises as ``courses.release_actions.reinstate`` does."""
    row = courses.reinstate(session, actor=actor, slug=slug, reason=reason, now=now)
    _tell(session, "course_reinstated", slug, row.end_reason, now)


def _tell(session: Session, kind: str, slug: str, reason: str, now: datetime) -> None:
    course = retirement_queries.course(session, slug)
    zh, en = (course.current.title_zh, course.current.title_en) if course.current else (slug, slug)
    facts = {"slug": slug, "code": course.code, "zh": zh, "en": en, "reason": reason}
    notice_actions.tell_accounts(session, kind=kind, facts=dict.fromkeys(holders(session, Role.HR), facts), now=now)
