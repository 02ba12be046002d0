"""What the register says of a training base, what is wrong with it, and how long its agreement holds (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

LENGTHS = {"name": 160, "address": 200, "rooms": 2000, "teachers": 4000, "equipment": 1000, "contact": 200, "agreement": 2000, "courses": 1000}
MOST_CAPACITY = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a base. ``rooms``, ``teachers`` and ``courses`` have one thing a line; dates None: no agreement."""

    name: str
    address: str = ""
    capacity: int = 0
    rooms: str = ""
    teachers: str = ""
    equipment: str = ""
    contact: str = ""
    agreed_from: date | None = None
    agreed_until: date | None = None
    agreement: str = ""
    courses: str = ""

    def stored(self) -> dict[str, Any]:
        """As data to keep: dates in ISO."""
        dates = {name: day.isoformat() if (day := getattr(self, name)) else "" for name in ("agreed_from", "agreed_until")}
        return asdict(self) | dates

    @classmethod
    def of(cls, data: dict[str, Any]) -> Entry:
        """What was kept."""
        dates = {name: date.fromisoformat(data[name]) if data[name] else None for name in ("agreed_from", "agreed_until")}
        return cls(**data | dates)

    def changed(self, other: Entry) -> list[str]:
        """Names of what differs."""
        return [name for name in self.__slots__ if getattr(self, name) != getattr(other, name)]


class Fault(StrEnum):
    """What is wrong with an entry."""

    NAME = "name"
    ADDRESS = "address"
    CAPACITY = "capacity"
    DATES = "dates"
    LONG = "long"


def faults(entry: Entry) -> Iterator[tuple[str, Fault]]:
    """(field, fault) of everything that keeps an entry from being kept."""
    if not entry.name:
        yield "name", Fault.NAME
    if not entry.address:
        yield "address", Fault.ADDRESS
    if not 1 <= entry.capacity <= MOST_CAPACITY:
        yield "capacity", Fault.CAPACITY
    if (entry.agreed_from is None) != (entry.agreed_until is None) or (entry.agreed_from and entry.agreed_until and entry.agreed_until < entry.agreed_from):
        yield "agreed_until", Fault.DATES
    yield from ((name, Fault.LONG) for name, most in LENGTHS.items() if len(getattr(entry, name)) > most)


class Agreement(StrEnum):
    """How an agreement stands on a day."""

    NONE = "none"
    TO_COME = "to_come"
    HOLDS = "holds"
    ENDS_SOON = "ends_soon"
    ENDED = "ended"


def agreement(agreed_from: date | None, agreed_until: date | None, today: date, *, warn_days: int) -> Agreement:
    """Whether the agreement holds; ``warn_days`` before its end it is to be renewed."""
    if agreed_from is None or agreed_until is None:
        return Agreement.NONE
    if today < agreed_from:
        return Agreement.TO_COME
    if today > agreed_until:
        return Agreement.ENDED
    return Agreement.ENDS_SOON if today + timedelta(days=warn_days) >= agreed_until else Agreement.HOLDS
