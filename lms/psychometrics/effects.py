"""What a course is worth: the change around its completions, and the gain that is expected from the next one (pure).

Two estimates of each person that share no answer: *before* from the answers before the completion, *after* from those that
follow it alone, each from the prior N(0, 1). Posterior means are shrunken towards 0, so their difference is not the change:
with m = (1 - V)·x, x an unbiased measurement of error variance V/(1 - V), the mean of the people is Σm / Σ(1 - V) and its
standard error √Σ(V - V²) / Σ(1 - V) (measurement guide, "Units"). Without a comparison group this is a change, not an effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from lms.learning import gain_queries

SHOWN_FROM = 5
"""Officials below whom no number is given (the small-cell rule)."""
LEARNED_FROM = 30
"""Officials from whom on a gain is learned."""
PRIOR_GAIN, PRIOR_VARIANCE, SPREAD = gain_queries.PRIOR_POINTS / 100, gain_queries.PRIOR_VARIANCE / 1e6, gain_queries.PERSON_SPREAD / 1e6
"""In logits and logit². ``SPREAD``: of the prior's variance, what stays."""

ALIKE = 1e-9
"""A standard deviation (logits) that is nothing but rounding."""


class Around(NamedTuple):
    """One official's m and V (logits) before and after a completion."""

    m0: float
    v0: float
    m1: float
    v1: float


@dataclass(frozen=True, slots=True)
class Change:
    """Means before and after, their difference with its standard error (logits), and d_z, from ``n`` officials.

    ``d_z``: the change over the standard deviation of people's changes; None when that is 0. Errors of measurement are in it, so it is a lower bound.
    """

    n: int
    before: float
    after: float
    change: float
    se: float
    d_z: float | None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.change - 1.96 * self.se, self.change + 1.96 * self.se


@dataclass(frozen=True, slots=True)
class Gain:
    """The gain expected of a completion: γ in milli-logits, its variance in micro-logit²; ``n`` officials behind it."""

    gamma_milli: int
    v_micro: int
    n: int


PRIOR = Gain(round(1000 * PRIOR_GAIN), round(1_000_000 * PRIOR_VARIANCE), 0)


def change(people: Sequence[Around]) -> Change | None:
    """The change of the people measured on both sides; None for fewer than ``SHOWN_FROM``, or when nobody was measured at all."""
    if len(people) < SHOWN_FROM:
        return None
    known0, known1 = sum(1 - one.v0 for one in people), sum(1 - one.v1 for one in people)
    if known0 <= 0 or known1 <= 0:
        return None
    before, after = sum(one.m0 for one in people) / known0, sum(one.m1 for one in people) / known1
    noise0, noise1 = (sum(v - v * v for v in values) for values in ([one.v0 for one in people], [one.v1 for one in people]))
    return Change(len(people), before, after, after - before, sqrt(noise0 / known0**2 + noise1 / known1**2), _standardised(people, before, after))


def _standardised(people: Sequence[Around], before: float, after: float) -> float | None:
    """d_z, with how far each person's change lies from the mean change: m - (1 - V)·mean on either side, over the mean of 1 - V.

    Where all are known equally well on both sides this is mean(m1 - m0) / sd(m1 - m0). Where they are not, that one would take the pull towards the
    prior, which differs between the sides, for a change.
    """
    n = len(people)
    known0, known1 = sum(1 - one.v0 for one in people) / n, sum(1 - one.v1 for one in people) / n
    away = [(one.m1 - (1 - one.v1) * after) / known1 - (one.m0 - (1 - one.v0) * before) / known0 for one in people]
    deviation = sqrt(sum(one * one for one in away) / (n - 1))
    return (after - before) / deviation if deviation > ALIKE else None


def learned(found: Change | None) -> Gain:
    """The gain to expect after ``found``: its mean and the prior's, each weighted by its precision; the prior below ``LEARNED_FROM`` people.

    The people measured are a sample of those to come, who differ: SPREAD/n is added to the error of their mean, and SPREAD
    stays in the variance of the next person's gain.
    """
    if found is None or found.n < LEARNED_FROM:
        return PRIOR
    error = found.se**2 + SPREAD / found.n
    precision = 1 / PRIOR_VARIANCE + 1 / error
    gamma = (PRIOR_GAIN / PRIOR_VARIANCE + found.change / error) / precision
    return Gain(round(1000 * gamma), round(1_000_000 * min(PRIOR_VARIANCE, SPREAD + 1 / precision)), found.n)
