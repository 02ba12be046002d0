"""Releasing a reviewed package, retiring a course and offering it again."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.audit import Action, record
from lms.access.permissions import Permission
from lms.core.errors import Conflict, Invalid
from lms.courses import retirement_queries
from lms.courses.loading import load_package, older
from lms.courses.models import Course, CourseRetirement, CourseRevision
from lms.courses.package import Package
from lms.courses.release_text import Entry, ReviewedBy, next_version, released

__all__ = ["Entry", "ReviewedBy", "load_released", "next_version", "older", "reinstate", "released", "retire"]

SHORTEST_REASON = 10


def load_released(session: Session, package: Package, *, actor: Actor, now: datetime, review_ref: str) -> CourseRevision:
    """The package as the course's current revision. Raises Refused when its version or its code is taken, or another is newer by now."""
    loaded = load_package(session, package, actor=actor, now=now, review_ref=review_ref)
    if not loaded.new:
        raise Conflict(_("This is the revision that is live already; nothing would change."))
    return loaded.revision


def retire(session: Session, *, actor: Actor, slug: str, reason: str, now: datetime) -> CourseRetirement:
    """Nobody new begins the course from now on; who began it may finish. Raises Forbidden, NotFound, Invalid without a reason, Conflict."""
    course = _course(session, actor, slug)
    if retirement_queries.retirement(session, course.id) is not None:
        raise Conflict(_("The course is retired already."))
    row = CourseRetirement(course_id=course.id, reason=_reason(reason), retired_by=actor.name[:120], retired_at=now)
    session.add(row)
    session.flush()
    record(session, actor=actor, action=Action.COURSE_RETIRED, subject=slug, now=now, reason=row.reason)
    return row


def reinstate(session: Session, *, actor: Actor, slug: str, reason: str, now: datetime) -> CourseRetirement:
    """Offer a retired course again. Raises Forbidden, NotFound, Invalid without a reason, Conflict when it isn't retired."""
    course = _course(session, actor, slug)
    row = retirement_queries.retirement(session, course.id)
    if row is None:
        raise Conflict(_("The course is not retired."))
    row.end_reason, row.ended_by, row.ended_at = _reason(reason), actor.name[:120], now
    session.flush()
    record(session, actor=actor, action=Action.COURSE_REINSTATED, subject=slug, now=now, reason=row.end_reason)
    return row


def _course(session: Session, actor: Actor, slug: str) -> Course:
    policy.ensure(actor, Permission.COURSES_RELEASE)
    return retirement_queries.course(session, slug, lock=True)


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise Invalid(_("Give the reason in a sentence of at least %(n)d characters; everybody who looks at the course reads it.", n=SHORTEST_REASON))
    return reason
