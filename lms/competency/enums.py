"""Words of competency."""

from __future__ import annotations

from enum import StrEnum


class StateKind(StrEnum):
    """What may be said of an official against a target: four states with four looks."""

    MET = "met"
    NOT_YET = "not_yet"
    UNCLEAR = "unclear"
    NO_EVIDENCE = "no_evidence"


class ReasonCode(StrEnum):
    """Why a state is unclear; `Reason.count` says how many are missing where that makes sense."""

    MORE_QUESTIONS = "more_questions"
    MORE_APPLIED = "more_applied"  # questions at apply or above
    NEEDS_SCENARIO = "needs_scenario"
    NEEDS_WORK_SAMPLE = "needs_work_sample"
    NEEDS_PANEL = "needs_panel"
    EVIDENCE_OLD = "evidence_old"
    TOO_CLOSE = "too_close"


class TargetState(StrEnum):
    """Where a version of targets stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    """Waits for its day, or is on its way into force."""
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


OPEN_TARGETS = (TargetState.DRAFT, TargetState.SIGNED)
"""Versions that are still to come into force; a thing has one of them at most."""


class Rival(StrEnum):
    """Rules by which other platforms sum the same answers up."""

    PERCENT_CORRECT = "percent_correct"
    DECAYING_AVERAGE = "decaying_average"
    HIGHEST_SCORE = "highest_score"
