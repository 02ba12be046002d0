"""Whose turn it is in an order and until when; which step may be taken (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lms.core.working_days import after
from lms.orders.clock import Clock
from lms.orders.enums import ORDER_FLOW, RUNNING, OrderState, Owner


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of an order that its clock looks at. ``entered``: the day on which it came into its state; ``begins_on``: by the accepted offer."""

    entered: date
    closes_on: date | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is and until when; nobody's once the order has ended. ``then``: when HR decides after an open call has closed."""

    owner: Owner
    due_on: date | None
    then: date | None = None


def turn(state: OrderState, dates: Dates, clock: Clock) -> Turn:
    """The turn that a state begins."""
    match state:
        case OrderState.DRAFT:
            return Turn(Owner.HR, after(dates.entered, clock.publish_within))
        case OrderState.OPEN:
            closes = dates.closes_on or dates.entered
            return Turn(Owner.PARTNER, closes, after(closes, clock.decide_within))
        case OrderState.ACCEPTED:
            begin = after(dates.entered, clock.begin_within)
            return Turn(Owner.HR, max(begin, dates.begins_on) if dates.begins_on else begin)
        case OrderState.DELIVERY:
            return Turn(Owner.PARTNER, dates.ends_on or dates.review_on)
        case OrderState.DELIVERED:
            return Turn(Owner.HR, dates.review_on)
    return Turn(Owner.HR, None)


def may_follow(state: OrderState, to: OrderState) -> bool:
    """Whether an order in ``state`` may come into ``to``."""
    return to in ORDER_FLOW[state]


def is_closed(closes_on: date | None, today: date, *, closed_early: bool) -> bool:
    """Whether a call takes no offers any more: HR closed it, or its last day is over."""
    return closed_early or (closes_on is not None and today > closes_on)


def standing(state: str, owner: str, due_on: date | None, decide_by: date | None, *, closed: bool) -> Turn:
    """Whose turn it is today: of an open call that has closed it is HR's."""
    if state not in RUNNING:
        return Turn(Owner.HR, None)
    if state == OrderState.OPEN and closed:
        return Turn(Owner.HR, decide_by)
    return Turn(Owner(owner), due_on)


def is_overdue(now: Turn, today: date) -> bool:
    """Whether whoever has the turn is late."""
    return now.due_on is not None and today > now.due_on
