"""The only place that asks the operating system for the time.

Edges (requests, commands, jobs) call :func:`now` once and pass it on; actions take ``now`` as an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

EPOCH = date(1970, 1, 1)

_fixed: datetime | None = None
_ahead: list[Callable[[], timedelta]] = []


def now() -> datetime:
    """The current instant, aware, in UTC; on a sample instance whose clock was moved, the instant there."""
    return _fixed or sum((by() for by in _ahead), datetime.now(UTC))


def run_ahead(by: Callable[[], timedelta]) -> None:
    """Say who knows how far this instance's clock runs ahead of the world's; called once, by ``create_app``."""
    _ahead[:] = [by]


@contextmanager
def at(instant: datetime | None) -> Iterator[None]:
    """Hold the clock at ``instant`` (aware), or let it run again (None); for tests and the sample county's history."""
    global _fixed
    before, _fixed = _fixed, instant
    try:
        yield
    finally:
        _fixed = before


def day_number(instant: datetime | date) -> int:
    """Whole days since 1970-01-01 of a UTC date; datetimes are taken in UTC."""
    if isinstance(instant, datetime):
        instant = instant.astimezone(UTC).date()
    return (instant - EPOCH).days


def date_of(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(EPOCH.toordinal() + day)
