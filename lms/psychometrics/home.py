"""What authors and reviewers find on the home page: questions whose answers give reason for doubt."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.psychometrics import queries
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """How many questions should be looked at, keys that are probably wrong first."""
    count = queries.flagged(session) if policy.may(actor, Permission.ITEM_STATISTICS) else 0
    if count:
        title = ngettext("%(n)d question should be looked at", "%(n)d questions should be looked at", count, n=count)
        why = _("Their answers give reason for doubt: a key, an option, the two languages, or a group that finds them harder.")
        yield Step(Urgency.CARE, title, why, _("To the question bank"), url_for("psychometrics.items"))
