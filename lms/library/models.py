"""Tables of the shared library: entries, their versions (files that never change), and where others use them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Partner


class LibraryEntry(Base):
    """Something that an organisation shares under a licence; without organisation it is the administration's.

    ``version`` repeats the number of the newest version; a withdrawn entry keeps its versions for those who use them.
    """

    __tablename__ = "library_entry"
    __table_args__ = (Index("ix_library_entry_state_kind", "state", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    title_zh: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_zh: Mapped[str] = mapped_column(String(1000))
    summary_en: Mapped[str] = mapped_column(String(1500))
    competencies: Mapped[list[Any]] = mapped_column(default=list)
    licence: Mapped[str] = mapped_column(String(20))
    licence_words: Mapped[str] = mapped_column(String(400), default="")
    contact: Mapped[str] = mapped_column(String(160), default="")
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    shared_by: Mapped[str] = mapped_column(String(120))
    shared_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_by: Mapped[str] = mapped_column(String(120), default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(400), default="")

    partner: Mapped[Partner | None] = relationship()

    @property
    def zh(self) -> str:
        return self.title_zh

    @property
    def en(self) -> str:
        return self.title_en


class LibraryVersion(Base):
    """Version ``number`` of an entry: one file, never changed. On disk it is ``stored_as``, a random name."""

    __tablename__ = "library_version"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("library_entry.id"))
    number: Mapped[int]
    note: Mapped[str] = mapped_column(String(400), default="")
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(60), unique=True)
    added_by: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime]


class LibraryReuse(Base):
    """One place where another organisation uses a version: its draft, its course, or what it says in words.

    ``place_ref`` is the draft's reference or the course's code; ``ended_at``: no longer used there.
    """

    __tablename__ = "library_reuse"
    __table_args__ = (Index("ix_library_reuse_partner_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("library_entry.id"), index=True)
    number: Mapped[int]
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    place: Mapped[str] = mapped_column(String(12))
    place_ref: Mapped[str] = mapped_column(String(80), default="")
    place_zh: Mapped[str] = mapped_column(String(200), default="")
    place_en: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    partner: Mapped[Partner | None] = relationship()

    @property
    def zh(self) -> str:
        return self.place_zh

    @property
    def en(self) -> str:
        return self.place_en or self.place_zh
