"""What appeals do when others publish news; registered in ``lms.wiring``."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.cases.models import Case, CaseStep
from lms.people.events import OfficialsForgotten


def officials_forgotten(session: Session, event: OfficialsForgotten) -> None:
    """What was written goes; that there was an appeal, and how it ended, stays."""
    theirs = select(Case.id).where(Case.official_id.in_(event.official_ids))
    session.execute(update(CaseStep).where(CaseStep.case_id.in_(theirs)).values(text=""))
