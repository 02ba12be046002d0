"""Tables of marking: marks that are only ever appended, conflicts of interest declared, seats on panels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Mark(Base):
    """One assessor's mark of a short answer (points) or a submission (grades 0 to 3), one number a criterion. Never changed.

    ``round``: of the submission, see there; an assessor judges a piece once, in whichever round.
    """

    __tablename__ = "mark"
    __table_args__ = (UniqueConstraint("response_id", "account_id"), UniqueConstraint("submission_id", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    round: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    grades: Mapped[list[Any]]
    comment: Mapped[str] = mapped_column(String(2000), default="")
    at: Mapped[datetime]


class Conflict(Base):
    """An assessor will not mark this one, and says why; it is never offered to them again."""

    __tablename__ = "marking_conflict"
    __table_args__ = (UniqueConstraint("response_id", "account_id"), UniqueConstraint("submission_id", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]


class PanelSeat(Base):
    """An assessor on the panel for a submission, convened by HR."""

    __tablename__ = "panel_seat"
    __table_args__ = (UniqueConstraint("submission_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    convened_by: Mapped[str] = mapped_column(String(120))
    convened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
