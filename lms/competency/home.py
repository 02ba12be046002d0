"""What stands on the home page: for an official what changed in the own skills, for an expert which targets wait for a signature."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.competency import queries, target_version_queries
from lms.core import framework
from lms.core.i18n import pick
from lms.web.home import Panel, Step, Urgency

RECENT = timedelta(days=90)
MOST = 8


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step | Panel]:
    """Drafts to sign, and the changes of state of the last three months, the newest first."""
    if policy.may(actor, Permission.TARGETS_SIGN) and (waiting := target_version_queries.to_sign(session, actor.account_id)):
        title = ngettext("%(num)d draft waits for an expert's signature", "%(num)d drafts wait for an expert's signature", waiting)
        why = _("Targets hold only once an expert has looked at whom they affect, declared any conflict of interest, and signed.")
        yield Step(Urgency.ASSIGNED, title, why, _("Look at the drafts"), url_for("targets.changes", state="draft"))
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
