"""Words of training orders and training bases."""

from __future__ import annotations

import enum


class OrderState(enum.StrEnum):
    """How far an order is."""

    DRAFT = "draft"
    OPEN = "open"
    ACCEPTED = "accepted"
    DELIVERY = "delivery"
    DELIVERED = "delivered"
    VERIFIED = "verified"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"
    """No offer was accepted."""
    WITHDRAWN = "withdrawn"


ORDER_FLOW: dict[OrderState, frozenset[OrderState]] = {
    OrderState.DRAFT: frozenset({OrderState.OPEN, OrderState.WITHDRAWN}),
    OrderState.OPEN: frozenset({OrderState.ACCEPTED, OrderState.DECLINED, OrderState.WITHDRAWN}),
    OrderState.ACCEPTED: frozenset({OrderState.DELIVERY, OrderState.WITHDRAWN}),
    OrderState.DELIVERY: frozenset({OrderState.DELIVERED, OrderState.WITHDRAWN}),
    OrderState.DELIVERED: frozenset({OrderState.VERIFIED, OrderState.NOT_REACHED}),
    OrderState.VERIFIED: frozenset(),
    OrderState.NOT_REACHED: frozenset(),
    OrderState.DECLINED: frozenset(),
    OrderState.WITHDRAWN: frozenset(),
}
RUNNING = tuple(state for state, following in ORDER_FLOW.items() if following)


class Owner(enum.StrEnum):
    """Whose turn it is."""

    HR = "hr"
    PARTNER = "partner"


class OfferState(enum.StrEnum):
    """What became of an offer."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    DECLINED = "declined"


OFFER_FLOW: dict[OfferState, frozenset[OfferState]] = {
    OfferState.STANDING: frozenset({OfferState.WITHDRAWN, OfferState.ACCEPTED, OfferState.DECLINED}),
    # taken back before the closing date, it may be made again
    OfferState.WITHDRAWN: frozenset({OfferState.STANDING}),
    OfferState.ACCEPTED: frozenset(),
    OfferState.DECLINED: frozenset(),
}


class Cohort(enum.StrEnum):
    """Which part of an order's people somebody belongs to."""

    NONE = ""
    FIRST = "first"
    LATER = "later"


class Place(enum.StrEnum):
    """Where the class is held."""

    BASE = "base"
    ONLINE = "online"
    BOTH = "both"


class Measure(enum.StrEnum):
    """By what an order is accepted."""

    CHANGE = "change"
    """Mean change of the trained less that of those who wait, in levels."""
    MET = "met"
    """Share of the trained who meet the ordered level."""


class Verdict(enum.StrEnum):
    """What the evidence says of the acceptance criterion."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    UNDECIDED = "undecided"
    TOO_FEW = "too_few"


class Seen(enum.StrEnum):
    """Who sees a step of an order's history."""

    HR = "hr"
    PARTNER = "partner"
    """HR and the one partner that it concerns."""
    ALL = "all"
    """HR and every partner that the order was shown to."""


class Side(enum.StrEnum):
    """From which side a step comes."""

    HR = "hr"
    PARTNER = "partner"
    PLATFORM = "platform"


class StepKind(enum.StrEnum):
    """What can happen to an order; appended, never changed."""

    DRAFTED = "drafted"
    CHANGED = "changed"
    PEOPLE = "people"
    OPENED = "opened"
    PROLONGED = "prolonged"
    PASSED = "passed"
    OFFERED = "offered"
    OFFER_CHANGED = "offer_changed"
    OFFER_WITHDRAWN = "offer_withdrawn"
    CLOSED = "closed"
    ACCEPTED = "accepted"
    OFFER_DECLINED = "offer_declined"
    DECLINED = "declined"
    COURSE = "course"
    LOT = "lot"
    COHORT = "cohort"
    STARTED = "started"
    MOVED = "moved"
    DELIVERED = "delivered"
    MEASURED = "measured"
    SIGNED = "signed"
    FOLLOWED = "followed"
    MESSAGE = "message"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"
