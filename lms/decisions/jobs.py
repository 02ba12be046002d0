"""What happens to decisions once a night."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.decisions import actions
from lms.people.calendar_queries import today


def nightly(now: datetime) -> None:
    """Remind of the reviews that are due."""
    with database().writing() as session:
        actions.remind(session, today=today(now), now=now)
