"""The night's work on courses: what changed around their completions, and the gains learned from it."""

from __future__ import annotations

from datetime import datetime

from lms.access.actor import operator
from lms.core.db import database
from lms.psychometrics import effect_actions, effect_queries


def nightly(now: datetime) -> None:
    """Measure in a reading transaction, keep and adopt in a short writing one."""
    with database().reading() as session:
        found = effect_queries.measure(session)
    with database().writing() as session:
        effect_actions.keep(session, found, now=now)
        effect_actions.adopt(session, found, actor=operator("course gains"), now=now)
