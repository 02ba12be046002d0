"""Words of authoring: where a draft stands, what an edit was, how a save ended."""

from __future__ import annotations

import enum


class DraftState(enum.StrEnum):
    """Where a draft stands. Authors change its files only in ``draft``; ``released`` and ``closed`` are ends."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RELEASED = "released"
    CLOSED = "closed"


DRAFT_FLOW: dict[DraftState, frozenset[DraftState]] = {
    DraftState.DRAFT: frozenset({DraftState.IN_REVIEW, DraftState.CLOSED}),
    DraftState.IN_REVIEW: frozenset({DraftState.DRAFT, DraftState.RELEASED, DraftState.CLOSED}),
    DraftState.RELEASED: frozenset(),
    DraftState.CLOSED: frozenset(),
}
RUNNING = (DraftState.DRAFT, DraftState.IN_REVIEW)


class EditKind(enum.StrEnum):
    """How a version of a file came about."""

    CREATED = "created"
    IMPORTED = "imported"
    AUTOSAVE = "autosave"
    SAVED = "saved"
    SIDE = "side"  # as an author sent it, before it was merged with what others had saved
    MERGED = "merged"
    RESOLVED = "resolved"
    RESTORED = "restored"
    STRUCTURE = "structure"  # the platform followed a change of the course's lessons
    REMOVED = "removed"


class Outcome(enum.StrEnum):
    """How a save ended."""

    UNCHANGED = "unchanged"
    SAVED = "saved"
    MERGED = "merged"
    CONFLICT = "conflict"
