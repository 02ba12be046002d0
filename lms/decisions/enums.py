"""Words of decisions and yearly plans."""

from __future__ import annotations

import enum


class DecisionState(enum.StrEnum):
    """How far a decision record is. From DECIDED on nothing in it changes; what changes one's mind is a new version."""

    DRAFT = "draft"
    DECIDED = "decided"
    REVIEWED = "reviewed"
    AMENDED = "amended"


DECISION_FLOW: dict[DecisionState, frozenset[DecisionState]] = {
    DecisionState.DRAFT: frozenset({DecisionState.DECIDED}),
    DecisionState.DECIDED: frozenset({DecisionState.REVIEWED, DecisionState.AMENDED}),
    DecisionState.REVIEWED: frozenset({DecisionState.AMENDED}),
    DecisionState.AMENDED: frozenset(),
}
STANDING = (DecisionState.DECIDED, DecisionState.REVIEWED)


class OptionKind(enum.StrEnum):
    """What an option of a decision rests on."""

    WORDS = "words"
    PLAN = "plan"
    WHAT_IF = "what_if"


class Measure(enum.StrEnum):
    """By which figure of a unit one will know; the same for a decision's measure and a plan's goal."""

    MET = "met"
    COVERAGE = "coverage"
    SHORTFALL = "shortfall"


class Finding(enum.StrEnum):
    """What the review says of a decision."""

    REACHED = "reached"
    PARTLY = "partly"
    NOT_REACHED = "not_reached"
    CANNOT_TELL = "cannot_tell"


class YearState(enum.StrEnum):
    """How far a yearly plan is."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    REVIEWED = "reviewed"


YEAR_FLOW: dict[YearState, frozenset[YearState]] = {
    YearState.DRAFT: frozenset({YearState.ADOPTED}),
    YearState.ADOPTED: frozenset({YearState.REVIEWED}),
    YearState.REVIEWED: frozenset(),
}


class Part(enum.StrEnum):
    """The three headings of every yearly plan."""

    OUTLOOK = "outlook"
    FUNCTIONS = "functions"
    ABILITY = "ability"
