"""Reading the notices of an official, and the accommodation that holds for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.people.models import Accommodation, Notice


def unread(session: Session, official_id: int, *, limit: int = 20) -> Sequence[Notice]:
    """What the official has not read yet, the newest first."""
    query = select(Notice).where(Notice.official_id == official_id, Notice.read_at.is_(None))
    return session.scalars(query.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)).all()


def accommodation(session: Session, official_id: int, *, today: date) -> Accommodation | None:
    """The accommodation in force for an official on a day; the newest if there are several."""
    a = Accommodation
    query = select(a).where(a.official_id == official_id, a.ended_at.is_(None), or_(a.until.is_(None), a.until >= today))
    return session.scalar(query.order_by(a.id.desc()).limit(1))
