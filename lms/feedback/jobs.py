"""Nightly work of comments."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.feedback import actions
from lms.people.calendar_queries import today


def remind(now: datetime) -> None:
    """Remind whoever answers of comments due soon or overdue, each once."""
    with database().writing() as session:
        actions.remind(session, today=today(now), now=now)
