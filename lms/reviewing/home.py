"""Reviews on the home page: what waits for reviewers, authors and the administrator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.people.calendar_queries import today as day_of
from lms.reviewing import queries
from lms.web.home import Step, Urgency

SHOWN_FOR = timedelta(days=7)


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """Reviews in which the actor is to do the next thing, and courses of their organisation that were released lately."""
    if not any(policy.may(actor, one) for one in (P.COURSES_WRITE, P.COURSES_REVIEW, P.COURSES_RELEASE)):
        return
    waiting, overdue = queries.waiting(session, actor, today=day_of(now))
    if waiting:
        title = ngettext("%(num)d course in review waits for you", "%(num)d courses in review wait for you", waiting)
        late = ngettext("%(num)d is overdue.", "%(num)d are overdue.", overdue) if overdue else _("None is overdue.")
        yield Step(Urgency.ASSIGNED, title, late, _("Open the reviews"), url_for("reviewing.reviews", state="mine"))
    for one in queries.finished_since(session, actor, now - SHOWN_FOR):
        why = _("Version %(version)s of %(code)s is live.", version=one.released_version, code=one.code)
        yield Step(Urgency.CARE, _("A course of your organisation was released"), why, _("Open the course"), url_for("courses.course", slug=one.slug))
