"""Words of partner organisations."""

from __future__ import annotations

import enum


class InvitationState(enum.StrEnum):
    """How far an invitation is. Whether an open one has expired is told by its day."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


INVITATION_FLOW: dict[InvitationState, frozenset[InvitationState]] = {
    InvitationState.OPEN: frozenset({InvitationState.ACCEPTED, InvitationState.WITHDRAWN}),
    InvitationState.ACCEPTED: frozenset(),
    InvitationState.WITHDRAWN: frozenset(),
}


class LinkState(enum.StrEnum):
    """What a link to an invitation is worth."""

    GOOD = "good"
    USED = "used"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    EXPIRED = "expired"
    CLOSED = "closed"
