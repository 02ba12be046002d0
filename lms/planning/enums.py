"""Words of planning."""

from __future__ import annotations

import enum


class PlanState(enum.StrEnum):
    """A plan is made in the background, looked at, decided, and undone only by another decision."""

    MAKING = "making"
    DRAFT = "draft"
    REFUSED = "refused"
    FAILED = "failed"
    DECIDED = "decided"
    UNDONE = "undone"


PLAN_FLOW: dict[PlanState, frozenset[PlanState]] = {
    PlanState.MAKING: frozenset({PlanState.DRAFT, PlanState.REFUSED, PlanState.FAILED}),
    PlanState.DRAFT: frozenset({PlanState.DECIDED}),
    PlanState.REFUSED: frozenset(),
    PlanState.FAILED: frozenset({PlanState.MAKING}),
    PlanState.DECIDED: frozenset({PlanState.UNDONE}),
    PlanState.UNDONE: frozenset(),
}


class RefusalKind(enum.StrEnum):
    """Why no plan keeps all limits."""

    NOTHING_OPEN = "nothing_open"
    NO_COURSE = "no_course"
    HAND_HOURS = "hand_hours"
    HAND_SEATS = "hand_seats"
    HAND_PERSON = "hand_person"
    MUST_BARRED = "must_barred"
    MUST_PERSON = "must_person"
    MUST_HOURS = "must_hours"
    MUST_SEATS = "must_seats"
    FLOOR = "floor"
    TOGETHER = "together"
