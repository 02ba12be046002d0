"""Nightly work of reviews."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.people.calendar_queries import today
from lms.reviewing import actions


def remind(now: datetime) -> None:
    """Remind whoever has to do the next thing of reviews due soon or overdue, each once."""
    with database().writing() as session:
        actions.remind(session, today=today(now), now=now)
