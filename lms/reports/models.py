"""Tables of reports: those that were made, with their file for a while, and the schedules that make them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.people.models import Unit


class ReportSchedule(Base):
    """A report of a unit made again and again, on a day of the month from 1 to 28, for the account that asked for it."""

    __tablename__ = "report_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    form: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    every: Mapped[str] = mapped_column(String(8))
    day: Mapped[int]
    made_on: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()


class Report(Base):
    """One report. ``live``: HR's own numbers, nothing hidden; else the published snapshot. The file goes after some days."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_unit", "unit_id", "asked_at"), Index("ix_report_account", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("report_schedule.id"))
    form: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    live: Mapped[bool]
    state: Mapped[str] = mapped_column(String(8))
    by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    job_ref: Mapped[str] = mapped_column(String(24), default="")
    as_of: Mapped[date | None]
    size: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    kept_until: Mapped[date]

    unit: Mapped[Unit] = relationship()
