"""What placement has to say on the home page: one that was begun and can be gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.placement import queries
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """The open placement, if there is one."""
    official_id = policy.scope(actor, Permission.TAKE_ASSESSMENT).official_id
    sitting = queries.open_sitting(session, official_id=official_id) if official_id is not None else None
    if sitting is not None:
        why = _("The question where you stopped waits for you. Every answer sent so far is saved.")
        yield Step(Urgency.CONTINUE, _("Finish the placement"), why, _("Go on with the placement"), url_for("placement.question", ref=sitting.ref))
