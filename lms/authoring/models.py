"""Tables of authoring: a draft of a course is a set of files, and a file is the row of all its versions.

Versions are only ever appended; what could not be merged is kept as a conflict with its whole text.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class CourseDraft(Base):
    """A course being written. ``slug``, ``code`` and titles follow its ``course.yaml``; ``partner_id`` None: the administrator's own."""

    __tablename__ = "course_draft"
    __table_args__ = (Index("ix_course_draft_partner_state", "partner_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    slug: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(20))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    title_zh: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(240))
    state: Mapped[str] = mapped_column(String(12))
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("course_revision.id"))
    order_ref: Mapped[str | None] = mapped_column(String(24))
    hot_fix: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    released_revision_id: Mapped[int | None] = mapped_column(ForeignKey("course_revision.id"))

    @property
    def zh(self) -> str:
        """Also of a draft whose head can't be read yet something to click on."""
        return self.title_zh or self.title_en or self.slug or self.ref

    @property
    def en(self) -> str:
        return self.title_en or self.zh


class DraftFile(Base):
    """One file of a draft; ``number`` is its current version. A removed file keeps its versions."""

    __tablename__ = "draft_file"
    __table_args__ = (UniqueConstraint("draft_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"))
    path: Mapped[str] = mapped_column(String(160))
    number: Mapped[int]
    removed: Mapped[bool]


class FileEdit(Base):
    """One version of a file, numbered from 1 without gaps: a text, a picture's ``content``, or neither once it is removed.

    ``parent`` is the version its author had before them; ``merged_from`` the version that was merged into ``parent``.
    """

    __tablename__ = "file_edit"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("draft_file.id"))
    number: Mapped[int]
    parent: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None]
    author: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    merged_from: Mapped[int | None]


class FileConflict(Base):
    """A text that could not be merged: written on version ``base`` while ``theirs`` was current. Kept for good.

    Settled when ``resolved_at`` is set: ``resolved_number`` is the version that settled it, None where its author sent a newer text.
    """

    __tablename__ = "file_conflict"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("draft_file.id"), index=True)
    base: Mapped[int]
    theirs: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None]
    author: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    resolved_number: Mapped[int | None]
    resolved_at: Mapped[datetime | None]
