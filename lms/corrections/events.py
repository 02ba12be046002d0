"""News from corrections."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EvidenceCorrected:
    """Answers of ``pairs`` (official id, competency code) were marked anew, and their estimates replayed."""

    pairs: Set[tuple[int, str]]
    now: datetime
