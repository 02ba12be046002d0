"""What the portfolio does when others publish news; registered in ``lms.wiring``."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.people.events import OfficialsForgotten
from lms.portfolio import files
from lms.portfolio.models import Declaration, Submission, WorkFile


def officials_forgotten(session: Session, event: OfficialsForgotten) -> None:
    """Files, notes and declared levels go; what assessors found stays as evidence of nobody."""
    for name in session.scalars(select(WorkFile.stored_as).where(WorkFile.official_id.in_(event.official_ids))):
        files.forget(session, name)
    for model in (WorkFile, Declaration):
        session.execute(delete(model).where(model.official_id.in_(event.official_ids)))
    session.execute(update(Submission).where(Submission.official_id.in_(event.official_ids)).values(note="", return_reason=""))
