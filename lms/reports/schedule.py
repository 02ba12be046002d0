"""When a schedule makes its next report (pure)."""

from __future__ import annotations

from datetime import date

from lms.reports.enums import Every

QUARTER_MONTHS = (1, 4, 7, 10)
LAST_DAY = 28


def due(every: str, day: int, *, made_on: date | None, today: date) -> bool:
    """Whether a report is due on ``today``: its day has come in this month (or quarter's first month) and none was made since.

    A night that was missed is made up for on the next one, within the same month.
    """
    if today.day < day or (every == Every.QUARTER and today.month not in QUARTER_MONTHS):
        return False
    return made_on is None or made_on < today.replace(day=day)


def next_day(every: str, day: int, *, made_on: date | None, today: date) -> date:
    """The next day on which a report is made, from ``today`` on."""
    if due(every, day, made_on=made_on, today=today):
        return today
    year, month = today.year, today.month
    if today.day >= day:
        month += 1
    while every == Every.QUARTER and (month - 1) % 12 + 1 not in QUARTER_MONTHS:
        month += 1
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, day)
