"""Appeals on the home page: what waits for who answers them, and answers for who made them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.cases import queries
from lms.cases.wording import FINDINGS, about
from lms.people.calendar_queries import today as day_of
from lms.web.home import Step, Urgency

SHOWN_FOR = timedelta(days=7)


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """Appeals waiting for the actor, and the actor's own that were answered lately."""
    if policy.may(actor, Permission.CASES_ANSWER):
        yield from _to_answer(session, actor, now)
    official_id = policy.scope(actor, Permission.OWN_RECORD).official_id
    for case in queries.answered_since(session, official_id, since=now - SHOWN_FOR) if official_id is not None else ():
        title = _("Your appeal was answered: %(finding)s", finding=FINDINGS[case.finding])
        yield Step(Urgency.CARE, title, about(case), _("Read the answer"), url_for("cases.my_appeal", ref=case.ref))


def _to_answer(session: Session, actor: Actor, now: datetime) -> Iterator[Step]:
    waiting, overdue = queries.waiting(session, actor, today=day_of(now))
    if waiting:
        title = ngettext("%(num)d appeal waits for your answer", "%(num)d appeals wait for your answer", waiting)
        late = ngettext("%(num)d is overdue.", "%(num)d are overdue.", overdue) if overdue else _("None is overdue.")
        yield Step(Urgency.ASSIGNED, title, late, _("Open the appeals"), url_for("cases.cases"))
