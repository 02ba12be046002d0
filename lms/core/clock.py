"""The only place that asks the operating system for the time.

Edges (requests, commands, jobs) call :func:`now` once and pass it on; actions take ``now`` as an argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

EPOCH = date(1970, 1, 1)

_fixed: datetime | None = None


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _fixed or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Hold the clock at ``instant`` (aware); for tests and the sample county's history."""
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
