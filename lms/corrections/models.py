"""Tables of corrections: what was ruled, each mark before and after, and what it meant for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Correction(Base):
    """A question was wrong, and this is what was ruled on it. Undone only by another correction (``undoes_id``).

    ``rulings`` holds by revision id (as text) what holds after it, ``former`` what held before: ``[key, withdrawn]``.
    ``cursor`` is the last official whose responses are marked anew, so that an interrupted correction goes on there.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    item_revision_id: Mapped[int] = mapped_column(ForeignKey("item_revision.id"))
    kind: Mapped[str] = mapped_column(String(12))
    rulings: Mapped[dict[str, Any]]
    former: Mapped[dict[str, Any]]
    reason_zh: Mapped[str] = mapped_column(String(600))
    reason_en: Mapped[str] = mapped_column(String(600))
    by: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"))
    preview_job: Mapped[str] = mapped_column(String(24), default="")
    apply_job: Mapped[str] = mapped_column(String(24), default="")
    preview: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cursor: Mapped[int] = mapped_column(default=0)
    applied_at: Mapped[datetime | None]

    @property
    def zh(self) -> str:
        """The reason, in whichever language it was given."""
        return self.reason_zh or self.reason_en

    @property
    def en(self) -> str:
        return self.reason_en or self.reason_zh


class Remark(Base):
    """One response that a correction marked otherwise: the mark before and after. A fact."""

    __tablename__ = "remark"

    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), primary_key=True)
    before_correct: Mapped[int | None]
    before_fraction_milli: Mapped[int | None]
    before_void: Mapped[bool]
    after_correct: Mapped[int | None]
    after_fraction_milli: Mapped[int | None]
    after_void: Mapped[bool]


class CorrectionEffect(Base):
    """What a correction changes for an official in a competency; ``foreseen``: as the preview saw it.

    m in milli-logits, None without evidence; states as of that day. ``gained`` and ``lost`` count marks that became
    right and wrong, ``dropped`` and ``returned`` responses that stopped and began to count.
    """

    __tablename__ = "correction_effect"

    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), primary_key=True)
    foreseen: Mapped[bool] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(String(12), primary_key=True)
    gained: Mapped[int]
    lost: Mapped[int]
    dropped: Mapped[int]
    returned: Mapped[int]
    before_m: Mapped[int | None]
    after_m: Mapped[int | None]
    before_state: Mapped[str] = mapped_column(String(12))
    after_state: Mapped[str] = mapped_column(String(12))
