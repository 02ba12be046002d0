"""An official's ledger: for oneself, and for HR with the reading logged."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.core.errors import NotFound
from lms.hours import queries, wording
from lms.people import queries as people


def _page(session: Session, official_id: int) -> dict[str, Any]:
    """The ledger of the year that the address names; an unknown year is this one."""
    years = queries.years_of(session, official_id, g.now)
    year = request.args.get("year", years[0], type=int)
    year = year if year in years else years[0]
    closing = queries.closings(session).get(year)
    page = wording.account_page(queries.ledger_of(session, official_id, year).account, queries.today(g.now))
    return page | {"years": years, "closed_at": closing.closed_at if closing else None}


@requires(Permission.OWN_RECORD)
def mine() -> str:
    """My class hours: what is credited and why, what is missing, until when."""
    official_id = policy.scope(current_actor(), Permission.OWN_RECORD).official_id
    if official_id is None:
        raise NotFound(_("Your account belongs to no official, so there are no class hours of your own."))
    return render_template("hours/ledger.html", page=_page(db.session(), official_id), person=None)


@requires(Permission.RECORD_READ)
@db.writes
def official(ref: str) -> str:
    """An official's class hours, for HR."""
    session = db.session()
    person = people.official_by_ref(session, ref)
    policy.ensure_official(current_actor(), Permission.RECORD_READ, person.id, person.unit.path)
    audit.record(session, actor=current_actor(), action=Action.RECORD_READ, subject=person.staff_no, official_id=person.id, now=g.now, page="hours")
    return render_template("hours/ledger.html", page=_page(session, person.id), person=person)
