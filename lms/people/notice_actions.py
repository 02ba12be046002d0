"""Telling officials and members of partner organisations something, and their having read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.core.rows import Rows
from lms.people.models import Account, AccountNotice, Notice
from lms.people.notice_queries import table_of


def tell(session: Session, *, kind: str, facts: Mapping[int, Mapping[str, Any]], now: datetime) -> int:
    """One notice each to the officials named by ``facts`` (official id -> what the notice is about); answers how many."""
    return _NOTICES.write(session, [(official_id, kind, dict(known), now) for official_id, known in facts.items()])


_NOTICES = Rows(insert(Notice.__table__), ("official_id", "kind", "facts", "at"))


def tell_accounts(session: Session, *, kind: str, facts: Mapping[int, Mapping[str, Any]], now: datetime) -> int:
    """One notice each to the active accounts named by ``facts`` (account id -> what it is about), an official's with their others."""
    if not facts:
        return 0
    query = select(Account.id, Account.official_id).where(Account.id.in_(list(facts)), Account.active).order_by(Account.id)
    found = session.execute(query).all()
    tell(session, kind=kind, facts={row.official_id: facts[row.id] for row in found if row.official_id is not None}, now=now)
    rows = [{"account_id": row.id, "kind": kind, "facts": dict(facts[row.id]), "at": now} for row in found if row.official_id is None]
    if rows:
        session.execute(insert(AccountNotice.__table__), rows)
    return len(found)


def mark_read(session: Session, *, actor: Actor, ids: Iterable[int] | None = None, now: datetime) -> None:
    """Remember that ``actor`` has read these notices of theirs (None: all of them)."""
    table, own = table_of(actor)
    unread = update(table).where(own, table.read_at.is_(None))
    if ids is not None:
        unread = unread.where(table.id.in_(list(ids)))
    session.execute(unread.values(read_at=now))
