"""Comments in words (pure but for translation)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.i18n import pick
from lms.feedback.enums import CommentState, CommentStepKind, Kind, Promise, Subject

KINDS = {
    Kind.ERROR: _l("There is an error"),
    Kind.HARD: _l("Hard to understand"),
    Kind.UNFIT: _l("Does not fit our work"),
    Kind.OTHER: _l("Praise or something else"),
}
STATES = {
    CommentState.OPEN: _l("waiting"),
    CommentState.TAKEN_UP: _l("taken up"),
    CommentState.ANSWERED: _l("answered"),
    CommentState.DECLINED: _l("declined, with reason"),
}
PROMISES = {Promise.CORRECTION: _l("a correction"), Promise.VERSION: _l("a new version")}
STEPS = {
    CommentStepKind.MADE: _l("Comment made"),
    CommentStepKind.TAKEN_UP: _l("Taken up"),
    CommentStepKind.ANSWERED: _l("Answered"),
    CommentStepKind.DECLINED: _l("Declined"),
    CommentStepKind.HIDDEN: _l("Words hidden"),
    CommentStepKind.SHOWN: _l("Words shown again"),
    CommentStepKind.REMINDED: _l("Whoever answers was reminded"),
}
ORDERS = [("due", _l("due first")), ("newest", _l("newest first")), ("place", _l("lesson or question"))]


def about(comment: Any) -> str:
    """What a comment is about; ``comment`` or the facts of a notice."""
    title = pick(comment)
    if comment.subject == Subject.QUESTION:
        return _("Question %(code)s of “%(title)s”", code=comment.code, title=title)
    return _("Lesson “%(title)s”", title=title)


def about_mine(comment: Any) -> str:
    """The same for the learner, to whom codes of questions say nothing."""
    return _("A question of “%(title)s”", title=pick(comment)) if comment.subject == Subject.QUESTION else about(comment)


def promised(comment: Any) -> str:
    """What was promised, with its name."""
    return _("%(what)s: %(name)s", what=PROMISES[comment.promise], name=comment.promised)
