"""Decisions on the home page: those whose day of review has come."""

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
from lms.decisions import queries
from lms.people.calendar_queries import today as day_of
from lms.web.filters import day
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """For HR: decisions that wait for their review."""
    if not policy.may(actor, Permission.PLANS_EDIT):
        return
    waiting = queries.waiting(session, actor, today=day_of(now))
    if waiting:
        first = waiting[0]
        title = ngettext("%(num)d decision waits for its review", "%(num)d decisions wait for their review", len(waiting))
        why = _("“%(question)s” was due on %(day)s.", question=first.question, day=day(first.review_on))
        yield Step(Urgency.ASSIGNED, title, why, _("Open the decisions"), url_for("decisions.decisions", state="due"))
