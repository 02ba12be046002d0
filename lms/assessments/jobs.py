"""Nightly work of assessments."""

from __future__ import annotations

from datetime import datetime

from lms.assessments import actions
from lms.core.db import database


def close_overdue(now: datetime) -> None:
    """Close attempts that were left open past their deadline, a portion a transaction; opening one closes it as well."""
    closed = 1
    while closed:
        with database().writing() as session:
            closed = actions.close_overdue(session, now=now)
