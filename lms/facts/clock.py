"""Within how many working days what cites a changed fact is looked at (pure). The rule is data: ``clock.yaml``."""

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
SCHEMA = "fact-clock/1"


@dataclass(frozen=True, slots=True)
class Clock:
    """The rule: all in working days."""

    look_within_days: int
    change_within_days: int
    remind_before_days: int

    def look_by(self, flagged: date) -> date:
        """The last day on which having looked is in time."""
        return after(flagged, self.look_within_days)

    def change_by(self, found: date) -> date:
        """The last day on which a needed change is in time."""
        return after(found, self.change_within_days)

    def reminded_by(self, today: date) -> date:
        """What is due by this day is reminded of today."""
        return after(today, self.remind_before_days)


def parse(data: Mapping[str, Any]) -> Clock:
    """The rule in ``data``. Raises ValueError for another schema or a number that is none or below 1."""
    return rule.parse(Clock, SCHEMA, data)


@lru_cache(maxsize=1)
def clock() -> Clock:
    """The rule in force."""
    return rule.read(Clock, SCHEMA, FILE)
