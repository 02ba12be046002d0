"""Tables of class hours: versions of rules, closed years, attendance as facts, and the standings derived from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Unit


class HoursRule(Base):
    """(rule, version) as in the file or the form; never changes."""

    __tablename__ = "hours_rule"
    __table_args__ = (UniqueConstraint("rule", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    effective_from: Mapped[date]
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(400), default="")
    added_by: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime]


class HoursClosing(Base):
    """A closed year with the names of the versions that it was computed by, and stays computed by."""

    __tablename__ = "hours_closing"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    versions: Mapped[list[Any]]
    closed_at: Mapped[datetime]


class Attendance(Base):
    """A training that took place and who was there, entered or imported by HR. ``reverses_id``: an entry that takes rows of another back."""

    __tablename__ = "attendance"
    __table_args__ = (Index("ix_attendance_unit_starts", "unit_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    title_zh: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    organiser: Mapped[str] = mapped_column(String(120), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"), index=True)
    reason: Mapped[str] = mapped_column(String(400), default="")
    source: Mapped[str] = mapped_column(String(8))
    entered_by: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()

    @property
    def zh(self) -> str:
        return self.title_zh

    @property
    def en(self) -> str:
        return self.title_en or self.title_zh


class AttendanceRow(Base):
    """One official's part in a training, in quarters of a class hour and half days; below zero in an entry that takes it back."""

    __tablename__ = "attendance_row"
    __table_args__ = (UniqueConstraint("attendance_id", "official_id"), Index("ix_attendance_row_official", "official_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    quarters: Mapped[int]
    half_days: Mapped[int]


class AttendanceImport(Base):
    """An uploaded list: checked, shown, confirmed. ``rows`` and ``faults`` are emptied when it is done, and after a week."""

    __tablename__ = "attendance_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    filename: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(400), default="")
    rows: Mapped[list[Any]]
    faults: Mapped[list[Any]]
    count: Mapped[int]
    at: Mapped[datetime]


class HoursStanding(Base):
    """Derived: where an official's year stands. ``progress`` in thousandths of what is asked; from ``behind_on`` on it is behind.

    Of an open year every active official has one and nobody else; a closed year keeps those who were counted then.
    """

    __tablename__ = "hours_standing"
    __table_args__ = (
        UniqueConstraint("official_id", "year"),
        Index("ix_hours_standing_unit", "year", "unit_id"),
        Index("ix_hours_standing_progress", "year", "progress", "official_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    year: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    group_code: Mapped[str] = mapped_column(String(60), default="")
    progress: Mapped[int]
    behind_on: Mapped[date | None]
    organised: Mapped[int]
    half_days: Mapped[int]
    self_study: Mapped[int]
    missing: Mapped[int]
    deadline: Mapped[date | None]


class HoursRollup(Base):
    """Derived: how many standings of a unit itself have the same ``behind_on``. It has few values a year, so that sums over a province are quick."""

    __tablename__ = "hours_rollup"
    __table_args__ = (Index("ix_hours_rollup_unit", "year", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    behind_on: Mapped[date | None]
    n: Mapped[int]


class HoursStale(Base):
    """A standing to be computed anew before it is shown: a completion writes one line here, not the whole standing."""

    __tablename__ = "hours_stale"

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    year: Mapped[int]


class HoursFigures(Base):
    """What a unit's head sees: the counts of a day, or only the reason why there are none."""

    __tablename__ = "hours_figures"
    __table_args__ = (UniqueConstraint("unit_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    taken_at: Mapped[datetime]
    people: Mapped[int | None]
    fulfilled: Mapped[int | None]
    on_way: Mapped[int | None]
    behind: Mapped[int | None]
