"""What happens to the standings in both strands once a night."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.core.portions import without_collecting
from lms.people.queries import batches
from lms.talent import dual_actions


def nightly(now: datetime) -> None:
    """Work out the standings that may have changed, in short transactions; once a month also the units' figures of the year."""
    with database().reading() as session:
        due = dual_actions.due(session, now=now)
    for ids in without_collecting(batches(due.official_ids, dual_actions.BATCH)):
        with database().writing() as session:
            dual_actions.refresh(session, ids, now=now, waiting=due.waiting)
    with database().writing() as session:
        dual_actions.count(session, now=now)
        if dual_actions.year_is_due(session, now=now):
            dual_actions.take_year(session, now=now)
