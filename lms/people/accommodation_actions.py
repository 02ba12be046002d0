"""Granting what makes quizzes fair for an official, and ending it. The server applies it from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import LANGUAGES
from lms.people import notice_actions
from lms.people.import_files import today
from lms.people.models import Accommodation, Official

TIMES = (100, 125, 150, 200)
"""Per cent of the usual time that may be granted."""
LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be granted. ``language`` empty: as the official chooses; ``until`` None: until somebody ends it."""

    time_percent: int = 100
    large_type: bool = False
    language: str = ""
    reason: str = ""
    until: date | None = None

    @property
    def terms(self) -> dict[str, Any]:
        """What is granted, as the log and the notice keep it."""
        return {"time_percent": self.time_percent, "large_type": self.large_type, "language": self.language, "until": str(self.until or "")}


def check(wish: Wish, *, now: datetime) -> dict[str, str]:
    """What is wrong with a wish, by field."""
    errors = {}
    if wish.time_percent not in TIMES:
        errors["time_percent"] = _("Choose one of the times offered.")
    elif (wish.time_percent, wish.large_type, wish.language) == (100, False, ""):
        errors["time_percent"] = _("Choose at least one of extra time, large type and another language.")
    if wish.language and wish.language not in LANGUAGES:
        errors["language"] = _("Choose one of the languages offered.")
    if not wish.reason or len(wish.reason) > LONGEST_REASON:
        errors["reason"] = _("Give the reason in at most %(n)d characters.", n=LONGEST_REASON)
    if wish.until is not None and wish.until < today(now):
        errors["until"] = _("The last day lies in the past.")
    return errors


def grant(session: Session, *, actor: Actor, official: Official, wish: Wish, now: datetime) -> Accommodation:
    """Grant an accommodation; one that is in force ends. Raises Forbidden outside the actor's units, Invalid for a faulty wish."""
    policy.ensure_official(actor, Permission.ACCOMMODATIONS_GRANT, official.id, official.unit.path)
    if errors := check(wish, now=now):
        raise Invalid(_("The accommodation was not granted."), details=list(errors.values()))
    _end_all(session, official.id, now)
    terms = {"time_percent": wish.time_percent, "large_type": wish.large_type, "language": wish.language, "reason": wish.reason, "until": wish.until}
    granted = Accommodation(official_id=official.id, granted_by=actor.name, granted_at=now, **terms)
    session.add(granted)
    audit.record(session, actor=actor, action=Action.ACCOMMODATION_GRANTED, subject=official.staff_no, official_id=official.id, now=now, **wish.terms)
    notice_actions.tell(session, kind="accommodation_granted", facts={official.id: wish.terms}, now=now)
    return granted


def end(session: Session, *, actor: Actor, official: Official, accommodation_id: int, now: datetime) -> None:
    """End an accommodation before its date; a quiz that runs keeps its deadline. Raises Forbidden, NotFound."""
    policy.ensure_official(actor, Permission.ACCOMMODATIONS_GRANT, official.id, official.unit.path)
    a = Accommodation
    found = session.scalar(select(a).where(a.id == accommodation_id, a.official_id == official.id, a.ended_at.is_(None)))
    if found is None:
        raise NotFound
    found.ended_at = now
    audit.record(session, actor=actor, action=Action.ACCOMMODATION_ENDED, subject=official.staff_no, official_id=official.id, now=now)
    notice_actions.tell(session, kind="accommodation_ended", facts={official.id: {}}, now=now)


def _end_all(session: Session, official_id: int, now: datetime) -> None:
    a = Accommodation
    session.execute(update(a).where(a.official_id == official_id, a.ended_at.is_(None)).values(ended_at=now))
