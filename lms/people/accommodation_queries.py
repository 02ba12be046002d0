"""Reading what was granted to an official so that quizzes are fair to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from lms.people.import_files import today
from lms.people.models import Accommodation

USUAL_TIME = 100
"""Per cent of the time that a quiz gives to everyone."""

_a = Accommodation


def in_force(day: Any) -> ColumnElement[bool]:
    """Whether an accommodation holds on a day (a date or a bound parameter); its last day is included."""
    return and_(_a.ended_at.is_(None), or_(_a.until.is_(None), _a.until >= day))


# made once: pages of a running quiz ask it every time
_IN_FORCE = select(_a).where(_a.official_id == bindparam("official_id"), in_force(bindparam("day"))).order_by(_a.id.desc()).limit(1)


def accommodation(session: Session, official_id: int, *, now: datetime) -> Accommodation | None:
    """The accommodation in force for an official; the newest if there are several. Days are those of the installation's zone."""
    return session.scalar(_IN_FORCE, {"official_id": official_id, "day": today(now)})


def time_percent(session: Session, official_id: int, *, now: datetime) -> int:
    """How much time an official has in quizzes, in per cent of the usual."""
    granted = accommodation(session, official_id, now=now)
    return granted.time_percent if granted else USUAL_TIME


def accommodations(session: Session, official_id: int, *, limit: int = 50) -> Sequence[Accommodation]:
    """All that was ever granted to an official, the newest first."""
    return session.scalars(select(_a).where(_a.official_id == official_id).order_by(_a.id.desc()).limit(limit)).all()
