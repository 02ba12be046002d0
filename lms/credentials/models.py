"""Tables of certificates issued here, and of tries to check one that does not exist."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Official


class IssuedCertificate(Base):
    """A certificate as it was issued: its words never change. ``ref`` has 192 random bits; ``check_code`` seals ref and words.

    ``course_id`` and ``completed`` for a course, ``competency`` and ``level`` for a level.
    """

    __tablename__ = "issued_certificate"
    __table_args__ = (Index("ix_issued_certificate_pair", "official_id", "competency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    check_code: Mapped[str] = mapped_column(String(16))
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    kind: Mapped[str] = mapped_column(String(8))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    competency: Mapped[str] = mapped_column(String(12), default="")
    level: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(80))
    shows_name: Mapped[bool]
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    # the version of the course, or of the framework
    version: Mapped[str] = mapped_column(String(40))
    # class hours of the course
    hours: Mapped[int | None]
    issuer_zh: Mapped[str] = mapped_column(String(120))
    issuer_en: Mapped[str] = mapped_column(String(160))
    # the day on which the course was finished, or of the last evidence of the level
    earned_on: Mapped[date]
    valid_until: Mapped[date | None]
    issued_at: Mapped[datetime]
    ending: Mapped[str | None] = mapped_column(String(12))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")

    official: Mapped[Official] = relationship()


class VerificationMiss(Base):
    """A try to check a certificate that does not exist; ``origin`` is a keyed hash of the address, kept for a day."""

    __tablename__ = "verification_miss"
    __table_args__ = (Index("ix_verification_miss_origin", "origin", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
