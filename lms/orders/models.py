"""Tables of training orders and training bases.

What happened is appended (steps, versions of offers and of bases); the state, the dates and the owner of an order repeat the last of it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Official, Partner, Unit


class TrainingBase(Base):
    """A site where classes are held, of a unit or of a partner. ``content`` repeats the newest version; see ``orders.bases``."""

    __tablename__ = "training_base"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    address: Mapped[str] = mapped_column(String(200))
    capacity: Mapped[int]
    agreed_from: Mapped[date | None]
    agreed_until: Mapped[date | None]
    content: Mapped[dict[str, Any]]
    version: Mapped[int]
    closed_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
    created_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()
    partner: Mapped[Partner | None] = relationship()


class TrainingBaseVersion(Base):
    """(base, number): what the register said from then on, and why it was changed."""

    __tablename__ = "training_base_version"
    __table_args__ = (UniqueConstraint("base_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("training_base.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    words: Mapped[str] = mapped_column(String(400), default="")
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class TrainingOrder(Base):
    """An order for training. ``competencies``: ``[{code, level}]``; ``aim_milli``: levels or share of the whole, in thousandths; money in fen.

    ``mix``: what partners see of the people, frozen when the order opens (see ``orders.disclosure``). ``owner`` and ``due_on``: whose turn it is and
    until when; an open order is HR's turn after ``closes_on``, until ``decide_by``. ``result``: the figures that were signed off (see ``orders.verifying``).
    """

    __tablename__ = "training_order"
    __table_args__ = (Index("ix_training_order_state_due_on", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    owner_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    need: Mapped[str] = mapped_column(String(4000), default="")
    competencies: Mapped[list[Any]]
    until: Mapped[date | None]
    hours: Mapped[int] = mapped_column(default=0)
    place: Mapped[str] = mapped_column(String(8))
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    budget_words: Mapped[str] = mapped_column(String(200), default="")
    measure: Mapped[str] = mapped_column(String(8))
    aim_milli: Mapped[int] = mapped_column(default=0)
    how: Mapped[str] = mapped_column(String(1000), default="")
    review_on: Mapped[date | None]
    to_all: Mapped[bool] = mapped_column(default=True)
    closes_on: Mapped[date | None]
    decide_by: Mapped[date | None]
    mix: Mapped[dict[str, Any]] = mapped_column(default=dict)
    owner: Mapped[str] = mapped_column(String(8))
    due_on: Mapped[date | None]
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("training_base.id"), index=True)
    course_slug: Mapped[str] = mapped_column(String(80), default="")
    lot_seed: Mapped[int | None] = mapped_column(BigInteger)
    by_lot: Mapped[bool] = mapped_column(default=False)
    ends_on: Mapped[date | None]
    result: Mapped[dict[str, Any] | None]
    verdict: Mapped[str] = mapped_column(String(12), default="")
    finding: Mapped[str] = mapped_column(String(4000), default="")
    signed_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    measured_at: Mapped[datetime | None]
    followed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    partner: Mapped[Partner | None] = relationship()
    base: Mapped[TrainingBase | None] = relationship()


class OrderPartner(Base):
    """A partner that an order is shown to by name; ``passed_at``: it will make no offer."""

    __tablename__ = "training_order_partner"

    order_id: Mapped[int] = mapped_column(ForeignKey("training_order.id"), primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), primary_key=True, index=True)
    named: Mapped[bool] = mapped_column(default=True)
    passed_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(400), default="")


class OrderPerson(Base):
    """An official on an order's list, which stays with HR; ``cohort``: trained first, trained later (the comparison), or neither yet."""

    __tablename__ = "training_order_person"

    order_id: Mapped[int] = mapped_column(ForeignKey("training_order.id"), primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), primary_key=True, index=True)
    cohort: Mapped[str] = mapped_column(String(8), default="")

    official: Mapped[Official] = relationship()


class OrderOffer(Base):
    """A partner's offer; ``number`` is its newest version."""

    __tablename__ = "training_offer"
    __table_args__ = (UniqueConstraint("order_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("training_order.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(2000), default="")
    answered_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship()
    order: Mapped[TrainingOrder] = relationship()


class OfferVersion(Base):
    """(offer, number): what was offered then; never changes. ``content``: see ``orders.offering``."""

    __tablename__ = "training_offer_version"
    __table_args__ = (UniqueConstraint("offer_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("training_offer.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class OrderStep(Base):
    """What happened to an order. ``seen`` says by whom; ``partner_id`` the partner that it concerns; ``facts`` figures and dates of it."""

    __tablename__ = "training_order_step"
    __table_args__ = (UniqueConstraint("order_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("training_order.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    seen: Mapped[str] = mapped_column(String(8))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    side: Mapped[str] = mapped_column(String(8))
    by: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(String(4000), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]

    partner: Mapped[Partner | None] = relationship()
    files: Mapped[list[OrderFile]] = relationship(order_by="OrderFile.id")


class OrderFile(Base):
    """A file that came with a step: seen by whoever sees the step. The content lies on disk, outside everything that is served."""

    __tablename__ = "training_order_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("training_order_step.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
