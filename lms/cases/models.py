"""Tables of cases: appeals with a clock, as append-only steps."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Case(Base):
    """An official's appeal. What happened stands in its steps; ``state``, ``finding`` and ``outcome`` repeat the last of them.

    ``subject`` decides who answers: results and judged work belong to HR of the official's unit, questions to the administrator;
    ``owner_account_id`` is who took it up. ``subject_ref`` is the attempt's or the work's reference; ``title_*`` what it was
    about when it was opened.
    """

    __tablename__ = "appeal"
    __table_args__ = (Index("ix_appeal_state_due_on", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    subject: Mapped[str] = mapped_column(String(12))
    subject_ref: Mapped[str] = mapped_column(String(24))
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"))
    item_revision_id: Mapped[int | None] = mapped_column(ForeignKey("item_revision.id"))
    position: Mapped[int | None]
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    owner_account_id: Mapped[int | None]
    taken_up_by: Mapped[str] = mapped_column(String(120), default="")
    finding: Mapped[str] = mapped_column(String(12), default="")
    outcome: Mapped[str] = mapped_column(String(12), default="")
    correction_ref: Mapped[str] = mapped_column(String(24), default="")
    closed_at: Mapped[datetime | None]

    @property
    def zh(self) -> str:
        return self.title_zh

    @property
    def en(self) -> str:
        return self.title_en


class CaseStep(Base):
    """One thing that happened in an appeal; ``by_official``: by the one who appealed, whom steps never name."""

    __tablename__ = "appeal_step"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    by_official: Mapped[bool]
    by: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(String(4000), default="")
    at: Mapped[datetime]
