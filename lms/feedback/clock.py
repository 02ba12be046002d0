"""Within how many days comments are answered (pure). The rule is data: ``clock.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from lms.core import rule

FILE = Path(__file__).with_name("clock.yaml")
SCHEMA = "comment-clock/1"


@dataclass(frozen=True, slots=True)
class Clock:
    """The rule: all in days, but ``most_a_day`` in comments."""

    answer_within_days: int
    promise_within_days: int
    remind_before_days: int
    most_a_day: int

    def due_on(self, opened: date) -> date:
        """The last day on which an answer is in time."""
        return opened + timedelta(days=self.answer_within_days)

    def may_promise(self, until: date, *, today: date) -> bool:
        """Whether a promise may name that day."""
        return today <= until <= today + timedelta(days=self.promise_within_days)

    def reminded_by(self, today: date) -> date:
        """What is due by this day is reminded of today."""
        return today + timedelta(days=self.remind_before_days)


def parse(data: Mapping[str, Any]) -> Clock:
    """The rule in ``data``. Raises ValueError for another schema or a number that is none or below 1."""
    return rule.parse(Clock, SCHEMA, data)


@lru_cache(maxsize=1)
def clock() -> Clock:
    """The rule in force."""
    return rule.read(Clock, SCHEMA, FILE)
