"""Words of comments."""

from __future__ import annotations

import enum


class Subject(enum.StrEnum):
    """What is commented on."""

    LESSON = "lesson"
    QUESTION = "question"


class Kind(enum.StrEnum):
    """What the learner says of it with one tap."""

    ERROR = "error"
    HARD = "hard"
    UNFIT = "unfit"
    OTHER = "other"


class CommentState(enum.StrEnum):
    """How far a comment is."""

    OPEN = "open"
    TAKEN_UP = "taken_up"
    ANSWERED = "answered"
    DECLINED = "declined"


COMMENT_FLOW: dict[CommentState, frozenset[CommentState]] = {
    CommentState.OPEN: frozenset({CommentState.TAKEN_UP, CommentState.ANSWERED, CommentState.DECLINED}),
    CommentState.TAKEN_UP: frozenset({CommentState.ANSWERED, CommentState.DECLINED}),
    CommentState.ANSWERED: frozenset(),
    CommentState.DECLINED: frozenset(),
}
"""Taken up is a promise: it is kept (answered) or taken back with a reason (declined)."""
RUNNING = (CommentState.OPEN, CommentState.TAKEN_UP)


class Promise(enum.StrEnum):
    """What is promised when a comment is taken up."""

    CORRECTION = "correction"
    VERSION = "version"


class CommentStepKind(enum.StrEnum):
    """What can happen to a comment; appended, never changed."""

    MADE = "made"
    TAKEN_UP = "taken_up"
    ANSWERED = "answered"
    DECLINED = "declined"
    HIDDEN = "hidden"
    SHOWN = "shown"
    REMINDED = "reminded"
