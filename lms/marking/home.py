"""What an assessor finds on the home page: how much waits."""

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
from lms.marking import queries
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """Answers and work samples to be marked."""
    if not policy.may(actor, Permission.MARK):
        return
    if n := queries.waiting(session, actor):
        title = ngettext("%(n)d piece waits for your mark", "%(n)d pieces wait for your mark", n, n=n)
        yield Step(Urgency.ASSIGNED, title, _("Officials wait for the result. You see neither names nor units."), _("Open the queue"), url_for("marking.queue"))
