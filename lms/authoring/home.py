"""Drafts on the home page: texts that clash and wait for somebody's decision."""

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
from lms.authoring import queries
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """For authors: one's own texts that could not be merged; the other is told on the draft's page."""
    if not policy.may(actor, Permission.COURSES_WRITE):
        return
    waiting = queries.own_conflicts(session, actor)
    if waiting:
        kept, draft = waiting[0]
        title = ngettext("%(num)d text of yours waits for a decision", "%(num)d texts of yours wait for a decision", len(waiting))
        why = _("Somebody else changed the same lines of %(code)s meanwhile. Both texts are kept.", code=draft.code)
        yield Step(Urgency.ASSIGNED, title, why, _("Look at both and decide"), url_for("draft_history.conflict", ref=draft.ref, conflict=kept.ref))
