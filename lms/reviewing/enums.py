"""Words of the review of courses."""

from __future__ import annotations

import enum


class ReviewState(enum.StrEnum):
    """How far a review is. What happened stands in its steps; the state repeats what follows from them."""

    WAITING = "waiting"
    READING = "reading"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


REVIEW_FLOW: dict[ReviewState, frozenset[ReviewState]] = {
    ReviewState.WAITING: frozenset({ReviewState.READING, ReviewState.SENT_BACK, ReviewState.WITHDRAWN}),
    ReviewState.READING: frozenset({ReviewState.WAITING, ReviewState.SENT_BACK, ReviewState.ACCEPTED, ReviewState.WITHDRAWN}),
    ReviewState.SENT_BACK: frozenset({ReviewState.WAITING, ReviewState.READING, ReviewState.WITHDRAWN}),
    ReviewState.ACCEPTED: frozenset({ReviewState.WAITING, ReviewState.SENT_BACK, ReviewState.RELEASED, ReviewState.WITHDRAWN}),
    ReviewState.RELEASED: frozenset(),
    ReviewState.WITHDRAWN: frozenset(),
}
"""WAITING: for reviewers to be named; READING: for their verdicts; SENT_BACK: for the authors; ACCEPTED: for the administrator."""
OPEN = (ReviewState.WAITING, ReviewState.READING, ReviewState.SENT_BACK, ReviewState.ACCEPTED)


class Capacity(enum.StrEnum):
    """In which capacity somebody reviews; the words of the course package."""

    SUBJECT_EXPERT = "subject_expert"
    PRACTITIONER = "practitioner"


class Verdict(enum.StrEnum):
    """What a reviewer finds of a round."""

    ACCEPT = "accept"
    SEND_BACK = "send_back"


class Weight(enum.StrEnum):
    """What a comment asks for."""

    MUST = "must"
    SUGGESTION = "suggestion"
    QUESTION = "question"


class Change(enum.StrEnum):
    """How much a version changes, as its authors say."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


class ReviewStepKind(enum.StrEnum):
    """What can happen to a review; appended, never changed."""

    SUBMITTED = "submitted"
    NAMED = "named"
    DECLARED = "declared"
    HANDED_BACK = "handed_back"
    REPLACED = "replaced"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    RETURNED = "returned"
    RECALLED = "recalled"
    RELEASED = "released"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"


CORRECTED = ("更正：", "Corrected: ")
"""How a changelog marks a hot fix, in Chinese and English; part of the package's text."""
