"""Words of the register of facts."""

from __future__ import annotations

import enum

from lms.courses.enums import FactStatus

__all__ = ["FactStatus"]


class Origin(enum.StrEnum):
    """Where a version of a fact came from."""

    FILE = "file"
    BROWSER = "browser"


class Cause(enum.StrEnum):
    """Why what cites a fact has to be looked at."""

    CHANGED = "changed"
    DOUBTFUL = "doubtful"
    OVERDUE = "overdue"


SUSPENDING = frozenset({Cause.CHANGED, Cause.DOUBTFUL})
"""What takes live questions out of new forms; a review date that has passed does not."""


class Subject(enum.StrEnum):
    """What cites a fact."""

    LESSON = "lesson"
    QUESTION = "question"


class FlagState(enum.StrEnum):
    """How far looking at a flagged lesson or question is."""

    OPEN = "open"
    TO_CHANGE = "to_change"
    STILL_RIGHT = "still_right"
    CHANGED = "changed"


FLAG_FLOW: dict[FlagState, frozenset[FlagState]] = {
    FlagState.OPEN: frozenset({FlagState.STILL_RIGHT, FlagState.TO_CHANGE}),
    FlagState.TO_CHANGE: frozenset({FlagState.CHANGED, FlagState.STILL_RIGHT}),
    FlagState.STILL_RIGHT: frozenset(),
    FlagState.CHANGED: frozenset(),
}
"""To be changed is half way: it ends when the new version is in force, or when it turns out to be right as it is."""
RUNNING = (FlagState.OPEN, FlagState.TO_CHANGE)
SETTLED = (FlagState.STILL_RIGHT, FlagState.CHANGED)


class FlagStepKind(enum.StrEnum):
    """What can happen to a flag; appended, never changed."""

    FLAGGED = "flagged"
    AGAIN = "again"
    TO_CHANGE = "to_change"
    STILL_RIGHT = "still_right"
    CHANGED = "changed"
    REMINDED = "reminded"
