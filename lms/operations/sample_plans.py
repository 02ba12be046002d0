"""Training plans of the sample county: two drafts to compare, one fair to every unit and one that goes wherever hours close most."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from lms.core.db import database
from lms.operations import sample_county as county
from lms.people.calendar_queries import today
from lms.people.models import Account
from lms.people.queries import actor_of_account, unit_by_code
from lms.planning import actions
from lms.planning.limits import Limits

PLANS = (
    ("600学时，每个单位都照顾到", Limits(600, person_hours=12, floor_percent=50, hour_cost=35)),
    ("1200学时，哪里见效用在哪里", Limits(1200, person_hours=24, hour_cost=35)),
)


def make(now: datetime) -> str:
    """HR has two plans made and decides neither yet."""
    from lms.planning import making  # numpy and SciPy: only the sample county needs them here

    day = today(now)
    for name, limits in PLANS:
        with database().writing() as session:
            hr = actor_of_account(session, session.scalars(select(Account.id).where(Account.login == "hr")).one())
            asked = {"name": name, "period": (day, day + timedelta(days=91)), "limits": limits}
            ref = actions.ask_for(session, actor=hr, unit=unit_by_code(session, county.COUNTY), now=now, **asked).ref
        making.make(ref, report=lambda done, total: None, now=now)
    return "Two training plans to compare; neither is decided."
