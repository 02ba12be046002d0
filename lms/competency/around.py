"""An official's answers around a completed course: an estimate before it, and one from what follows alone (pure).

The two share no answer, so their errors are independent. An answer given again within the cool-down is memory on either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from lms.competency.proficiency import DEFAULT_TUNING, Outcome, Response, State, Tuning, answered, steps

LEAST = 4
"""Counted answers that each side needs."""
AFTER = timedelta(days=180)
"""How long what follows still belongs to the completion."""


class Completed(NamedTuple):
    """A completion of a course that moves the competency."""

    at: datetime
    course_id: int


class Span(NamedTuple):
    """The confirmed track before a completion, and after it from the prior."""

    course_id: int
    before: State
    after: State


def spans(responses: Iterable[Response], completions: Iterable[Completed], tuning: Tuning = DEFAULT_TUNING) -> list[Span]:
    """Each completion with enough answers on both sides.

    A course is completed by handing in its quiz: the answers of that moment follow it. Before and after end where another
    completion lies that moves the same competency.
    """
    counted = [step.fact for step in steps(responses, tuning=tuning) if step.outcome is Outcome.COUNTED]
    ordered, found = sorted(completions), []
    for place, one in enumerate(ordered):
        since = ordered[place - 1].at if place else datetime.min.replace(tzinfo=one.at.tzinfo)
        until = min([one.at + AFTER, *(later.at for later in ordered[place + 1 : place + 2])])
        before = [fact for fact in counted if since <= fact.at < one.at]
        after = [fact for fact in counted if one.at <= fact.at < until]
        if min(len(before), len(after)) >= LEAST:
            found.append(Span(one.course_id, _estimate(before, tuning), _estimate(after, tuning)))
    return found


def newest(found: Iterable[Span]) -> list[Span]:
    """Of each course its newest span: an official counts once, in however many versions the course was completed."""
    return list({span.course_id: span for span in found}.values())


def _estimate(facts: Sequence[Response], tuning: Tuning) -> State:
    state = State()
    for fact in facts:
        state = answered(state, fact.parameters, fact.score, fact.day, tuning.q_confirmed)
    return state
