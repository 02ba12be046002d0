"""What organisations have to say on the home page: agreements that end, invitations that nobody answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission, Role
from lms.partners import queries
from lms.people.calendar_queries import today as day_of
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """For the administrator agreements that end within two months, for a coordinator invitations that have expired."""
    if policy.may(actor, Permission.PARTNERS_EDIT) and (many := queries.ending(session, today=day_of(now))):
        yield _agreements(
            ngettext("%(n)d agreement with a partner organisation ends soon", "%(n)d agreements with partner organisations end soon", many, n=many)
        )
    own = [grant.partner_id for grant in actor.grants if grant.role == Role.COORDINATOR and grant.partner_id is not None]
    if own and (many := queries.unanswered(session, own, now=now)):
        yield _invitations(ngettext("%(n)d invitation has expired unanswered", "%(n)d invitations have expired unanswered", many, n=many))


def _agreements(title: str) -> Step:
    why = _("Nothing ends by itself: renew the agreement, or close the organisation.")
    return Step(Urgency.CARE, title, why, _("Open the list"), url_for("partners.organisations", state="ending", order="agreement"))


def _invitations(title: str) -> Step:
    why = _("Send them again with a new link, or withdraw them.")
    return Step(Urgency.CARE, title, why, _("Open the organisation"), url_for("partners.mine"))
