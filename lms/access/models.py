"""The audit log: a chain of entries, each sealing the one before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class AuditEntry(Base):
    """Entry ``seq`` of the chain. ``hash`` = SHA-256 over ``prev_hash`` and the canonical entry (``access.audit``)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_official", "official_id", "seq"), Index("ix_audit_entry_action", "action", "seq"))

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(160))
    official_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
