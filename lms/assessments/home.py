"""What the quizzes have to say on the home page: those begun and not handed in, the one whose time ends first."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments import queries
from lms.assessments.enums import Purpose
from lms.assessments.queries import AttemptHead
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """One step for each attempt under way."""
    learner = policy.scope(actor, Permission.TAKE_ASSESSMENT).official_id
    if learner is None:
        return
    for attempt in queries.open_attempts(session, official_id=learner, now=now):
        yield _go_on(attempt)


def _go_on(attempt: AttemptHead) -> Step:
    counts = attempt.purpose == Purpose.EVIDENCE
    title = _("Finish the quiz that counts") if counts else _("Go on with the practice quiz")
    n = attempt.length
    saved = ngettext("It has %(n)d question; every answer you gave is saved.", "It has %(n)d questions; every answer you gave is saved.", n, n=n)
    urgency = Urgency.RUNNING if attempt.deadline_at else Urgency.CONTINUE
    return Step(urgency, title, saved, _("Go on where I was"), url_for("assessments.resume", ref=attempt.ref), attempt.deadline_at)
