"""What assessments have to say on the home page: a quiz whose clock runs, and one begun and not finished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import format_time
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments import queries
from lms.assessments.enums import Purpose
from lms.core.i18n import pick
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """Attempts that can be gone on with."""
    official_id = policy.scope(actor, Permission.TAKE_ASSESSMENT).official_id
    for attempt in queries.open_attempts(session, official_id=official_id, now=now) if official_id is not None else ():
        tie = queries.course_tie(session, attempt.course_slug, official_id)
        title, url = pick(tie.title) if tie else attempt.slug, url_for("assessments.resume", ref=attempt.ref)
        if attempt.purpose is Purpose.EVIDENCE:
            why = _("Open until %(time)s. Every answer sent so far is saved.", time=format_time(attempt.deadline_at, "short"))
            yield Step(Urgency.RUNNING, _("Finish the evidence quiz: %(course)s", course=title), why, _("Go on with the quiz"), url, attempt.deadline_at)
        else:
            why = _("It has no time limit. Every answer sent so far is saved.")
            yield Step(Urgency.CONTINUE, _("Finish the practice quiz: %(course)s", course=title), why, _("Go on practising"), url)
