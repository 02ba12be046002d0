"""Nightly work of the register: reviews that are overdue are flagged, and whoever looks is reminded."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.facts import actions


def nightly(now: datetime) -> None:
    """Flag what rests on facts whose day of review has passed; remind of flags due soon or overdue, each once."""
    with database().writing() as session:
        actions.flag_overdue(session, now=now)
        actions.remind(session, now=now)
