"""Nightly work of imports."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.interop import import_actions


def nightly(now: datetime) -> None:
    """Let imports be that nobody came back to."""
    with database().writing() as session:
        import_actions.forget_old(session, now=now)
