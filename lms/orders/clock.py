"""Within how many working days each step of an order is taken (pure). The rule is data: ``clock.yaml``."""

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
SCHEMA = "order-clock/1"


@dataclass(frozen=True, slots=True)
class Clock:
    """The rule: working days, but ``warn_agreement_days`` in days of the calendar."""

    publish_within: int
    decide_within: int
    begin_within: int
    open_at_least: int
    remind_before: int
    warn_agreement_days: int

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
