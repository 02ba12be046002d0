"""Comments on the home page: what waits for who answers them, and answers for who made them."""

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
from lms.feedback import queries, wording
from lms.feedback.enums import CommentState
from lms.people.calendar_queries import today as day_of
from lms.web.home import Step, Urgency

SHOWN_FOR = timedelta(days=7)


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """Comments waiting for the actor, and the actor's own that were answered lately."""
    if policy.may(actor, Permission.FEEDBACK_ANSWER):
        yield from _to_answer(session, actor, now)
    official_id = policy.scope(actor, Permission.OWN_RECORD).official_id
    for one in queries.answered_since(session, official_id, since=now - SHOWN_FOR) if official_id is not None else ():
        title = _("Your comment was answered") if one.state == CommentState.ANSWERED else _("Your comment was declined, with a reason")
        yield Step(Urgency.CARE, title, wording.about_mine(one), _("Read the answer"), url_for("feedback.my_comment", ref=one.ref))


def _to_answer(session: Session, actor: Actor, now: datetime) -> Iterator[Step]:
    waiting, overdue = queries.waiting(session, actor, today=day_of(now))
    if waiting:
        title = ngettext("%(num)d comment waits for an answer", "%(num)d comments wait for an answer", waiting)
        late = ngettext("%(num)d is overdue.", "%(num)d are overdue.", overdue) if overdue else _("None is overdue.")
        yield Step(Urgency.ASSIGNED, title, late, _("Open the comments"), url_for("feedback_desk.comments"))
