"""Working days: Monday to Friday, without days off and with the weekend days worked in exchange (pure). The calendar is data, the same for every
clock: ``working_days.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("working_days.yaml")
SCHEMA = "working-days/1"
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that differ from the week's rule."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether people are at work on ``day``."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, day: date, number: int) -> date:
        """The working day that is ``number`` working days after ``day``, which itself does not count. 0: the day itself."""
        while number > 0:
            day += timedelta(days=1)
            number -= self.is_working(day)
        return day


def parse(data: Mapping[str, Any]) -> Calendar:
    """The calendar in ``data``. Raises ValueError for another schema, days that are none, or a worked day of the week that would be worked anyway."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"not a {SCHEMA}")
    off = frozenset(day for span in data.get("days_off", ()) for day in _days(span["from"], span["to"]))
    worked = frozenset(map(_day, data.get("days_worked", ())))
    if wrong := sorted(day for day in worked if day in off or day.weekday() < SATURDAY):
        raise ValueError(f"worked in exchange, but no weekend or off as well: {', '.join(map(str, wrong))}")
    return Calendar(off, worked)


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
def calendar() -> Calendar:
    """The calendar in force."""
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def is_working(day: date) -> bool:
    """Whether people are at work on ``day``."""
    return calendar().is_working(day)


def after(day: date, number: int) -> date:
    """The working day that is ``number`` working days after ``day``; see :meth:`Calendar.after`."""
    return calendar().after(day, number)
