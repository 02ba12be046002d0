"""Tables of imports: what a file of questions holds, kept until its author has said which of it to take."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class BankImport(Base):
    """A file of questions as it was read; the file itself is not kept. ``outcome``: drafts, losses and what was left (``outcome_rows``),
    emptied when the import ends; ``taken``: {id in the file: code in the draft}. ``why``: by what the format was recognised."""

    __tablename__ = "bank_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"), index=True)
    account_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(120))
    filename: Mapped[str] = mapped_column(String(200))
    format: Mapped[str] = mapped_column(String(12))
    why: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    found: Mapped[int]
    carried: Mapped[int]
    lossy: Mapped[int]
    left: Mapped[int]
    outcome: Mapped[dict[str, Any]]
    taken: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ImportPicture(Base):
    """A picture that came with an import, made anew as PNG; gone when the import ends."""

    __tablename__ = "bank_import_picture"
    __table_args__ = (UniqueConstraint("import_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("bank_import.id"))
    name: Mapped[str] = mapped_column(String(60))
    content: Mapped[bytes] = mapped_column(LargeBinary)
