"""Facts from the portfolio as the replay wants them: judgements of work, and recognised certificates.

A certificate confirms no level. It says that something was learned elsewhere, so it moves the expected track as one
completed course does, on the day it was issued.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from lms.competency.proficiency import Completion, Judgement, judged_value
from lms.competency.target_queries import effective
from lms.core import framework
from lms.portfolio.enums import TaskKind
from lms.portfolio.models import Certificate, Submission
from lms.portfolio.models import Judgement as JudgementFact

_IDS = bindparam("ids", expanding=True)


def judgements_query() -> Select:
    j = JudgementFact
    columns = (j.official_id, j.competency, j.kind, j.level, j.criteria, j.assessors, j.at, Submission.ref)
    return select(*columns).join(Submission, Submission.id == j.submission_id)


def certificates_query() -> Select:
    """Recognised certificates that were not revoked."""
    c = Certificate
    return select(c.official_id, c.competency, c.issued_on).where(c.revoked_at.is_(None))


JUDGEMENTS_OF = judgements_query().where(JudgementFact.official_id.in_(_IDS))
CERTIFICATES_OF = certificates_query().where(Certificate.official_id.in_(_IDS))


def judgement(row: Row) -> Judgement:
    """A stored judgement as a fact of the replay."""
    value = judged_value(row.level, framework.read().cuts_milli)
    return Judgement(row.ref, row.at, row.level, value, row.assessors, len(row.criteria), row.kind == TaskKind.PANEL)


def certificate(row: Row) -> Completion:
    """A recognised certificate as a fact of the replay."""
    return Completion(datetime.combine(row.issued_on, time(), UTC))


def targets_of_official(session: Session, official_id: int) -> dict[str, int]:
    """The target level that holds for the official, by competency."""
    return {code: one.level for code, one in effective(session, [official_id]).get(official_id, {}).items()}
