"""Writing and verifying the audit chain.

Entry n holds SHA-256(hash of n−1 ‖ canonical JSON of n), so a change, a removal or an insertion anywhere shows from
there on. One writer appends at a time: SQLite has one anyway, PostgreSQL takes a transaction-level advisory lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.audit_kinds import LOOKS, Action
from lms.access.models import AuditEntry
from lms.core.rows import Rows

# made once: json.dumps makes an encoder for every call that asks for anything unusual
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode
_plain = json.JSONEncoder(ensure_ascii=False).encode
GENESIS = "0" * 64
_LOCK = 7_301_001
LOOKED = "lms.looked_at"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to write down. ``subject`` names it for people (a code or reference), ``official_id`` whom it concerns."""

    action: Action
    subject: str
    official_id: int | None = None
    detail: dict[str, Any] | None = None


def record(session: Session, *, actor: Actor, action: Action, subject: str, now: datetime, official_id: int | None = None, **detail: Any) -> None:
    """Append one entry. The session must be a writing one."""
    record_many(session, actor=actor, now=now, events=[Event(action, subject, official_id, detail or None)])


def record_many(session: Session, *, actor: Actor, now: datetime, events: Iterable[Event]) -> int:
    """Append entries in order; returns how many."""
    events = list(events)
    if not events:
        return 0
    last, head = _head(session)
    rows = []
    said = _Said()
    for seq, event in enumerate(events, last + 1):
        row = (seq, now, actor.account_id, actor.name[:120], str(event.action), event.subject[:160], event.official_id, said.detail(event), head)
        head = _seal(*row)
        rows.append((*row, head))
    looks = [event for event in events if event.action in LOOKS]
    if looks:
        session.info.setdefault(LOOKED, []).append((actor, now, looks))
    return _ENTRIES.write(session, rows)


def look_again(session: Session) -> None:
    """Write down once more what was looked at: the page was seen, though all else of its transaction was taken back."""
    for actor, now, events in session.info.pop(LOOKED, ()):
        record_many(session, actor=actor, now=now, events=events)


_ENTRIES = Rows(insert(AuditEntry.__table__), [column.name for column in AuditEntry.__table__.columns])


class _Said:
    """Canonical details, made once for neighbouring entries that share theirs."""

    def __init__(self) -> None:
        self.of: dict[str, Any] | None = None
        self.text = _canonical({})

    def detail(self, event: Event) -> str:
        if event.detail is not self.of:
            self.of, self.text = event.detail, _canonical(event.detail or {})
        return self.text


def _head(session: Session) -> tuple[int, str]:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.execute(select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).one_or_none()
    return (last.seq, last.hash) if last else (0, GENESIS)


def seal(row: Mapping[str, Any]) -> str:
    """SHA-256 of the entry's canonical form, which includes the hash before it."""
    return _seal(*(row[column.name] for column in AuditEntry.__table__.columns if column.name != "hash"))


def _seal(seq: int, at: datetime, account_id: int | None, actor: str, action: str, subject: str, official_id: int | None, detail: str, prev_hash: str) -> str:
    # whole microseconds survive both engines
    fields = [prev_hash, seq, at.timestamp(), account_id, actor, action, subject, official_id, detail]
    return hashlib.sha256(_plain(fields).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """``count`` entries read; ``broken_at`` the first entry that does not fit, with the reason, or None."""

    count: int
    broken_at: int | None = None
    reason: str = ""


def verify(session: Session) -> Verdict:
    """Walk the whole chain in constant memory and name the first entry that does not fit."""
    count, head = 0, GENESIS
    query = select(AuditEntry.__table__).order_by(AuditEntry.seq).execution_options(yield_per=1000)
    with session.execute(query) as result:
        for entry in result.mappings():
            count += 1
            if entry["seq"] != count:
                return Verdict(count, count, "an entry is missing")
            if entry["prev_hash"] != head:
                return Verdict(count, count, "it does not follow the entry before it")
            if seal(dict(entry)) != entry["hash"]:
                return Verdict(count, count, "its content was changed")
            head = entry["hash"]
    return Verdict(count)


def entries_about(session: Session, official_id: int, *, limit: int = 200) -> Sequence[AuditEntry]:
    """The newest entries that concern an official: who looked, who changed what."""
    query = select(AuditEntry).where(AuditEntry.official_id == official_id).order_by(AuditEntry.seq.desc()).limit(limit)
    return session.scalars(query).all()
