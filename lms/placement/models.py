"""Tables of placement: a sitting with all that its choices depend on, and its steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class PlacementSitting(Base):
    """One sitting. Everything but ``finished_at`` (which repeats its last step) is written at its start and never changes.

    ``start``: what was known of each competency of the post, aged to that day. ``pool``: revision ids that may be asked.
    ``overused``: codes of questions that too many people got of late.
    """

    __tablename__ = "placement_sitting"
    __table_args__ = (Index("ix_placement_sitting_official", "official_id", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    seed: Mapped[str] = mapped_column(String(32))
    start: Mapped[list[Any]]
    pool: Mapped[list[Any]]
    overused: Mapped[list[Any]]
    maximum: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]


class PlacementStep(Base):
    """A question was asked or answered, or the sitting ended; appended, never changed. ``place`` counts questions from 1."""

    __tablename__ = "placement_step"
    __table_args__ = (UniqueConstraint("sitting_id", "seq"), UniqueConstraint("sitting_id", "token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("placement_sitting.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    place: Mapped[int | None]
    item_revision_id: Mapped[int | None] = mapped_column(ForeignKey("item_revision.id"))
    answer: Mapped[dict[str, Any] | None]
    token: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]
