"""What reports has to say on the home page: scheduled reports that are ready and were not opened yet."""

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
from lms.reports import queries
from lms.reports.enums import FORM_NAMES
from lms.web.home import Step, Urgency

MOST = 3


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """A step for each of the newest."""
    if actor.account_id is None or not policy.may(actor, Permission.REPORTS_MAKE):
        return
    for one in queries.unopened(session, actor.account_id, limit=MOST):
        title = _("A report is ready: %(unit)s", unit=pick(one.unit))
        why = _("%(kind)s, made by your schedule.", kind=FORM_NAMES[one.form])
        yield Step(Urgency.CARE, title, why, _("Open the report"), url_for("reports.report", ref=one.ref))
