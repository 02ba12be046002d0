"""Whether an official may take an evidence quiz again, and leave that somebody gave to take it earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments import queries, retakes
from lms.assessments.enums import Purpose
from lms.assessments.models import Assessment, RetakePermission
from lms.assessments.package import Retake
from lms.assessments.queries import AssessmentHead, AttemptHead
from lms.people.calendar_queries import today


def rule(head: AssessmentHead) -> Retake:
    """The rule of an assessment's current bank."""
    return Retake.model_validate((head.meta.get("blueprint") or {}).get("retake") or {})


def opens_on(session: Session, head: AssessmentHead, *, official_id: int, now: datetime) -> date | None:
    """The day from which an official may begin the evidence quiz again; None when they may now. Leave given is not looked at."""
    earlier = queries.attempts(session, official_id=official_id, assessment_id=head.id)
    ended = [one.submitted_at or one.deadline_at for one in earlier if one.purpose is Purpose.EVIDENCE]
    return retakes.opens_on(rule(head), [today(at) for at in ended if at is not None], today(now))


@dataclass(frozen=True, slots=True)
class Taken:
    """An evidence quiz that an official took: ``last`` the newest attempt, ``opens`` the day from which it may be taken again (None: now)."""

    head: AssessmentHead
    last: AttemptHead
    opens: date | None
    leave: RetakePermission | None


def taken(session: Session, *, official_id: int, now: datetime) -> list[Taken]:
    """The evidence quizzes that an official took, the newest first."""
    newest: dict[str, AttemptHead] = {}
    for one in queries.attempts(session, official_id=official_id, limit=500):
        if one.purpose is Purpose.EVIDENCE and is_ended(one, now):
            newest.setdefault(one.slug, one)
    found = []
    for slug, last in newest.items():
        head = queries.assessment(session, slug)
        opens = opens_on(session, head, official_id=official_id, now=now)
        found.append(Taken(head, last, opens, leave(session, official_id=official_id, assessment_id=head.id)))
    return found


def is_ended(one: AttemptHead, now: datetime) -> bool:
    """Whether an attempt was handed in, or ran out of time."""
    return one.submitted_at is not None or (one.deadline_at is not None and one.deadline_at <= now)


def given(session: Session, official_id: int) -> Sequence[Any]:
    """Leave given to an official: rows (RetakePermission, slug of the quiz), the newest first."""
    query = select(RetakePermission, Assessment.slug).join(Assessment, Assessment.id == RetakePermission.assessment_id)
    return session.execute(query.where(RetakePermission.official_id == official_id).order_by(RetakePermission.id.desc())).all()


def leave(session: Session, *, official_id: int, assessment_id: int) -> RetakePermission | None:
    """Leave to take the quiz before its day that has not been used, the oldest first."""
    p = RetakePermission
    query = select(p).where(p.official_id == official_id, p.assessment_id == assessment_id, p.used_at.is_(None))
    return session.scalar(query.order_by(p.id).limit(1))
