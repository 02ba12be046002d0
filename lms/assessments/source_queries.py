"""A stored bank as its file."""

from __future__ import annotations

from datetime import datetime

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments import queries
from lms.assessments.models import Assessment, BankRevision, BankSource


def bank_file(session: Session, slug: str) -> bytes:
    """The current bank's file, byte for byte as loaded; of a bank from before files were kept, written from its parts. Raises NotFound."""
    current = select(BankSource.content).join(Assessment, Assessment.current_bank_id == BankSource.bank_id).where(Assessment.slug == slug)
    kept = session.scalar(current)
    return bytes(kept) if kept is not None else written(session, slug)


def bank_file_at(session: Session, slug: str, at: datetime) -> bytes | None:
    """The file of the bank that was in force at that moment, of the first one before it; None when no file was kept."""
    rows = session.execute(
        select(BankRevision.loaded_at, BankSource.content)
        .join(Assessment, Assessment.id == BankRevision.assessment_id)
        .join(BankSource, BankSource.bank_id == BankRevision.id)
        .where(Assessment.slug == slug)
        .order_by(BankRevision.loaded_at, BankRevision.id)
    ).all()
    found = [content for loaded_at, content in rows if loaded_at <= at] or [content for _, content in rows[:1]]
    return bytes(found[-1]) if found else None


def written(session: Session, slug: str) -> bytes:
    """The current bank written from its parts: the same bank, in our own spelling."""
    data = queries.exported(session, slug)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None).encode()
