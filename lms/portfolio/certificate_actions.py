"""Certificates from elsewhere: recognised by HR with a reason, until they expire or are revoked with a reason. They confirm no level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor, operator
from lms.access.permissions import Permission
from lms.core import framework
from lms.core.errors import Conflict, Invalid
from lms.core.events import publish
from lms.core.ids import new_ref
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official
from lms.people.notice_actions import tell
from lms.portfolio import queries
from lms.portfolio.actions import MOST_REASON, keep_file
from lms.portfolio.events import EvidenceRecorded
from lms.portfolio.files import Upload
from lms.portfolio.models import Certificate

AT_ONCE = 500
PLATFORM = operator("platform")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a certificate says and why it is recognised."""

    issuer: str
    title: str
    competency: str
    level: int
    issued_on: date
    expires_on: date | None
    reason: str

    def faults(self, today: date) -> list[tuple[str, str]]:
        """(field, sentence) for everything that is wrong."""
        rules = (
            ("issuer", self.issuer, _("Who issued it?")),
            ("title", self.title, _("What does it say?")),
            ("competency", self.competency in framework.read().codes, _("Choose the competency that it is about.")),
            ("level", self.level in range(1, 6), _("Choose a level from 1 to 5.")),
            ("reason", self.reason, _("Say why it is recognised: what was asked and who examined it.")),
            ("issued_on", self.issued_on <= today, _("The day of issue lies in the future.")),
            ("expires_on", self.expires_on is None or self.expires_on > self.issued_on, _("It expires before it was issued.")),
        )
        return [(field, sentence) for field, holds, sentence in rules if not holds]


def recognise(session: Session, *, actor: Actor, official: Official, paper: Paper, copy: Upload | None, now: datetime) -> Certificate:
    """Recognise a certificate; the official is told."""
    policy.ensure_official(actor, Permission.CERTIFICATES_RECOGNISE, official.id, official.unit.path)
    if faults := paper.faults(day_of(now)):
        raise Invalid(_("Please put this right"), details=[sentence for _field, sentence in faults])
    words = {"issuer": paper.issuer[:120], "title": paper.title[:160], "reason": paper.reason[:MOST_REASON]}
    numbers = {"competency": paper.competency, "level": paper.level, "issued_on": paper.issued_on, "expires_on": paper.expires_on}
    made = Certificate(ref=new_ref(), official_id=official.id, **words, **numbers, recognised_by=actor.name, recognised_at=now)
    session.add(made)
    session.flush()
    if copy is not None:
        keep_file(session, copy, now, place=1, certificate_id=made.id, official_id=official.id)
    _follow(session, actor, audit.Action.CERTIFICATE_RECOGNISED, "certificate_recognised", made, paper.reason, now)
    return made


def revoke(session: Session, *, actor: Actor, official: Official, certificate: Certificate, reason: str, now: datetime) -> None:
    """End the recognition; what it moved is taken back, and the official is told."""
    policy.ensure_official(actor, Permission.CERTIFICATES_RECOGNISE, official.id, official.unit.path)
    if certificate.revoked_at is not None:
        raise Conflict(_("Its recognition has ended already."))
    if not reason:
        raise Invalid(_("Say why the recognition ends."))
    _end(session, certificate, actor, reason[:MOST_REASON], now)
    _follow(session, actor, audit.Action.CERTIFICATE_REVOKED, "certificate_revoked", certificate, reason, now)


def end_expired(session: Session, *, today: date, now: datetime) -> int:
    """End the recognition of a portion of what expired before today: what it moved is taken back, and its officials are told. Answers how many."""
    expired = session.scalars(queries.expired(today).limit(AT_ONCE)).all()
    for certificate in expired:
        _end(session, certificate, PLATFORM, "", now)
        _follow(session, PLATFORM, audit.Action.CERTIFICATE_EXPIRED, "certificate_expired", certificate, "", now)
    return len(expired)


def _end(session: Session, certificate: Certificate, actor: Actor, reason: str, now: datetime) -> None:
    """Without a reason it ended by itself, on its day."""
    certificate.revoked_at, certificate.revoked_by, certificate.revoke_reason = now, actor.name, reason
    session.flush()


def _follow(session: Session, actor: Actor, action: audit.Action, kind: str, certificate: Certificate, reason: str, now: datetime) -> None:
    owner = certificate.official_id
    known = {"title": certificate.title, "issuer": certificate.issuer, "reason": reason[:MOST_REASON]}
    audit.record(session, actor=actor, action=action, subject=certificate.ref, now=now, official_id=owner, competency=certificate.competency, reason=reason)
    tell(session, kind=kind, facts={owner: known}, now=now)
    publish(session, EvidenceRecorded(frozenset({(owner, certificate.competency)}), now))
