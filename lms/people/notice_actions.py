"""Telling officials something, and their having read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from lms.people.models import Notice


def tell(session: Session, *, kind: str, facts: Mapping[int, Mapping[str, Any]], now: datetime) -> int:
    """One notice each to the officials named by ``facts`` (official id -> what the notice is about); answers how many."""
    rows = [{"official_id": official_id, "kind": kind, "facts": dict(known), "at": now} for official_id, known in facts.items()]
    if rows:
        session.execute(insert(Notice.__table__), rows)
    return len(rows)


def mark_read(session: Session, *, official_id: int, ids: Iterable[int] | None = None, now: datetime) -> None:
    """Remember that the official has read these notices of theirs (None: all of them)."""
    unread = update(Notice).where(Notice.official_id == official_id, Notice.read_at.is_(None))
    if ids is not None:
        unread = unread.where(Notice.id.in_(list(ids)))
    session.execute(unread.values(read_at=now))
