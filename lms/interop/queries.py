"""Reading imports."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from lms.core.errors import NotFound
from lms.interop.models import BankImport


def by_ref(session: Session, draft_id: int, ref: str) -> BankImport:
    """An import of the draft. Raises NotFound."""
    found = session.scalar(select(BankImport).where(BankImport.ref == ref, BankImport.draft_id == draft_id))
    if found is None:
        raise NotFound
    return found


def of_draft(session: Session, draft_id: int, *, limit: int = 20) -> Sequence[BankImport]:
    """The newest imports of a draft, without what they hold."""
    query = select(BankImport).where(BankImport.draft_id == draft_id).order_by(BankImport.id.desc()).limit(limit)
    return session.scalars(query.options(defer(BankImport.outcome))).all()
