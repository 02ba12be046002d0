"""Working days, Monday to Friday (pure). Public holidays and the weekend days worked in exchange are set anew each year and not known here: a
due date may fall on one, and is then as late as the next day."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def is_working(day: date) -> bool:
    """Whether people are at work on an ordinary week's ``day``."""
    return day.weekday() < SATURDAY


def after(day: date, number: int) -> date:
    """The working day that is ``number`` working days after ``day``; the first is the day after."""
    weeks, rest = divmod(number, SATURDAY)
    while not is_working(day):
        day -= timedelta(days=1)  # a count that begins on a weekend begins with its Friday
    found = day + timedelta(weeks=weeks)
    for _ in range(rest):
        found += timedelta(days=1)
        while not is_working(found):
            found += timedelta(days=1)
    return found
