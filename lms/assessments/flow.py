"""An attempt is a list of immutable steps; this file says what may follow what, and when (pure).

Nothing is overwritten: an answer that changes is one more step, and the latest by server order counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lms.assessments.enums import STEP_FLOW, StepKind

# An answer sent in time may reach the server late over a bad line. The page shows the deadline without it.
GRACE = timedelta(seconds=10)

FLOW: dict[StepKind | None, frozenset[StepKind]] = {None: frozenset({StepKind.STARTED}), **STEP_FLOW}
CLOSING = frozenset({StepKind.SUBMITTED, StepKind.EXPIRED})


class Verdict(StrEnum):
    """What the server says to a step that somebody sends."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"  # the same form sent again: acknowledged as before, nothing written
    LATE = "late"
    CLOSED = "closed"  # already submitted or expired
    UNKNOWN_QUESTION = "unknown_question"
    NOT_POSSIBLE = "not_possible"  # the transition table knows no such step


@dataclass(frozen=True)
class Step:
    """One thing that happened in an attempt. `position` counts questions from 1."""

    kind: StepKind
    at: datetime
    token: str = ""
    position: int | None = None
    answer: Any = None


@dataclass(frozen=True)
class Judgement:
    """A verdict and, for a repeat, the step acknowledged before."""

    verdict: Verdict
    earlier: Step | None = None


def is_over(now: datetime, deadline: datetime | None) -> bool:
    """Whether an answer arriving at `now` comes too late: only after deadline and grace."""
    return deadline is not None and now > deadline + GRACE


def judge(steps: Sequence[Step], step: Step, *, deadline: datetime | None, length: int) -> Judgement:
    """Whether `step` (stamped with the server's time) may follow `steps`, given in server order.

    A form is recognised by its token. Sent again unchanged it is a repeat, whatever the time and state. Sent
    with another answer (somebody went back and changed it) it is a new step.
    """
    earlier = last_of_token(steps, step.token)
    if earlier is not None and (earlier.position, earlier.answer) == (step.position, step.answer):
        return Judgement(Verdict.REPEATED, earlier)
    last = steps[-1].kind if steps else None
    if last in CLOSING:
        return Judgement(Verdict.CLOSED)
    if step.kind not in FLOW[last]:
        return Judgement(Verdict.NOT_POSSIBLE)
    over = is_over(step.at, deadline)
    if step.kind is StepKind.EXPIRED:
        return Judgement(Verdict.ACCEPTED if over else Verdict.NOT_POSSIBLE)
    if over:
        return Judgement(Verdict.LATE)
    if step.kind is StepKind.ANSWERED and not (isinstance(step.position, int) and 1 <= step.position <= length):
        return Judgement(Verdict.UNKNOWN_QUESTION)
    return Judgement(Verdict.ACCEPTED)


def last_of_token(steps: Iterable[Step], token: str) -> Step | None:
    """The latest step of one rendered form, if one was ever accepted."""
    return next((one for one in reversed(list(steps)) if token and _family(one.token) == token), None)


def token_to_store(steps: Iterable[Step], token: str) -> str:
    """The token under which a further step of one form is kept: ``token``, then ``token~2``, ``token~3`` …"""
    count = sum(_family(one.token) == token for one in steps)
    return f"{token}~{count + 1}" if count else token


def _family(token: str) -> str:
    return token.partition("~")[0]


def is_open(steps: Sequence[Step]) -> bool:
    """Whether the attempt still takes answers, deadline aside."""
    return bool(steps) and steps[-1].kind not in CLOSING


def current_answers(steps: Iterable[Step]) -> dict[int, Any]:
    """position -> answer; of several answers the latest by server order counts."""
    return {step.position: step.answer for step in steps if step.kind is StepKind.ANSWERED}


def counted_positions(answered: Iterable[int], length: int, *, expired: bool) -> range:
    """Positions that give a response when an attempt closes.

    Submitted: all of them; a question left out is a wrong answer, else leaving out the hard ones would pay.
    Expired: up to the last question answered; what lies behind was never reached and says nothing.
    """
    return range(1, (max(answered, default=0) if expired else length) + 1)
