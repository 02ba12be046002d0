"""Tables of items as instruments: what calibrations found, and the figures of the last night."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class CalibrationRun(Base):
    """One calibration of new items; its ``id`` is the number that items and estimates carry. ``replayed_at``: every estimate follows it."""

    __tablename__ = "calibration_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    replayed_at: Mapped[datetime | None]


class ItemCalibration(Base):
    """What a run changed in an item revision; appended, never changed. Units as in ``ItemRevision``; ``n`` answers."""

    __tablename__ = "item_calibration"
    __table_args__ = (Index("ix_item_calibration_item_revision_id", "item_revision_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("calibration_run.id"), primary_key=True)
    item_revision_id: Mapped[int] = mapped_column(ForeignKey("item_revision.id"), primary_key=True)
    a_before: Mapped[int]
    b_before: Mapped[int]
    vb_before: Mapped[int]
    a_after: Mapped[int]
    b_after: Mapped[int]
    vb_after: Mapped[int]
    n: Mapped[int]


class ItemStatistic(Base):
    """How a question works, as of ``at``: derived, no fact. Thousandths; empty where too few officials answered.

    ``item_id`` is a question or a whole set; ``detail`` holds what the item's page shows besides.
    """

    __tablename__ = "item_statistic"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), index=True)
    course: Mapped[str] = mapped_column(String(80), index=True)
    stem_zh: Mapped[str] = mapped_column(String(400), default="")
    stem_en: Mapped[str] = mapped_column(String(400), default="")
    competency: Mapped[str] = mapped_column(String(12), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    level: Mapped[int]
    version: Mapped[int]
    n: Mapped[int]
    exposure: Mapped[int]
    p_milli: Mapped[int | None]
    rest_r_milli: Mapped[int | None]
    seconds: Mapped[int | None]
    # codes of flags, each between spaces: " weak key "
    flags: Mapped[str] = mapped_column(String(120), default="")
    n_flags: Mapped[int] = mapped_column(default=0)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]


class IdeaStatistic(Base):
    """How often a wrong idea of a bank is chosen by those to whom it is offered, as of ``at``: derived, no fact.

    Shares in thousandths; an idea that fewer than five officials met has no row. ``finding`` as in ``beliefs.Finding``; ``items``
    and ``lessons``: codes of the questions counted, and of the lessons that they belong to.
    """

    __tablename__ = "idea_statistic"

    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    officials: Mapped[int]
    answers: Mapped[int]
    share_milli: Mapped[int]
    low_milli: Mapped[int]
    high_milli: Mapped[int]
    chance_milli: Mapped[int]
    # of wrong answers where one option is chosen; empty where fewer than five officials answered wrong
    wrong_answers: Mapped[int | None]
    wrong_share_milli: Mapped[int | None]
    wrong_chance_milli: Mapped[int | None]
    finding: Mapped[str] = mapped_column(String(12), default="")
    items: Mapped[list[Any]]
    lessons: Mapped[list[Any]]
    at: Mapped[datetime]


class CourseChange(Base):
    """What changed on a competency around completions of a course, as of ``at``: derived, no fact. Thousandths of a logit.

    Empty numbers where ``n`` officials are too few to be shown.
    """

    __tablename__ = "course_change"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    n: Mapped[int]
    before_milli: Mapped[int | None]
    after_milli: Mapped[int | None]
    change_milli: Mapped[int | None]
    se_milli: Mapped[int | None]
    dz_milli: Mapped[int | None]
    at: Mapped[datetime]
