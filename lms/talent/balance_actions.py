"""Counting once a night how units reach the platform, so that no page counts sittings."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from lms.assessments.models import Attempt
from lms.core.db import Instant
from lms.people.models import Account, Official
from lms.talent.models import UnitAccess

A_YEAR = timedelta(days=365)


def count_access(session: Session, *, now: datetime) -> None:
    """Make the figures of all units anew, in two passes over the tables."""
    mine = (
        select(Attempt.official_id, func.count().label("begun"), func.count(Attempt.submitted_at).label("finished"))
        .where(Attempt.started_at > now - A_YEAR)
        .group_by(Attempt.official_id)
        .subquery()
    )
    figures = (
        select(
            *(Official.unit_id, literal(now, Instant()), func.count(), func.count(Account.password_set_at), func.count(mine.c.begun)),
            *(func.coalesce(func.sum(mine.c.begun), 0), func.coalesce(func.sum(mine.c.finished), 0)),
        )
        .outerjoin(Account, Account.official_id == Official.id)
        .outerjoin(mine, mine.c.official_id == Official.id)
        .where(Official.active)
        .group_by(Official.unit_id)
    )
    session.execute(delete(UnitAccess))
    session.execute(insert(UnitAccess).from_select(["unit_id", "as_of", "people", "activated", "tried", "begun", "finished"], figures))
