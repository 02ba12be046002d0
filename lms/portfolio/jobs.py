"""Nightly work of the portfolio."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.people.calendar_queries import today
from lms.portfolio.certificate_actions import AT_ONCE, end_expired


def end_expired_certificates(now: datetime) -> None:
    """End the recognition of certificates whose day has passed, portion by portion."""
    ended = AT_ONCE
    while ended == AT_ONCE:
        with database().writing() as session:
            ended = end_expired(session, today=today(now), now=now)
