"""Taking questions out of what is drawn until a person has looked, and letting them in again. Answers given before stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.assessments.models import ItemSuspension


def suspend(session: Session, *, actor: Actor, item_ids: Iterable[int], ref: str, reason: str, now: datetime) -> int:
    """Suspend items for what ``ref`` asks to be looked at; those that it suspends already stay so. Answers how many are new."""
    held = {one.item_id: one for one in session.scalars(select(ItemSuspension).where(ItemSuspension.ref == ref))}
    new = [item_id for item_id in dict.fromkeys(item_ids) if item_id not in held or held[item_id].lifted_at is not None]
    for item_id in new:
        one = held.get(item_id) or ItemSuspension(item_id=item_id, ref=ref)
        one.reason, one.suspended_by, one.suspended_at, one.lifted_by, one.lifted_at = reason[:120], actor.name[:120], now, "", None
        session.add(one)
    session.flush()  # the next draw must not see them
    return len(new)


def lift(session: Session, *, actor: Actor, ref: str, now: datetime) -> int:
    """End what ``ref`` suspended; an item that something else suspends too stays out. Answers how many rows ended."""
    query = update(ItemSuspension).where(ItemSuspension.ref == ref, ItemSuspension.lifted_at.is_(None))
    return session.execute(query.values(lifted_by=actor.name[:120], lifted_at=now)).rowcount
