"""Training orders on the home page: what waits for HR, calls and deliveries of a partner, agreements that run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.orders import base_queries, queries
from lms.people.calendar_queries import today as day_of
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """What one has to do about orders and bases."""
    day = day_of(now)
    if policy.may(actor, P.ORDERS_PLACE):
        waiting, overdue = queries.waiting(session, actor, today=day)
        if waiting:
            title = ngettext("%(num)d training order waits for you", "%(num)d training orders wait for you", waiting)
            late = ngettext("%(num)d is overdue.", "%(num)d are overdue.", overdue) if overdue else _("None is overdue.")
            yield Step(Urgency.ASSIGNED, title, late, _("Open the orders"), url_for("orders.orders", state="mine"))
    if queries.partners_of(actor):
        yield from _of_partner(session, actor, now)
    if policy.may(actor, P.BASES_EDIT) and (n := base_queries.ending(session, actor, today=day)):
        title = ngettext("The agreement on %(num)d training base runs out", "The agreements on %(num)d training bases run out", n)
        yield Step(Urgency.CARE, title, _("Renew it, or close the base."), _("Open the bases"), url_for("bases.bases_list", state="ending"))


def _of_partner(session: Session, actor: Actor, now: datetime) -> Iterator[Step]:
    calls, deliveries = queries.of_partner_by_turn(session, actor, today=day_of(now))
    if calls:
        title = ngettext("%(num)d training order is open to your offer", "%(num)d training orders are open to your offer", calls)
        yield Step(
            Urgency.ASSIGNED, title, _("Read what is ordered and until when offers are taken."), _("Open the calls"), url_for("orders.orders", state="calls")
        )
    if deliveries:
        title = ngettext("%(num)d training order is yours to deliver", "%(num)d training orders are yours to deliver", deliveries)
        yield Step(Urgency.CONTINUE, title, _("See what comes next and by when."), _("Open the orders"), url_for("orders.orders", state="ours"))
