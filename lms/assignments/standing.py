"""Where an assignment stands on a day, and what a second or a withdrawn reason makes of its due date (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lms.assignments.enums import Shown, State


def shown(state: str, due_on: date | None, today: date) -> Shown:
    """An open assignment is overdue from the day after its due date on; without a date it never is."""
    if state == State.OPEN and due_on is not None and due_on < today:
        return Shown.OVERDUE
    return Shown(state)


def earliest(dates: Iterable[date | None]) -> date | None:
    """The due date of several reasons together: the earliest there is."""
    return min((one for one in dates if one is not None), default=None)


def later(one: date | None, until: date) -> date | None:
    """A reason's due date after more time was given until a day: never earlier than before; none stays none."""
    return None if one is None else max(one, until)
