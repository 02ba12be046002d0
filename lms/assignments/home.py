"""What assignments have to say on the home page: what is due, one recommendation, and for HR the requests that wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assignments import queries, recommendation_wording, showing
from lms.assignments.enums import Shown
from lms.assignments.recommendation_queries import recommendations
from lms.people.calendar_queries import today as day_of
from lms.web.home import Panel, Step, Urgency

MOST_STEPS = 3
ORDER = 30


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step | Panel]:
    """Steps for what is open with a date, a panel with what is recommended, and HR's waiting requests."""
    official_id = policy.scope(actor, Permission.LEARN).official_id
    if official_id is not None:
        yield from _own(session, official_id, now)
    scope = policy.scope(actor, Permission.ASSIGN)
    if scope and (waiting := queries.how_many_wait(session, scope)):
        title = ngettext("%(num)d official asks for more time", "%(num)d officials ask for more time", waiting)
        yield Step(Urgency.CARE, title, _("They wait for your answer about a due date."), _("Answer"), url_for("assignments.requests"))


def _own(session: Session, official_id: int, now: datetime) -> Iterator[Step | Panel]:
    held = queries.open_of(session, official_id)
    dated = [one for one in held if one.due_on is not None][:MOST_STEPS]
    for card in showing.cards(session, dated, day_of(now)):
        why = card.reasons[0][0] if card.reasons else ""
        title = _("%(thing)s (overdue)", thing=card.title) if card.state["code"] == Shown.OVERDUE else card.title
        yield Step(Urgency.ASSIGNED, title, why, card.action, card.url or url_for("my_assignments.mine"), _end_of(card.one.due_on))
    found = recommendations(session, official_id, now)[:1]
    if found or held:
        cards = [recommendation_wording.card(one) for one in found]
        yield Panel(ORDER, _("Worth doing next") if found else _("My assignments"), "assignments/_home.html", {"recommended": cards, "open": len(held)})


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(23, 59), ZoneInfo(current_app.config["SETTINGS"].time_zone))
