"""Within how many working days each step of an order is taken (pure). The rule is data: ``clock.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("clock.yaml")
SCHEMA = "order-clock/1"
NUMBERS = ("publish_within", "decide_within", "begin_within", "open_at_least", "remind_before", "warn_agreement_days")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Clock:
    """The rule: working days, but ``warn_agreement_days`` in days of the calendar; ``off`` and ``worked`` are days that differ from the week's rule."""

    publish_within: int
    decide_within: int
    begin_within: int
    open_at_least: int
    remind_before: int
    warn_agreement_days: int
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether people work on that day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, day: date, working_days: int) -> date:
        """The day on which so many working days have passed since ``day``, which itself does not count. 0: the day itself."""
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= self.works(day)
        return day

    def left(self, today: date, due: date) -> int:
        """Working days from tomorrow up to ``due``; 0 on the day itself, negative once it is over."""
        if due < today:
            return -self.left(due, today)
        return sum(self.works(today + timedelta(days=n)) for n in range(1, (due - today).days + 1))

    def reminded_by(self, today: date) -> date:
        """What is due by this day is reminded of today."""
        return self.after(today, self.remind_before)


def parse(data: Mapping[str, Any]) -> Clock:
    """The rule in ``data``. Raises ValueError for another schema, a number that is none or below 1, or days that are none."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"not a {SCHEMA}")
    known = {name: data.get(name) for name in NUMBERS}
    if wrong := [name for name, value in known.items() if not isinstance(value, int) or value < 1]:
        raise ValueError(f"no number of at least 1: {', '.join(wrong)}")
    off = frozenset(day for span in data.get("days_off", ()) for day in _days(span["from"], span["to"]))
    return Clock(**known, off=off, worked=frozenset(map(_day, data.get("days_worked", ()))))


def _days(first: object, last: object) -> list[date]:
    start, end = _day(first), _day(last)
    if end < start:
        raise ValueError(f"the span from {start} ends before it begins")
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise ValueError(f"not a date: {value}")
    return value


@lru_cache(maxsize=1)
def clock() -> Clock:
    """The rule in force."""
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")))
