"""Bringing targets into force in the background: one that was signed, and every night those whose day has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lms.access.actor import operator
from lms.competency import target_actions
from lms.competency import target_foresight_actions as foresight
from lms.competency import target_version_queries as versions
from lms.competency.enums import TargetState
from lms.competency.models import TargetVersion
from lms.core import clock
from lms.core.db import database
from lms.people.calendar_queries import today

Report = Callable[[int, int], None]
NIGHT = "nightly"


def preview(*, report: Report, ref: str) -> dict[str, Any]:
    """What a draft would change, for very many people: counts only."""
    with database().reading() as session:
        version = versions.by_ref(session, ref)
        thing, lines = versions.thing_of(session, version), versions.lines_of(session, [version.id])[version.id]
        return foresight.summary(foresight.foresee(session, thing, lines, clock.now())).plain()


def come_into_force(*, report: Report, ref: str) -> dict[str, Any]:
    """Carry a signed version through, portion by portion; run again it goes on where it stopped."""
    return _carry_through(ref, clock.now(), report)


def _carry_through(ref: str, now: datetime, report: Report) -> dict[str, Any]:
    with database().reading() as session:
        thing = versions.thing_of(session, versions.by_ref(session, ref))
        total = session.scalar(select(func.count()).select_from(versions.in_scope(thing).subquery())) or 0
    seen = moved = 0
    while True:
        with database().writing() as session:
            portion = target_actions.advance(session, ref=ref, actor=operator(NIGHT), now=now)
        seen, moved = seen + portion.seen, moved + portion.moved
        report(seen, max(total, seen))
        if portion.finished:
            return {"seen": seen, "moved": moved}


def nightly(now: datetime) -> None:
    """Bring into force what is due, and what was interrupted."""
    due = select(TargetVersion.ref).where(TargetVersion.state == TargetState.SIGNED, TargetVersion.valid_from <= today(now))
    with database().reading() as session:
        refs = list(session.scalars(due.order_by(TargetVersion.valid_from, TargetVersion.id)))
    for ref in refs:
        _carry_through(ref, now, lambda done, total: None)
