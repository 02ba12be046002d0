"""Tables of talent: who meets both strands as of last night, and units' figures of it by year. All can be made again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class DualStanding(Base):
    """An official's standing in both strands as worked out on day ``as_of``; without anything new it is the same to the day ``holds_until``.

    ``index_milli``: None where too little is measured for a number.
    """

    __tablename__ = "dual_standing"
    __table_args__ = (Index("ix_dual_standing_verdict", "verdict"),)

    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(12))
    covered: Mapped[bool]
    strong_technology: Mapped[int]
    strong_governance: Mapped[int]
    index_milli: Mapped[int | None]
    as_of: Mapped[int]
    holds_until: Mapped[int] = mapped_column(default=0, server_default="0")


class StrongLevel(Base):
    """A competency that an official has proven at level 3 or above, on the day of their standing."""

    __tablename__ = "strong_level"
    __table_args__ = (Index("ix_strong_level_competency", "competency", "level"),)

    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    level: Mapped[int]


class DualTally(Base):
    """How many active officials directly at a unit have each standing, as of last night: for HR, so nothing is hidden."""

    __tablename__ = "dual_tally"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(12), primary_key=True)
    n: Mapped[int]


class DualYear(Base):
    """A unit's people in both strands in a year, as they may be shown outside HR; hidden rows have no numbers.

    ``direct``: only the people directly at a unit that has others below. ``index_milli``: the mean index of those ``covered``.
    """

    __tablename__ = "dual_year"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    direct: Mapped[bool] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    people: Mapped[int | None]
    covered: Mapped[int | None]
    met: Mapped[int | None]
    not_yet: Mapped[int | None]
    unclear: Mapped[int | None]
    index_milli: Mapped[int | None]


class UnitAccess(Base):
    """How the people directly at a unit reach the platform, counted last night over a year: for those who may see live numbers.

    ``people``: active officials; ``activated``: with a password of their own; ``tried``: who began a quiz; ``begun`` and ``finished``: sittings.
    """

    __tablename__ = "unit_access"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    as_of: Mapped[datetime]
    people: Mapped[int]
    activated: Mapped[int]
    tried: Mapped[int]
    begun: Mapped[int]
    finished: Mapped[int]
