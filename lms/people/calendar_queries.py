"""The date where the installation stands, and when somebody is reminded of what is due."""

from __future__ import annotations

from datetime import date, datetime

from lms.people.import_files import today

__all__ = ["reminds_again", "today"]


def reminds_again(last: datetime | None, *, due_on: date, day: date) -> bool:
    """Whether what is due soon or overdue on ``day`` is to be reminded of, last reminded of at ``last``: once before it is due, once after."""
    return last is None or today(last) <= due_on < day
