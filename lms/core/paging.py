"""Bounded lists: a page of rows with its neighbours, by number (with a total) for people who browse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select
from sqlalchemy.orm import Session

from lms.core.lately import known_lately, lately

PAGE_SIZE = 50
EXACT = 2000
"""Up to so many rows are counted anew for every page; a longer list has the total of the last ten minutes."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: ``rows``, its 1-based ``number``, the ``total`` of rows and the ``size`` of a page."""

    rows: Sequence[Any]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


Query = Select[Any] | CompoundSelect[Any]


def page_of(session: Session, query: Query, *, number: int, size: int = PAGE_SIZE, same: Query | None = None) -> Page:
    """Page ``number`` (clamped into range) of ``query``, whose order must be total. ``same`` has as many rows and is cheaper to count."""
    counted = query if same is None else same
    if number <= 1:
        rows = session.execute(query.limit(size + 1)).all()
        if len(rows) <= size:  # all there is: nothing to count
            return Page(rows, 1, len(rows), size)
        return Page(rows[:size], 1, count(session, counted), size)
    total = count(session, counted)
    number = min(number, max(1, -(-total // size)))
    rows = session.execute(query.limit(size).offset((number - 1) * size)).all()
    return Page(rows, number, total, size)


def count(session: Session, query: Query) -> int:
    """How many rows ``query`` has. Counting a million takes as long as two hundred pages."""
    bare = query.order_by(None)
    words = bare.compile(session.get_bind())
    key = (str(words), repr(words.params))
    if (total := known_lately(key)) is not None:
        return int(total)
    few = _count(session, bare.limit(EXACT + 1))
    return few if few <= EXACT else int(lately(key, lambda: _count(session, bare)))


def _count(session: Session, query: Query) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
