"""What credentials does when others publish news; registered in ``lms.wiring``."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.corrections.events import EvidenceCorrected
from lms.credentials import actions
from lms.credentials.models import IssuedCertificate
from lms.people.events import OfficialsForgotten
from lms.portfolio.events import EvidenceRecorded


def evidence_corrected(session: Session, event: EvidenceCorrected) -> None:
    """Answers were marked anew."""
    actions.recheck(session, pairs=event.pairs, now=event.now)


def evidence_recorded(session: Session, event: EvidenceRecorded) -> None:
    """Work was judged anew, or the recognition of a certificate from elsewhere was revoked; new evidence changes nothing here."""
    actions.recheck(session, pairs=event.pairs, now=event.now)


def officials_forgotten(session: Session, event: OfficialsForgotten) -> None:
    """A certificate seals a name, so it goes as a whole: its address then says what it says of any other that does not exist."""
    session.execute(delete(IssuedCertificate).where(IssuedCertificate.official_id.in_(event.official_ids)))
