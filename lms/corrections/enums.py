"""Words of corrections."""

from __future__ import annotations

import enum


class CorrectionKind(enum.StrEnum):
    """What is put right: the key was wrong, the question is no evidence at all, or a withdrawal was a mistake."""

    REKEY = "rekey"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"


class CorrectionState(enum.StrEnum):
    """A draft is looked at first; once begun, a correction is carried through and undone only by another one."""

    DRAFT = "draft"
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"


CORRECTION_FLOW: dict[CorrectionState, frozenset[CorrectionState]] = {
    CorrectionState.DRAFT: frozenset({CorrectionState.APPLYING, CorrectionState.DROPPED}),
    CorrectionState.APPLYING: frozenset({CorrectionState.APPLIED}),
    CorrectionState.APPLIED: frozenset(),
    CorrectionState.DROPPED: frozenset(),
}
