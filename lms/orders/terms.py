"""What an order asks for, and what still keeps it from being opened (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.core.working_days import after
from lms.orders.clock import Clock
from lms.orders.enums import Measure, Place

MOST_HOURS, MOST_COMPETENCIES, MOST_PEOPLE = 400, 6, 500
MOST_BUDGET_FEN = 100_000_000_00
MOST_AIM_MILLI = {Measure.CHANGE: 4000, Measure.MET: 1000}
LENGTHS = {"title": 200, "need": 4000, "how": 1000, "budget_words": 200}


@dataclass(frozen=True, slots=True)
class Terms:
    """The order in HR's words and numbers. ``competencies``: (code, level); ``aim_milli``: levels or share, in thousandths; ``partners``: ids."""

    title: str
    need: str = ""
    competencies: tuple[tuple[str, int], ...] = ()
    until: date | None = None
    hours: int = 0
    place: Place = Place.BASE
    budget_fen: int | None = None
    budget_words: str = ""
    measure: Measure = Measure.CHANGE
    aim_milli: int = 0
    how: str = ""
    review_on: date | None = None
    closes_on: date | None = None
    to_all: bool = True
    partners: tuple[int, ...] = ()


class Fault(StrEnum):
    """What keeps an order from being kept, or from being opened."""

    TITLE = "title"
    LONG = "long"
    TWICE = "twice"
    COMPETENCIES = "competencies"
    NEED = "need"
    UNTIL = "until"
    HOURS = "hours"
    BUDGET = "budget"
    AIM = "aim"
    HOW = "how"
    REVIEW = "review"
    CLOSES = "closes"
    PARTNERS = "partners"
    PEOPLE = "people"
    NAMES = "names"


Found = Iterator[tuple[str, Fault]]


def shape_faults(terms: Terms, known: Iterable[str]) -> Found:
    """(field, fault) of what can't even be kept as a draft; ``known``: the framework's codes."""
    codes, allowed = [code for code, _ in terms.competencies], set(known)
    if not terms.title:
        yield "title", Fault.TITLE
    yield from ((name, Fault.LONG) for name, most in LENGTHS.items() if len(getattr(terms, name)) > most)
    if len(codes) != len(set(codes)):
        yield "competency-1", Fault.TWICE
    elif len(codes) > MOST_COMPETENCIES or any(code not in allowed or not 1 <= level <= 5 for code, level in terms.competencies):
        yield "competency-1", Fault.COMPETENCIES
    if not 0 <= terms.hours <= MOST_HOURS:
        yield "hours", Fault.HOURS
    if terms.budget_fen is not None and not 0 <= terms.budget_fen <= MOST_BUDGET_FEN:
        yield "budget", Fault.BUDGET
    if not 0 <= terms.aim_milli <= MOST_AIM_MILLI[terms.measure]:
        yield "aim", Fault.AIM


def opening_faults(terms: Terms, *, people: int, today: date, clock: Clock) -> Found:
    """(field, fault) of what is still missing before partners may see it."""
    if not terms.need:
        yield "need", Fault.NEED
    if not terms.competencies:
        yield "competency-1", Fault.COMPETENCIES
    if not people:
        yield "people", Fault.PEOPLE
    if terms.hours < 1:
        yield "hours", Fault.HOURS
    yield from _dates(terms, today, clock)
    if terms.aim_milli < 1:
        yield "aim", Fault.AIM
    if not terms.how:
        yield "how", Fault.HOW
    if not terms.to_all and not terms.partners:
        yield "partners", Fault.PARTNERS


def _dates(terms: Terms, today: date, clock: Clock) -> Found:
    """Offers first, then the training, then the review."""
    if terms.closes_on is None or terms.closes_on < first_closing_day(today, clock):
        yield "closes_on", Fault.CLOSES
    if terms.until is None or terms.until <= (terms.closes_on or today):
        yield "until", Fault.UNTIL
    elif terms.review_on is None or terms.review_on < terms.until:
        yield "review_on", Fault.REVIEW


def first_closing_day(today: date, clock: Clock) -> date:
    """The first day on which a call that opens today may close."""
    return after(today, clock.open_at_least)


def names_in(texts: Sequence[str], people: Iterable[tuple[str, str]]) -> int:
    """How many of the (name, staff number) pairs stand in one of the texts."""
    joined = "\n".join(texts).casefold()
    return sum(any(len(part) > 1 and part.casefold() in joined for part in person) for person in people)
