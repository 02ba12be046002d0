"""Tables of courses: revisions are immutable and carry their rendered text; learners keep the one they began."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base


class Course(Base):
    """A course's lasting identity; ``current_revision_id`` is what a newcomer begins."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    # no foreign key: the two tables would need each other before either exists
    current_revision_id: Mapped[int | None]

    revisions: Mapped[list[CourseRevision]] = relationship(back_populates="course")
    current: Mapped[CourseRevision | None] = relationship(
        primaryjoin="foreign(Course.current_revision_id) == CourseRevision.id", viewonly=True
    )


class CourseRevision(Base):
    """One canonical package: ``hash`` is its identity. ``meta`` holds what pages print (audience, moves, glossary, people …)."""

    __tablename__ = "course_revision"
    __table_args__ = (UniqueConstraint("course_id", "hash"), UniqueConstraint("course_id", "version"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    version: Mapped[str] = mapped_column(String(20))
    hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    provisional: Mapped[bool]
    title_zh: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(240))
    summary_zh: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    hours: Mapped[int]
    assessment_slug: Mapped[str | None] = mapped_column(String(80))
    meta: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]
    # of the review in which it was released on this installation; None: loaded from files
    review_ref: Mapped[str | None] = mapped_column(String(24))

    course: Mapped[Course] = relationship(back_populates="revisions")
    lessons: Mapped[list[Lesson]] = relationship(back_populates="revision", order_by="Lesson.place")


class Lesson(Base):
    """One lesson of a revision, rendered and sanitised once. ``slug`` is its place in addresses, ``code`` its lasting id."""

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("revision_id", "slug"), UniqueConstraint("revision_id", "place"))

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("course_revision.id"))
    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(24), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    hours: Mapped[int]
    title_zh: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(240))
    html_zh: Mapped[str] = mapped_column(Text)
    html_en: Mapped[str] = mapped_column(Text)
    meta: Mapped[dict[str, Any]]

    revision: Mapped[CourseRevision] = relationship(back_populates="lessons")


class CourseAsset(Base):
    """A picture of a revision, served by its content hash."""

    __tablename__ = "course_asset"
    __table_args__ = (UniqueConstraint("revision_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("course_revision.id"))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(40))
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class CourseSource(Base):
    """A text file of a revision's package, byte for byte as it was loaded; pictures are in :class:`CourseAsset`."""

    __tablename__ = "course_source"

    revision_id: Mapped[int] = mapped_column(ForeignKey("course_revision.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(160), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class CourseRetirement(Base):
    """A course that nobody new may begin, from when, why and by whose decision; taking it back ends the row."""

    __tablename__ = "course_retirement"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    retired_by: Mapped[str] = mapped_column(String(120))
    retired_at: Mapped[datetime]
    ended_by: Mapped[str] = mapped_column(String(120), default="")
    end_reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]


class SearchTerm(Base):
    """The search index: which lesson of a current revision holds which term, in which language, how weightily."""

    __tablename__ = "search_term"
    __table_args__ = (Index("ix_search_term_lookup", "language", "term"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    term: Mapped[str] = mapped_column(String(60), primary_key=True)
    weight: Mapped[int]


class EvidenceAcceptance(Base):
    """An administrator's recorded decision that an unreviewed revision may give evidence."""

    __tablename__ = "evidence_acceptance"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("course_revision.id"), unique=True)
    accepted_by: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    accepted_at: Mapped[datetime]
