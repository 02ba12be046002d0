"""What an offer says, and what is wrong with it (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

MOST_HOURS, MOST_PRICE_FEN = 400, 100_000_000_00
SHORT, LONG = 400, 4000


class Fault(StrEnum):
    """What is wrong with an offer."""

    COURSE = "course"
    TEACHERS = "teachers"
    DATES = "dates"
    OVER = "over"
    LATE = "late"
    HOURS = "hours"
    PRICE = "price"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Offer:
    """A partner's offer. ``course``: slug of a course there is; ``draft``: reference or title of one to be written; price in fen."""

    course: str = ""
    draft: str = ""
    teachers: str = ""
    base: str = ""
    venue: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    hours: int = 0
    price_fen: int | None = None
    words: str = ""

    def stored(self) -> dict[str, Any]:
        """As data to keep: dates in ISO."""
        return asdict(self) | {"begins_on": _iso(self.begins_on), "ends_on": _iso(self.ends_on)}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Offer:
        """What was kept."""
        return cls(**data | {"begins_on": _date(data["begins_on"]), "ends_on": _date(data["ends_on"])})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def faults(offer: Offer, *, today: date, until: date | None) -> Iterator[tuple[str, Fault]]:
    """(field, fault) of everything that keeps an offer from being made. ``until``: the day by which the order wants it done."""
    if not (offer.course or offer.draft):
        yield "course", Fault.COURSE
    if not offer.teachers:
        yield "teachers", Fault.TEACHERS
    if offer.begins_on is None or offer.ends_on is None or offer.ends_on < offer.begins_on:
        yield "begins_on", Fault.DATES
    elif offer.begins_on <= today:
        yield "begins_on", Fault.OVER
    elif until is not None and offer.ends_on > until:
        yield "ends_on", Fault.LATE
    if not 1 <= offer.hours <= MOST_HOURS:
        yield "hours", Fault.HOURS
    if offer.price_fen is None or not 0 <= offer.price_fen <= MOST_PRICE_FEN:
        yield "price", Fault.PRICE
    yield from ((name, Fault.LONG) for name, most in _LENGTHS.items() if len(getattr(offer, name)) > most)


_LENGTHS = {"course": 80, "draft": 200, "teachers": LONG, "venue": SHORT, "words": LONG}
