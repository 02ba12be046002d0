"""Words of assessments."""

from __future__ import annotations

import enum


class Purpose(enum.StrEnum):
    """Why an attempt is taken: to learn (formative), to prove (evidence), or a lesson's check of practice items."""

    FORMATIVE = "formative"
    EVIDENCE = "evidence"
    CHECK = "check"


class StepKind(enum.StrEnum):
    """What can happen in an attempt."""

    STARTED = "started"
    ANSWERED = "answered"
    SUBMITTED = "submitted"
    EXPIRED = "expired"


STEP_FLOW: dict[StepKind, frozenset[StepKind]] = {
    StepKind.STARTED: frozenset({StepKind.ANSWERED, StepKind.SUBMITTED, StepKind.EXPIRED}),
    StepKind.ANSWERED: frozenset({StepKind.ANSWERED, StepKind.SUBMITTED, StepKind.EXPIRED}),
    StepKind.SUBMITTED: frozenset(),
    StepKind.EXPIRED: frozenset(),
}


class Use(enum.StrEnum):
    """Live items give evidence and never show their key; practice items are for learning only."""

    LIVE = "live"
    PRACTICE = "practice"


class Kind(enum.StrEnum):
    """What a question asks its reader to do (item rules, section 4)."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUEFALSE = "truefalse"
    NUMERIC = "numeric"
    ORDERING = "ordering"
    MATCHING = "matching"
    SHORT = "short"
    SCENARIO = "scenario"


class Cognitive(enum.StrEnum):
    """Cognitive level of an item, lowest first."""

    REMEMBER = "R"
    UNDERSTAND = "U"
    APPLY = "A"
    ANALYSE = "N"


class Difficulty(enum.StrEnum):
    """Difficulty class of a blueprint cell, easiest first."""

    EASY = "E"
    MEDIUM = "M"
    HARD = "H"
