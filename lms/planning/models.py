"""Tables of plans: what was asked for, from which data, what came of it, and who gets which course."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Unit


class Plan(Base):
    """A training plan for a unit and all below it. What it was made from stays as it was; only its state moves on.

    ``limits``: see ``planning.limits.Limits``. ``facts``: people, coverage and courses with their gains as read at ``data_at``.
    ``result``: value, bound, share of the best possible, effect by unit and competency, other totals of hours. ``refusals``:
    why no plan keeps the limits. ``decided`` and ``undone``: what the two decisions did, counted.
    """

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_unit_made", "unit_id", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12))
    limits: Mapped[dict[str, Any]]
    data_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]
    refusals: Mapped[list[Any] | None]
    job_ref: Mapped[str] = mapped_column(String(24), default="")
    made_by: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None]
    made_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    decided_words: Mapped[str] = mapped_column(String(400), default="")
    decided: Mapped[dict[str, Any] | None]
    undone_by: Mapped[str] = mapped_column(String(120), default="")
    undone_at: Mapped[datetime | None]
    undone_words: Mapped[str] = mapped_column(String(400), default="")
    undone: Mapped[dict[str, Any] | None]

    unit: Mapped[Unit] = relationship()


class PlanItem(Base):
    """One official gets one course in a plan. ``closes``: {competency: [gap then, what this course closes of it,
    how much it counts]} in milli-logits and times.

    ``must``: it serves a critical competency of a must-have post.
    """

    __tablename__ = "plan_item"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), primary_key=True, index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    closed_milli: Mapped[int]
    must: Mapped[bool] = mapped_column(default=False)
    closes: Mapped[dict[str, Any]]
