"""Issuing a certificate on one's own request; withdrawing, revoking and superseding one. An ending is final."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor, operator
from lms.access.permissions import Permission
from lms.access.policy import ensure_official, scope
from lms.competency import certificate_queries as competency
from lms.core.errors import Conflict, Forbidden, Invalid, Refused
from lms.credentials import queries
from lms.credentials.enums import Ending, Shown
from lms.credentials.models import IssuedCertificate, VerificationMiss
from lms.credentials.sealing import new_reference
from lms.people import notice_actions
from lms.people.calendar_queries import today
from lms.people.models import Official

REVOKED, SUPERSEDED = "issued_certificate_revoked", "issued_certificate_superseded"
SHORTEST_REASON = 10


def holder(actor: Actor) -> int:
    """The official that the actor is. Raises Forbidden for an account without a record of its own."""
    official_id = scope(actor, Permission.OWN_RECORD).official_id
    if official_id is None:
        raise Forbidden
    return official_id


def issue(session: Session, *, actor: Actor, kind: str, key: str, shows_name: bool, now: datetime) -> IssuedCertificate:
    """Issue what the actor asks for themselves. Raises Refused when the evidence does not support it, Conflict when they have it."""
    official_id = holder(actor)
    offer = next((one for one in queries.possible(session, official_id, now) if one.kind == kind and one.key == key), None)
    if offer is None:
        raise Refused(_("Your evidence does not support this certificate today."))
    day = today(now)
    if any(queries.covers(one, offer) for one in queries.all_own(session, official_id) if queries.shown(one, day) is Shown.VALID):
        raise Conflict(_("You have this certificate already."))
    made = _write(session, session.get_one(Official, official_id), offer, shows_name, now)
    detail = {"certificate": made.ref[:8], "kind": kind, "of": key, "level": offer.level}
    audit.record(session, actor=actor, action=audit.Action.OWN_CERTIFICATE_ISSUED, subject=key, now=now, official_id=official_id, **detail)
    return made


def _write(session: Session, official: Official, offer: queries.Offer, shows_name: bool, now: datetime) -> IssuedCertificate:
    by = queries.issuer(session, official)
    made = IssuedCertificate(
        ref=new_reference(), official_id=official.id, kind=str(offer.kind), course_id=offer.course_id, competency=offer.key if offer.level else "",
        level=offer.level, name=official.name, shows_name=shows_name, title_zh=offer.title.zh[:200], title_en=offer.title.en[:200], version=offer.version,
        hours=offer.hours, issuer_zh=by.zh, issuer_en=by.en, earned_on=offer.earned_on, valid_until=offer.until, issued_at=now,
    )  # fmt: skip
    made.check_code = queries.sealed(made)
    session.add(made)
    session.flush()  # who asked goes on to its page
    return made


def show_name(session: Session, *, actor: Actor, ref: str, shows: bool, now: datetime) -> None:
    """The holder chooses whether the page that confirms the certificate shows the whole name."""
    one = queries.own(session, holder(actor), ref)
    if one.shows_name != shows:
        one.shows_name = shows
        action = audit.Action.OWN_CERTIFICATE_CHANGED
        audit.record(session, actor=actor, action=action, subject=_of(one), now=now, official_id=one.official_id, certificate=one.ref[:8], shows_name=shows)


def withdraw(session: Session, *, actor: Actor, ref: str, now: datetime) -> None:
    """The holder takes the certificate back; its page then says no more than that. Raises Conflict when it has ended."""
    one = queries.own(session, holder(actor), ref)
    _end(one, Ending.WITHDRAWN, by=actor.name, reason="", now=now)
    action = audit.Action.OWN_CERTIFICATE_WITHDRAWN
    audit.record(session, actor=actor, action=action, subject=_of(one), now=now, official_id=one.official_id, certificate=one.ref[:8])


def revoke(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> None:
    """HR revokes a certificate with a reason, which the holder is told. Raises Forbidden, NotFound, Invalid, Conflict."""
    one = queries.of_hr(session, actor, ref)
    ensure_official(actor, Permission.CERTIFICATES_REVOKE, one.official_id, one.official.unit.path)
    reason = reason.strip()[:400]
    if len(reason) < SHORTEST_REASON:
        raise Invalid(_("Give the reason in a sentence of at least %(n)d characters; the holder reads it.", n=SHORTEST_REASON))
    _end(one, Ending.REVOKED, by=actor.name, reason=reason, now=now)
    action = audit.Action.ISSUED_CERTIFICATE_REVOKED
    audit.record(session, actor=actor, action=action, subject=_of(one), now=now, official_id=one.official_id, certificate=one.ref[:8], reason=reason)
    notice_actions.tell(session, kind=REVOKED, facts={one.official_id: _facts(one) | {"reason": reason}}, now=now)


def recheck(session: Session, *, pairs: Iterable[tuple[int, str]], now: datetime) -> list[IssuedCertificate]:
    """Supersede the certificates of levels that their evidence, as it is marked now, would not have supported when they were issued.

    Evidence that came later plays no part: it says something of a later day.
    """
    ended = []
    for one in queries.levels_that_hold(session, pairs):
        asked = {"official_id": one.official_id, "competency": one.competency, "level": one.level or 0}
        if not competency.was_confirmed(session, **asked, at=one.issued_at):
            _end(one, Ending.SUPERSEDED, by="", reason="", now=now)
            ended.append(one)
    events = [audit.Event(audit.Action.ISSUED_CERTIFICATE_SUPERSEDED, _of(one), one.official_id, {"certificate": one.ref[:8]}) for one in ended]
    audit.record_many(session, actor=operator("evidence"), now=now, events=events)
    for one in ended:
        notice_actions.tell(session, kind=SUPERSEDED, facts={one.official_id: _facts(one)}, now=now)
    return ended


def _end(one: IssuedCertificate, ending: Ending, *, by: str, reason: str, now: datetime) -> None:
    if one.ending:
        raise Conflict(_("This certificate has ended already."))
    one.ending, one.ended_at, one.ended_by, one.reason = str(ending), now, by[:120], reason


def _of(one: IssuedCertificate) -> str:
    return one.competency or one.title_zh[:60]


def _facts(one: IssuedCertificate) -> dict[str, object]:
    return {"zh": one.title_zh, "en": one.title_en, "level": one.level, "kind": one.kind}


def note_miss(session: Session, *, origin: str, now: datetime) -> None:
    """Somebody asked for a certificate that does not exist."""
    session.add(VerificationMiss(origin=origin, at=now))
