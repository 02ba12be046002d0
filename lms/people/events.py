"""News from people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an active official counts: unit and post. An inactive official has none."""

    unit_id: int
    position_id: int


@dataclass(frozen=True, slots=True)
class OfficialMoved:
    """One official's placement before and after; None where there was or is none."""

    official_id: int
    before: Placement | None
    after: Placement | None


@dataclass(frozen=True, slots=True)
class OfficialsMoved:
    """Officials were added, moved, given another post, deactivated or reactivated."""

    moves: Sequence[OfficialMoved]


@dataclass(frozen=True, slots=True)
class OfficialsForgotten:
    """Nothing that tells who these persons were is to be kept any longer."""

    official_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class UnitsMoved:
    """Units were hung elsewhere in the tree: sums over subtrees must be made anew."""

    unit_ids: Sequence[int]
