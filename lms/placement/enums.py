"""Words of placement."""

from __future__ import annotations

from enum import StrEnum


class StepKind(StrEnum):
    """What can happen in a sitting; steps are appended and never changed."""

    ASKED = "asked"
    ANSWERED = "answered"
    FINISHED = "finished"


class End(StrEnum):
    """Why a sitting ended."""

    DONE = "done"  # nothing left to decide, or the maximum length
    STOPPED = "stopped"  # by the person
    LEFT = "left"  # nobody went on for a fortnight
