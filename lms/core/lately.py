"""What a process has counted lately: totals over a province's leaves take two seconds, and need not be counted for every page."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from lms.core import clock
from lms.core.db import Database, database

FRESH = timedelta(minutes=10)
MOST = 256

_counted: WeakKeyDictionary[Database, dict[Hashable, tuple[datetime, Any]]] = WeakKeyDictionary()


def known_lately(key: Hashable) -> Any:
    """What was counted for ``key`` within the last ten minutes, if anything was; else None."""
    found = _counted.get(database(), {}).get(key)
    return found[1] if found and clock.now() - found[0] < FRESH else None


def lately(key: Hashable, count: Callable[[], Any]) -> Any:
    """What ``count`` gave for ``key`` within the last ten minutes, else what it gives now. Kept by database."""
    known, now = _counted.setdefault(database(), {}), clock.now()
    if key in known and now - known[key][0] < FRESH:
        return known[key][1]
    if len(known) >= MOST:
        known.clear()
    known[key] = now, count()
    return known[key][1]
