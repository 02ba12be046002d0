"""What happens for the balance once a night."""

from datetime import datetime

from lms.core.db import database
from lms.talent.balance_actions import count_access


def nightly(now: datetime) -> None:
    """Count how units reach the platform."""
    with database().writing() as session:
        count_access(session, now=now)
