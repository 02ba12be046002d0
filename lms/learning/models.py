"""Tables of learning: who began which revision, which lessons are done and how, and completions as facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Enrolment(Base):
    """An official's run through a course, bound to the revision they began."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("official_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("course_revision.id"))
    last_lesson_code: Mapped[str] = mapped_column(String(24), default="")
    started_at: Mapped[datetime]


class LessonDone(Base):
    """A lesson done, because its check is done or because the official says so. No clocks are kept."""

    __tablename__ = "lesson_done"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_code: Mapped[str] = mapped_column(String(24))
    how: Mapped[str] = mapped_column(String(12))
    done_at: Mapped[datetime]


class Completion(Base):
    """A course completed by submitting its evidence quiz: a fact, with the class hours credited then."""

    __tablename__ = "completion"
    __table_args__ = (UniqueConstraint("official_id", "course_id", "revision_id"), Index("ix_completion_official", "official_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("course_revision.id"))
    attempt_ref: Mapped[str] = mapped_column(String(24))
    hours: Mapped[int]
    competencies: Mapped[str] = mapped_column(String(200))
    # what was expected of it when it happened: {competency: [gain in milli-logits, its variance in micro-logit²]}; None: the prior
    gains: Mapped[dict[str, Any] | None]
    completed_at: Mapped[datetime]


class CourseGain(Base):
    """What people gained by a course on a competency, as last learned from their answers; a new row for each new version."""

    __tablename__ = "course_gain"
    __table_args__ = (UniqueConstraint("course_id", "competency", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    competency: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    gamma_milli: Mapped[int]
    v_micro: Mapped[int]
    # how many officials it was learned from
    n: Mapped[int]
    at: Mapped[datetime]
