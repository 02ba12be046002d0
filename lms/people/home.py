"""What people finds to say on the home page: notices not read yet; for HR, who can sign in already, and the way to the roster."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.access.policy import Scope
from lms.people import notice_queries, queries
from lms.people.models import Account, Official, Unit
from lms.people.notice_words import told
from lms.web.home import Panel, Step, Urgency

FIRST_NOTICES = 3


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step | Panel]:
    """What one has been told and not read; and how far the people in one's reach have come with signing in."""
    if actor.unread:
        notices = [told(notice) for notice in notice_queries.unread(session, actor, limit=FIRST_NOTICES)]
        yield Panel(5, _("Notices"), "home/_notices.html", {"notices": notices, "unread": actor.unread})
    if reach := policy.scope(actor, Permission.CODES_ISSUE):
        yield from _signing_in(session, reach)


def _signing_in(session: Session, reach: Scope) -> Iterator[Step | Panel]:
    people, active = queries.counted(session, ("activation", reach.everything, *reach.paths), lambda: _activation(session, reach))
    if not people:
        yield _first_import()
        return
    if active < people:
        yield _hand_out(people - active)
    yield Panel(50, _("People"), "home/_people.html", {"people": people, "active": active})


def _activation(session: Session, reach: Scope) -> tuple[int, int]:
    """How many officials in service there are, and how many of them have set a password."""
    query = (
        select(func.count(Official.id), func.count(Account.password_set_at))
        .join(Unit, Unit.id == Official.unit_id)
        .outerjoin(Account, Account.official_id == Official.id)
        .where(Official.active, queries.within(reach))
    )
    people, active = session.execute(query).one()
    return people, active


def _first_import() -> Step:
    why = _("Nobody is on the roster yet. Import the units first, then the roster; every fault is listed with its cure before anything is changed.")
    return Step(Urgency.START, _("Bring in your people"), why, _("Import units and roster"), url_for("people.import_start"))


def _hand_out(waiting: int) -> Step:
    title = ngettext("%(n)d official cannot sign in yet", "%(n)d officials cannot sign in yet", waiting, n=waiting)
    return Step(Urgency.CARE, title, _("They need a one-time code from you."), _("Print codes"), url_for("people.codes"))
