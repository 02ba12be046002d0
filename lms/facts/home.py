"""Facts on the home page: what waits to be looked at, and facts whose review is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.facts import flag_queries, queries
from lms.people.calendar_queries import today as day_of
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """Flags waiting for the actor; overdue reviews for who keeps the register."""
    if policy.may(actor, Permission.COURSES_WRITE):
        yield from _flags(session, actor, now)
    if policy.may(actor, Permission.FACTS_EDIT):
        late = queries.counts(session, today=day_of(now))["overdue"]
        if late:
            title = ngettext("The review of %(num)d fact is overdue", "The review of %(num)d facts is overdue", late)
            text = _("Look whether they still hold, and set a new date.")
            yield Step(Urgency.ASSIGNED, title, text, _("Open the facts"), url_for("facts.register", status="overdue", order="review"))


def _flags(session: Session, actor: Actor, now: datetime) -> Iterator[Step]:
    waiting, late, out = flag_queries.waiting(session, actor, today=day_of(now))
    if not waiting:
        return
    title = ngettext("A fact changed: %(num)d lesson or question to look at", "Facts changed: %(num)d lessons and questions to look at", waiting)
    said = [ngettext("%(num)d question is not drawn until then.", "%(num)d questions are not drawn until then.", out)] if out else []
    said.append(ngettext("%(num)d is overdue.", "%(num)d are overdue.", late) if late else _("None is overdue."))
    yield Step(Urgency.ASSIGNED, title, " ".join(said), _("Look at them"), url_for("fact_flags.flags"))
