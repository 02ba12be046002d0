"""Once a night: tries to check certificates that do not exist are forgotten."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.credentials import queries


def nightly(now: datetime) -> None:
    """Forget what is a day old."""
    with database().writing() as session:
        queries.forget_misses(session, now)
