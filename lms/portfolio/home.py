"""What the portfolio has to say on the home page: work that was returned, and drafts not handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core.i18n import pick
from lms.portfolio import queries
from lms.portfolio.enums import State
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """What the official can go on with; results come as notices."""
    official_id = policy.scope(actor, Permission.OWN_RECORD).official_id
    for one in queries.submissions_of(session, official_id, limit=20) if official_id is not None else ():
        title, url = pick(one.revision.content["title"]), url_for("portfolio.my_work", ref=one.ref)
        if one.state == State.RETURNED:
            yield Step(Urgency.CONTINUE, _("Returned to you: %(title)s", title=title), one.return_reason, _("Complete it"), url)
        elif one.state == State.DRAFT:
            yield Step(Urgency.CONTINUE, _("Not handed in yet: %(title)s", title=title), _("Its files are kept until you hand it in."), _("Go on"), url)
