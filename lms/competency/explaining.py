"""One update of an estimate taken apart, number by number, so that a reader can check it with a calculator (pure).

The names are those of MEASUREMENT and of docs/measurement.md: V ages, s and d compare person and question, w is the
step's weight. All in logits.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, sqrt

from lms.competency import proficiency
from lms.competency.proficiency import DEFAULT_TUNING, OGIVE, Outcome, Response, State, Step, Tuning, aged


@dataclass(frozen=True, slots=True)
class Working:
    """The working of one counted answer. ``expected``: how likely a right answer was before it was given."""

    response: Response
    days: int
    m: float
    v: float
    v_aged: float
    s: float
    d: float
    w: float
    expected: float
    after: State


def working(step: Step, tuning: Tuning = DEFAULT_TUNING) -> Working | None:
    """The working of a step of the confirmed track; None for what moves it otherwise or not at all."""
    answer = step.fact
    if step.outcome is not Outcome.COUNTED or not isinstance(answer, Response):
        return None
    before, p = step.before or State(), answer.parameters
    days = answer.day - before.t_day if step.before else 0
    v_aged = aged(before.v_micro, days, tuning.q_confirmed)
    s = sqrt((OGIVE / p.a) ** 2 + v_aged + p.vb)
    d = (before.m_milli / 1000 - p.b) / s
    chance = p.c + (1 - p.c) * _phi(d)
    return Working(answer, days, before.m_milli / 1000, before.v_micro / 1e6, v_aged, s, d, _weight(d, p.c, answer.score), chance, step.after)


def _phi(d: float) -> float:
    return 0.5 * erfc(-d * sqrt(0.5))


def _weight(d: float, c: float, score: float) -> float:
    """w of a right or a wrong answer; of a fraction, the mixture of both (signed, so that a wrong one pulls down)."""
    density = exp(-0.5 * d * d) * proficiency.DENSITY
    right = (1 - c) * density / (c + (1 - c) * _phi(d))
    wrong = density / _phi(-d)
    return score * right - (1 - score) * wrong


def moved(one: Working) -> float:
    """By how much the mean moves: V/s·w. Exact for right and wrong answers and for fractions."""
    return one.v_aged / one.s * one.w


def left(one: Working) -> float:
    """The variance after a right or a wrong answer: V − (V/s)²·w·(w+d), at most 1; w is signed, so one formula holds for both."""
    return min(1.0, one.v_aged - (one.v_aged / one.s) ** 2 * one.w * (one.w + one.d))


def expected_right(answers: list[Working]) -> float:
    """How many right answers the estimates of the moment expected: beside how many came, a check of the model on one person."""
    return sum(one.expected for one in answers)
