"""What happens to the standings in both strands once a night."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import database
from lms.talent import dual_actions


def nightly(now: datetime) -> None:
    """Work out everybody's standing, in short transactions; once a month also the units' figures of the year."""
    with database().reading() as session:
        everybody = list(dual_actions.batches(session))
    for ids in everybody:
        with database().writing() as session:
            dual_actions.refresh(session, ids, now=now)
    with database().writing() as session:
        dual_actions.count(session)
        if dual_actions.year_is_due(session, now=now):
            dual_actions.take_year(session, now=now)
