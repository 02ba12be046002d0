"""What an official finds on the home page about the own skills: what changed of late."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.competency import queries
from lms.core import framework
from lms.core.i18n import pick
from lms.web.home import Panel

RECENT = timedelta(days=90)
MOST = 8


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Panel]:
    """The changes of state of the last three months, the newest first."""
    own = policy.scope(actor, Permission.OWN_RECORD).official_id
    if own is None:
        return
    names = {c.code: pick(c.name) for c in framework.read().competencies}
    changes = [
        {
            "name": names.get(change.competency, change.competency),
            "code": change.competency,
            "at": change.at,
            "before": change.before,
            "after": change.after,
            "target": change.reason == "target",
        }
        for change in queries.state_changes(session, own, now - RECENT, MOST)
    ]
    yield Panel(20, _("What changed in my skills"), "home/_changes.html", {"changes": changes})
