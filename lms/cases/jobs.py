"""Nightly work of appeals."""

from __future__ import annotations

from datetime import datetime

from lms.cases import actions
from lms.core.db import database
from lms.people.calendar_queries import today


def remind(now: datetime) -> None:
    """Remind whoever should answer of appeals due soon or overdue, each once."""
    with database().writing() as session:
        actions.remind(session, today=today(now), now=now)
