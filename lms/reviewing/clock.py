"""Within how many working days each step of a review is due, and how large a hot fix may be (pure). The rule is data: ``clock.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from lms.core import rule
from lms.core.working_days import after

FILE = Path(__file__).with_name("clock.yaml")
SCHEMA = "review-clock/1"


@dataclass(frozen=True, slots=True)
class Clock:
    """The rule: days are working days; the last two say how large a hot fix may be."""

    name_within: int
    read_within: int
    mend_within: int
    release_within: int
    hot_fix_within: int
    second_review_within: int
    remind_before: int
    hot_fix_characters: int
    hot_fix_files: int

    def days(self, step: str, *, hot_fix: bool) -> int:
        """Working days for ``name``, ``read``, ``mend`` or ``release``; in a hot fix each has the shorter time."""
        return self.hot_fix_within if hot_fix else int(getattr(self, f"{step}_within"))

    def due_on(self, start: date, step: str, *, hot_fix: bool = False) -> date:
        """The last day on which a step that begins on ``start`` is in time."""
        return after(start, self.days(step, hot_fix=hot_fix))

    def reminded_by(self, today: date) -> date:
        """What is due by this day is reminded of today."""
        return after(today, self.remind_before)


def parse(data: Mapping[str, Any]) -> Clock:
    """The rule in ``data``. Raises ValueError for another schema or a number that is none or below 1."""
    return rule.parse(Clock, SCHEMA, data)


@lru_cache(maxsize=1)
def clock() -> Clock:
    """The rule in force."""
    return rule.read(Clock, SCHEMA, FILE)
