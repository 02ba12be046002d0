"""Words of the register's pages."""

from __future__ import annotations

import re
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.i18n import pick
from lms.facts.enums import Cause, FactStatus, FlagState, FlagStepKind, Origin, Subject

STATUSES = {FactStatus.VERIFIED: _l("verified"), FactStatus.KNOWN: _l("known"), FactStatus.DOUBTFUL: _l("doubtful")}
STATUS_MEANS = {
    FactStatus.VERIFIED: _l("Seen in the source named."),
    FactStatus.KNOWN: _l("From general knowledge, not checked again."),
    FactStatus.DOUBTFUL: _l("Not to be written as a fact."),
}
CAUSES = {
    Cause.CHANGED: _l("The fact was changed"),
    Cause.DOUBTFUL: _l("The fact is in doubt"),
    Cause.OVERDUE: _l("The fact's review is overdue"),
}
STATES = {
    FlagState.OPEN: _l("to be looked at"),
    FlagState.TO_CHANGE: _l("needs a change"),
    FlagState.STILL_RIGHT: _l("still right"),
    FlagState.CHANGED: _l("changed"),
}
STEPS = {
    FlagStepKind.FLAGGED: _l("Flagged"),
    FlagStepKind.AGAIN: _l("Flagged again"),
    FlagStepKind.TO_CHANGE: _l("Needs a change"),
    FlagStepKind.STILL_RIGHT: _l("Still right"),
    FlagStepKind.CHANGED: _l("The new version is in force and right"),
    FlagStepKind.REMINDED: _l("Reminded"),
}
ORIGINS = {Origin.FILE: _l("from the content's file"), Origin.BROWSER: _l("on this page")}
LIST_ORDERS = [("id", _l("register number")), ("review", _l("review date")), ("changed", _l("last change")), ("sure", _l("least sure first"))]
FLAG_ORDERS = [("due", _l("due date")), ("newest", _l("newest first")), ("place", _l("course and place")), ("fact", _l("fact"))]


HANDS = {"setup": _l("installed with the content"), "sample": _l("sample county")}
_FROM_FILE = re.compile(r"courses/facts\.yaml as of (\S+)")


def hand(name: str) -> str:
    """Who changed a fact; what commands do is said in words."""
    return str(HANDS.get(name, name))


def reason(text: str) -> str:
    """Why a fact was changed; what the content's file brought is said in the reader's language."""
    found = _FROM_FILE.fullmatch(text)
    return _("The content's file of facts as it stood on %(day)s", day=found[1]) if found else text


def place(one: Any) -> str:
    """A lesson or question in words; ``one``: a flag or a place that cites."""
    if one.subject == Subject.LESSON:
        return _("Lesson %(code)s: %(title)s", code=one.code, title=_picked(one))
    return _("Question %(code)s", code=one.code)


def _picked(one: Any) -> str:
    return pick(getattr(one, "title", one))


def address(one: Any) -> str:
    """Where the lesson or question is read."""
    if one.subject == Subject.LESSON:
        return url_for("courses.lesson", slug=one.course_slug, lesson=one.code)
    return url_for("psychometrics.item", code=one.code)
