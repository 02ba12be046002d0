"""News from the portfolio."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WorkHandedIn:
    """An official handed in a work sample; it has yet to be judged."""

    official_id: int
    submission_ref: str
    now: datetime


@dataclass(frozen=True, slots=True)
class EvidenceRecorded:
    """A judgement was recorded, or a certificate recognised or revoked; ``pairs`` = (official id, competency code) to be replayed."""

    pairs: Set[tuple[int, str]]
    now: datetime
