"""Nightly work of placement."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.placement import actions


def close_left_open(now: datetime) -> None:
    """End what nobody went on with for a fortnight, a portion a transaction: what was answered counts."""
    closed = 1
    while closed:
        with database().writing() as session:
            closed = actions.close_left_open(session, now=now)
