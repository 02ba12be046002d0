"""The measurement model for the rooms above: what they may use of its pure files, in one place (pure)."""

from lms.competency.enums import ReasonCode, StateKind
from lms.competency.proficiency import (
    DEFAULT_TUNING,
    OGIVE,
    PRIOR_MICRO,
    EvidenceItem,
    ItemParameters,
    Proficiency,
    State,
    answered,
    day_of,
)
from lms.competency.states import MIN_RESPONSES, Z80, Reason, Rules, Standing, display, missing, probability_met, standing

__all__ = [
    "DEFAULT_TUNING",
    "MIN_RESPONSES",
    "OGIVE",
    "PRIOR_MICRO",
    "Z80",
    "EvidenceItem",
    "ItemParameters",
    "Proficiency",
    "Reason",
    "ReasonCode",
    "Rules",
    "Standing",
    "State",
    "StateKind",
    "answered",
    "day_of",
    "display",
    "missing",
    "probability_met",
    "standing",
]
