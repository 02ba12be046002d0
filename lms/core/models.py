"""Tables of the core: facts about the installation, and background work in progress."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class InstanceFact(Base):
    """One fact about this installation, such as ``sample`` or the day of the last snapshot."""

    __tablename__ = "instance_fact"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))


class Job(Base):
    """A long task: who asked, how far it is, how it ended. ``progress`` of ``total`` are units of the task's own."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(String(400), default="")
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
