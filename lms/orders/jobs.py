"""Nightly work of training orders."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.orders import actions, base_actions
from lms.people.calendar_queries import today


def nightly(now: datetime) -> None:
    """Remind whoever has the turn in an order; warn of agreements that run out."""
    with database().writing() as session:
        actions.remind(session, today=today(now), now=now)
        base_actions.warn(session, today=today(now), now=now)
