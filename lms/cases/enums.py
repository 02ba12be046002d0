"""Words of cases."""

from __future__ import annotations

import enum


class Subject(enum.StrEnum):
    """What an official contests."""

    ATTEMPT = "attempt"
    ITEM = "item"
    WORK = "work"


class CaseState(enum.StrEnum):
    """How far an appeal is."""

    OPEN = "open"
    TAKEN_UP = "taken_up"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


CASE_FLOW: dict[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.TAKEN_UP, CaseState.WITHDRAWN}),
    CaseState.TAKEN_UP: frozenset({CaseState.ANSWERED, CaseState.WITHDRAWN}),
    CaseState.ANSWERED: frozenset(),
    CaseState.WITHDRAWN: frozenset(),
}
RUNNING = (CaseState.OPEN, CaseState.TAKEN_UP)


class Finding(enum.StrEnum):
    """What the answer says of the appeal."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"


class Outcome(enum.StrEnum):
    """What follows from the answer."""

    NO_CHANGE = "no_change"
    CORRECTION = "correction"
    RETAKE = "retake"
    JUDGED_ANEW = "judged_anew"


OUTCOMES_OF: dict[Subject, tuple[Outcome, ...]] = {
    Subject.ATTEMPT: (Outcome.NO_CHANGE, Outcome.RETAKE),
    Subject.ITEM: (Outcome.NO_CHANGE, Outcome.CORRECTION, Outcome.RETAKE),
    Subject.WORK: (Outcome.NO_CHANGE, Outcome.JUDGED_ANEW),
}
"""What may follow, by what is contested."""


class CaseStepKind(enum.StrEnum):
    """What can happen in an appeal; appended, never changed."""

    OPENED = "opened"
    MESSAGE = "message"
    TAKEN_UP = "taken_up"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"
