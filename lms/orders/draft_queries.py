"""Drafts of courses that are written for an order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.authoring.enums import DraftState
from lms.authoring.models import CourseDraft

OPEN = (DraftState.DRAFT, DraftState.IN_REVIEW)


def writable(partner_id: int | None) -> Select[Any]:
    """A partner's drafts that are not released yet, the newest first."""
    query = select(CourseDraft).where(CourseDraft.partner_id == partner_id, CourseDraft.partner_id.is_not(None), CourseDraft.state.in_(OPEN))
    return query.order_by(CourseDraft.id.desc())


def written_for(session: Session, order_ref: str) -> CourseDraft | None:
    """The draft that is written for an order, or was."""
    return session.scalar(select(CourseDraft).where(CourseDraft.order_ref == order_ref).order_by(CourseDraft.id.desc()).limit(1))
