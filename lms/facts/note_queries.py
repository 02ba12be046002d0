"""What stands above a lesson or a question while a fact that it cites is being checked; of a lesson quietly to learners too when the fact is in doubt."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.courses.note_queries import Note
from lms.facts import flag_queries, wording
from lms.facts.enums import Cause, FlagState, Subject


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


def on_question(session: Session, code: str, actor: Actor) -> Iterator[Note]:
    """The notes on a question for ``actor``, who sees how questions work: why it is suspended, with the way to settle it or to the fact."""
    flags = flag_queries.of_place(session, Subject.QUESTION, code)
    mine = set(flag_queries.mine(session, actor, [flag.id for flag in flags])) if flags and policy.may(actor, Permission.COURSES_WRITE) else set()
    for flag in flags:
        settle, read = (url_for("fact_flags.flag", ref=flag.ref), _("Look at it")), (url_for("facts.fact", code=flag.fact.code), _("Open the fact"))
        said = _ASKED[Cause(flag.change.cause)](flag.fact.code, str(wording.STATES[FlagState(flag.state)]))
        yield Note("warning", said, *(settle if flag.ref in mine else read))
    if any(flag.suspended for flag in flags):
        yield Note("warning", _("This question is not drawn into new forms, checks and placements. Answers already given still count."))


_ASKED = {
    Cause.CHANGED: lambda code, state: _("The fact %(code)s, which this question cites, was changed: %(state)s.", code=code, state=state),
    Cause.DOUBTFUL: lambda code, state: _("The fact %(code)s, which this question cites, is in doubt: %(state)s.", code=code, state=state),
    Cause.OVERDUE: lambda code, state: _("The review of the fact %(code)s, which this question cites, is overdue: %(state)s.", code=code, state=state),
}
