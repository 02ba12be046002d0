"""Reading the audit log: newest first, filtered, always bounded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from lms.access.audit import Action
from lms.access.models import AuditEntry

PAGE = 50
EXPORT_LIMIT = 50_000
FIRST, LAST = date(1970, 1, 1), date(9998, 12, 31)
"""Days outside can't be told apart in every time zone, and hold no entries."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What an auditor looks for; empty fields don't narrow. ``text`` is part of the actor's or the subject's name; days are local."""

    action: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> AuditFilter:
        """Read from an address; what makes no sense there is left out."""
        action = form.get("action", "")
        known = action if action in set(Action) else ""
        return cls(known, form.get("text", "").strip()[:80], _day(form.get("since")), _day(form.get("until")))

    def as_form(self) -> dict[str, str]:
        """The same for an address; only what narrows."""
        days = {"since": self.since.isoformat() if self.since else "", "until": self.until.isoformat() if self.until else ""}
        return {name: value for name, value in {"action": self.action, "text": self.text, **days}.items() if value}


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def entries(session: Session, wanted: AuditFilter, *, zone: ZoneInfo, before: int | None = None, limit: int = PAGE) -> Sequence[AuditEntry]:
    """The newest ``limit`` entries that fit, older than entry ``before``."""
    query = _filtered(wanted, zone)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    return session.scalars(query.order_by(AuditEntry.seq.desc()).limit(limit)).all()


def _filtered(wanted: AuditFilter, zone: ZoneInfo) -> Select[tuple[AuditEntry]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.action:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.text:
        conditions.append(or_(AuditEntry.actor.contains(wanted.text, autoescape=True), AuditEntry.subject.contains(wanted.text, autoescape=True)))
    if wanted.since:
        conditions.append(AuditEntry.at >= _midnight(wanted.since, zone))
    if wanted.until:
        conditions.append(AuditEntry.at < _midnight(wanted.until + timedelta(days=1), zone))
    return select(AuditEntry).where(*conditions)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def by_others(session: Session, *, official_id: int, account_id: int | None, limit: int = PAGE) -> Sequence[AuditEntry]:
    """The newest entries about an official that somebody else made: who looked, who changed what."""
    query = select(AuditEntry).where(AuditEntry.official_id == official_id, AuditEntry.account_id.is_distinct_from(account_id))
    return session.scalars(query.order_by(AuditEntry.seq.desc()).limit(limit)).all()


def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """The further facts of an entry, as name and text; empty ones left out."""
    return [(name, str(value)) for name, value in json.loads(entry.detail).items() if value not in ("", None)]
