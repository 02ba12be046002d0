"""Reading the notices of an official."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.paging import Page, page_of
from lms.people.models import Notice

PAGE_SIZE = 20


def unread(session: Session, official_id: int, *, limit: int = 20) -> Sequence[Notice]:
    """What the official has not read yet, the newest first."""
    query = select(Notice).where(Notice.official_id == official_id, Notice.read_at.is_(None))
    return session.scalars(query.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)).all()


def notices(session: Session, official_id: int, *, number: int) -> Page:
    """A page of an official's notices: those not read first, then the newest first. Rows are (Notice,)."""
    query = select(Notice).where(Notice.official_id == official_id)
    return page_of(session, query.order_by(Notice.read_at.is_not(None), Notice.at.desc(), Notice.id.desc()), number=number, size=PAGE_SIZE)


def notice(session: Session, official_id: int, notice_id: int) -> Notice:
    """One of the official's own notices. Raises NotFound, for others' too."""
    found = session.scalar(select(Notice).where(Notice.id == notice_id, Notice.official_id == official_id))
    if found is None:
        raise NotFound
    return found
