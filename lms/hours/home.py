"""What class hours have to say on the home page: only what is missing within sixty days of its deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.hours import queries, wording
from lms.hours.ledger import closing_soon
from lms.web.home import Panel

ORDER = 45
MOST_DAYS = 60


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Panel]:
    """A panel for the official whose deadline is near; nothing for everybody else. The stored standing decides whether to look closer."""
    official_id = policy.scope(actor, Permission.OWN_RECORD).official_id
    day = queries.today(now)
    if official_id is None or not queries.due_soon(session, official_id, day, days=MOST_DAYS):
        return
    asked = closing_soon(queries.ledger_of(session, official_id, day.year).account.asked, day, days=MOST_DAYS)
    if asked:
        rows = [wording.asked_row(one, day) for one in asked]
        yield Panel(ORDER, _("Class hours still missing"), "hours/_home.html", {"rows": rows, "year": day.year})
