"""Tables of decisions: records with frozen figures, and yearly plans with goals and steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Unit


class Decision(Base):
    """One version of a decision record. From ``decided_at`` on its content stays; ``content_hash`` proves it.

    ``figures``: what it rested on, frozen (see ``decisions.figures``); ``options``: ``[{kind, words, ref, figures}]``; ``chosen``: the
    number of the chosen one; ``before`` and ``after``: the measure at the decision and at the review. ``number`` is shared by
    all versions of a decision.
    """

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("number", "version"), Index("ix_decision_state_review_on", "state", "review_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    number: Mapped[str] = mapped_column(String(24))
    version: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12))
    question: Mapped[str] = mapped_column(String(400))
    figures: Mapped[dict[str, Any]]
    options: Mapped[list[Any]]
    chosen: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(4000), default="")
    limits: Mapped[str] = mapped_column(String(4000), default="")
    measure: Mapped[str] = mapped_column(String(12))
    competency: Mapped[str] = mapped_column(String(12))
    aim: Mapped[str] = mapped_column(String(400), default="")
    before: Mapped[dict[str, Any]]
    review_on: Mapped[date | None]
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    finding: Mapped[str] = mapped_column(String(12), default="")
    learned: Mapped[str] = mapped_column(String(4000), default="")
    reviewed_by: Mapped[str] = mapped_column(String(120), default="")
    reviewed_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()


class DecisionPerson(Base):
    """An official whose transfer was an option of a decision, so that their record says so."""

    __tablename__ = "decision_person"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), primary_key=True, index=True)


class YearlyPlan(Base):
    """A unit's plan for a year under the paper's three headings. Money in fen."""

    __tablename__ = "yearly_plan"
    __table_args__ = (UniqueConstraint("unit_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12))
    serves: Mapped[str] = mapped_column(String(400), default="")
    outlook: Mapped[str] = mapped_column(String(4000), default="")
    functions: Mapped[str] = mapped_column(String(4000), default="")
    ability: Mapped[str] = mapped_column(String(4000), default="")
    learned: Mapped[str] = mapped_column(String(4000), default="")
    created_at: Mapped[datetime]
    adopted_at: Mapped[datetime | None]
    adopted_by: Mapped[str] = mapped_column(String(120), default="")
    reviewed_at: Mapped[datetime | None]
    prior_ref: Mapped[str] = mapped_column(String(24), default="")

    unit: Mapped[Unit] = relationship()
    goals: Mapped[list[PlanGoal]] = relationship(back_populates="plan", order_by="PlanGoal.id")
    steps: Mapped[list[PlanStep]] = relationship(back_populates="plan", order_by="PlanStep.due_on, PlanStep.id")


class PlanGoal(Base):
    """A figure of the unit that is to change within the year. ``start`` as measured when the goal was set, ``end`` at the review.

    ``target_milli``: what is aimed at, in thousandths (of the whole, or of a level).
    """

    __tablename__ = "yearly_goal"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("yearly_plan.id"), index=True)
    part: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(400), default="")
    measure: Mapped[str] = mapped_column(String(12))
    competency: Mapped[str] = mapped_column(String(12))
    start: Mapped[dict[str, Any]]
    target_milli: Mapped[int]
    end: Mapped[dict[str, Any]] = mapped_column(default=dict)

    plan: Mapped[YearlyPlan] = relationship(back_populates="goals")


class PlanStep(Base):
    """Something that is done within the year: who answers for it, until when, with how much money and for how many people."""

    __tablename__ = "yearly_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("yearly_plan.id"), index=True)
    words: Mapped[str] = mapped_column(String(400))
    owner: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date]
    planned_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    spent_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    people: Mapped[int] = mapped_column(default=0)
    done_on: Mapped[date | None]

    plan: Mapped[YearlyPlan] = relationship(back_populates="steps")
