"""Reading one's notices: an official's, or those of an account without a staff record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.core.errors import NotFound
from lms.core.paging import Page, page_of
from lms.people.models import AccountNotice, Notice

PAGE_SIZE = 20


def table_of(actor: Actor) -> tuple[type[Notice] | type[AccountNotice], ColumnElement[bool]]:
    """Where the notices of ``actor`` are kept, and which of them are theirs."""
    if actor.official_id is not None:
        return Notice, Notice.official_id == actor.official_id
    return AccountNotice, AccountNotice.account_id == actor.account_id


def unread(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[Notice | AccountNotice]:
    """What ``actor`` has not read yet, the newest first."""
    table, own = table_of(actor)
    query = select(table).where(own, table.read_at.is_(None))
    return session.scalars(query.order_by(table.at.desc(), table.id.desc()).limit(limit)).all()


def notices(session: Session, actor: Actor, *, number: int) -> Page:
    """A page of the notices of ``actor``: those not read first, then the newest first. Rows are (notice,)."""
    table, own = table_of(actor)
    return page_of(session, select(table).where(own).order_by(table.read_at.is_not(None), table.at.desc(), table.id.desc()), number=number, size=PAGE_SIZE)


def notice(session: Session, actor: Actor, notice_id: int) -> Notice | AccountNotice:
    """One of the own notices of ``actor``. Raises NotFound, for others' too."""
    table, own = table_of(actor)
    found = session.scalar(select(table).where(table.id == notice_id, own))
    if found is None:
        raise NotFound
    return found
