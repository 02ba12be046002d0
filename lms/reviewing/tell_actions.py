"""Telling people what happened in a review, and writing it into its steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.people import notice_actions
from lms.reviewing import queries
from lms.reviewing.enums import ReviewStepKind
from lms.reviewing.models import Review, ReviewStep


def step(session: Session, review: Review, kind: ReviewStepKind, *, by: Actor | None, text: str = "", now: datetime) -> None:
    """Append what happened, with the day that is due from now on."""
    session.flush()
    last = session.scalar(select(func.max(ReviewStep.seq)).where(ReviewStep.review_id == review.id)) or 0
    known: dict[str, Any] = {"seq": last + 1, "kind": kind, "by": by.name[:120] if by else "", "text": text, "round": review.round}
    session.add(ReviewStep(review_id=review.id, due_on=queries.due_day(review), at=now, **known))
    session.flush()


def tell(session: Session, review: Review, kind: str, accounts: Iterable[int], *, now: datetime, but: Actor | None = None, **more: Any) -> None:
    """A notice to each account, but to who did it."""
    facts = facts_of(review) | more
    named = {one for one in accounts if but is None or one != but.account_id}
    notice_actions.tell_accounts(session, kind=kind, facts={one: facts for one in sorted(named)}, now=now)


def facts_of(review: Review) -> dict[str, Any]:
    """What a notice says of the review."""
    known = {"ref": review.ref, "zh": review.title_zh, "en": review.title_en, "code": review.code, "slug": review.slug}
    return known | {"due": _iso(queries.due_day(review)), "round": review.round, "version": review.released_version, "hot_fix": review.hot_fix}


def _iso(day: date) -> str:
    return day.isoformat()


def readers(session: Session, review: Review) -> list[int]:
    """Who reviews it now."""
    return [one.account_id for one in queries.readers(session, review) if one.ended_at is None and one.conflict is not True]


def authors(session: Session, review: Review) -> list[int]:
    """Who wrote it."""
    return sorted(queries.authors(session, review.draft_id))
