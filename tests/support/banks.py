"""An empty item bank, for tests that need an attempt to belong to one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.assessments.models import Assessment, BankRevision


def sample_bank(session: Session, now: datetime) -> BankRevision:
    """A bank revision without items."""
    assessment = Assessment(slug="empty")
    session.add(assessment)
    session.flush()
    bank = BankRevision(assessment_id=assessment.id, hash="0" * 64, form_length=0, meta={}, loaded_at=now)
    session.add(bank)
    session.flush()
    return bank
