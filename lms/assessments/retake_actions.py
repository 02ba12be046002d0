"""Leave to take an evidence quiz before its day: given by a person, for a reason, for one attempt."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.assessments import queries, retake_queries
from lms.assessments.models import RetakePermission
from lms.assessments.queries import AssessmentHead
from lms.core.errors import Forbidden, Invalid, Refused
from lms.people import notice_actions
from lms.people.models import Official
from lms.web.filters import day

MOST_REASON = 400


def allow_retake(session: Session, *, actor: Actor, official: Official, slug: str, reason: str, now: datetime) -> RetakePermission:
    """Let an official take the evidence quiz ``slug`` once before its day; leave not used yet is not given twice.

    Raises Forbidden outside the actor's units and for oneself, NotFound, Invalid without a reason.
    """
    if actor.official_id == official.id:
        raise Forbidden
    policy.ensure_official(actor, Permission.CASES_ANSWER, official.id, official.unit.path)
    head, reason = queries.assessment(session, slug), reason.strip()
    if not reason:
        raise Invalid(_("Give a reason."))
    if (held := retake_queries.leave(session, official_id=official.id, assessment_id=head.id)) is not None:
        return held
    given = RetakePermission(official_id=official.id, assessment_id=head.id, granted_by=actor.name, reason=reason[:MOST_REASON], at=now)
    session.add(given)
    noted = {"subject": official.staff_no, "official_id": official.id, "assessment": slug, "reason": reason}
    audit.record(session, actor=actor, action=Action.RETAKE_ALLOWED, now=now, **noted)
    notice_actions.tell(session, kind="retake_allowed", facts={official.id: {"slug": slug, "course": head.course_slug}}, now=now)
    return given


def ensure_may_begin(session: Session, head: AssessmentHead, *, official_id: int, now: datetime) -> None:
    """Use up leave if the day has not come; raise Refused, naming the day, without any."""
    opens = retake_queries.opens_on(session, head, official_id=official_id, now=now)
    if opens is None:
        return
    given = retake_queries.leave(session, official_id=official_id, assessment_id=head.id)
    if given is None:
        raise Refused(_("You can take this evidence quiz again from %(day)s. Until then you can practise as often as you like.", day=day(opens)))
    given.used_at = now
