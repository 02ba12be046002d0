"""What stands above a lesson while a fact that it cites is being checked: to who answers for it, and quietly to learners when the fact is in doubt."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.courses.note_queries import Note
from lms.facts import flag_queries
from lms.facts.enums import Cause, Subject


def on_lesson(session: Session, code: str, actor: Actor | None) -> Iterator[Note]:
    """The notes on a lesson for ``actor``."""
    flags = flag_queries.of_place(session, Subject.LESSON, code)
    if not flags:
        return
    if policy.may(actor, Permission.PREVIEW_COURSES):
        for flag in flags:
            yield Note("warning", _SAID[Cause(flag.change.cause)](flag.fact.code), url_for("facts.fact", code=flag.fact.code), _("Open the fact"))
    elif any(flag.change.cause == Cause.DOUBTFUL for flag in flags):
        yield Note("info", _("A fact that this lesson names is being checked again. If it turns out otherwise, the lesson will be corrected."))


_SAID = {
    Cause.CHANGED: lambda code: _("The fact %(code)s, which this lesson cites, was changed. Somebody has still to look at the lesson.", code=code),
    Cause.DOUBTFUL: lambda code: _("The fact %(code)s, which this lesson cites, is in doubt. Somebody has still to look at the lesson.", code=code),
    Cause.OVERDUE: lambda code: _("The review of the fact %(code)s, which this lesson cites, is overdue.", code=code),
}
