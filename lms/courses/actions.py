"""Decisions about courses that people take."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.audit import Action, record
from lms.access.permissions import Permission
from lms.core.errors import Conflict, Invalid
from lms.courses import queries
from lms.courses.models import CourseRevision, EvidenceAcceptance

SHORTEST_REASON = 10


def accept_for_evidence(session: Session, *, revision: CourseRevision, reason: str, actor: Actor, now: datetime) -> EvidenceAcceptance:
    """Let an unreviewed revision give evidence: a recorded decision with its reason (course format, rule 9).

    The decision is for this revision only; the next one has to be reviewed or accepted anew. Raises Forbidden; Invalid for
    a reason that says nothing; Conflict when there is nothing to decide.
    """
    policy.ensure(actor, Permission.COURSES_ACCEPT)
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise Invalid(_("Give the reason in a sentence of at least %(n)d characters; it is kept with the decision.", n=SHORTEST_REASON))
    if not revision.provisional:
        raise Conflict(_("This revision has been reviewed; it needs no acceptance."))
    if queries.acceptance_of(session, revision.id) is not None:
        raise Conflict(_("This revision was accepted before."))
    acceptance = EvidenceAcceptance(revision_id=revision.id, accepted_by=actor.name, account_id=actor.account_id, reason=reason, accepted_at=now)
    session.add(acceptance)
    subject = f"{revision.course.slug} {revision.version}"
    record(session, actor=actor, action=Action.COURSE_ACCEPTED, subject=subject, now=now, hash=revision.hash, reason=reason)
    return acceptance
