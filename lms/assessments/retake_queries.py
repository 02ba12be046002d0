"""Whether an official may take an evidence quiz again, and leave that somebody gave to take it earlier."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments import queries, retakes
from lms.assessments.enums import Purpose
from lms.assessments.models import RetakePermission
from lms.assessments.package import Retake
from lms.assessments.queries import AssessmentHead
from lms.people.calendar_queries import today


def rule(head: AssessmentHead) -> Retake:
    """The rule of an assessment's current bank."""
    return Retake.model_validate((head.meta.get("blueprint") or {}).get("retake") or {})


def opens_on(session: Session, head: AssessmentHead, *, official_id: int, now: datetime) -> date | None:
    """The day from which an official may begin the evidence quiz again; None when they may now. Leave given is not looked at."""
    earlier = queries.attempts(session, official_id=official_id, assessment_id=head.id)
    ended = [one.submitted_at or one.deadline_at for one in earlier if one.purpose is Purpose.EVIDENCE]
    return retakes.opens_on(rule(head), [today(at) for at in ended if at is not None], today(now))


def leave(session: Session, *, official_id: int, assessment_id: int) -> RetakePermission | None:
    """Leave to take the quiz before its day that has not been used, the oldest first."""
    p = RetakePermission
    query = select(p).where(p.official_id == official_id, p.assessment_id == assessment_id, p.used_at.is_(None))
    return session.scalar(query.order_by(p.id).limit(1))
