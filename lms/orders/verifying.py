"""Whether an order reached what it was accepted for: the change of the trained against those who wait (pure).

Each person has two estimates that share no answer: *before* from the answers up to the day before the delivery began, *after*
from those since, each from the prior N(0, 1). Posterior means are shrunken towards 0, m = (1 - V)·x with x unbiased, so a group's
mean is Σm / Σ(1 - V) and never Σm / n (measurement guide, "Units"). What the training brought is the difference of the two
groups' changes: whatever moved everybody, with training or without, cancels. All in logits, which are levels.

The error of a group's change is worked out from how people differ (the linearised ratio, with n - 1) and is never taken smaller
than what the errors of measurement alone make it, √(Σ(V - V²)) / Σ(1 - V) a side; both kinds are in it. Its distribution is
Student's t with the degrees of freedom of Welch and Satterthwaite: groups are small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any, NamedTuple

from lms.orders.enums import Measure, Verdict

K = 5
"""People measured on both sides that each group needs."""
LEVEL = 0.90
"""How sure the interval is."""


class Pair(NamedTuple):
    """One person's m and V (logits) before and after."""

    m0: float
    v0: float
    m1: float
    v1: float


@dataclass(frozen=True, slots=True)
class Side:
    """A group's mean at one time with its standard error."""

    mean: float
    se: float


@dataclass(frozen=True, slots=True)
class Group:
    """``asked``: people in the group; ``n``: those measured on both sides. Means, change and its error are None below K."""

    asked: int
    n: int
    before: Side | None = None
    after: Side | None = None
    change: float | None = None
    se: float | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What the training brought in one competency: ``difference`` of changes with its error and interval; None without enough evidence."""

    trained: Group
    waiting: Group
    difference: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    start: float | None = None
    """How much higher the trained stood before (logits), with its standard error in ``start_se``."""
    start_se: float | None = None

    def stored(self) -> dict[str, Any]:
        """As data to keep."""
        return asdict(self)


def effect(trained: Sequence[Pair], waiting: Sequence[Pair], *, asked: tuple[int, int]) -> Effect:
    """The effect from those measured on both sides; ``asked``: how many each group has."""
    one, other = group(trained, asked[0]), group(waiting, asked[1])
    if one.change is None or other.change is None or one.before is None or other.before is None:
        return Effect(one, other)
    se = sqrt(one.se**2 + other.se**2)
    half = quantile(_freedom((one.se, one.n), (other.se, other.n))) * se
    difference = one.change - other.change
    start = one.before.mean - other.before.mean
    return Effect(one, other, difference, se, difference - half, difference + half, start, sqrt(one.before.se**2 + other.before.se**2))


def group(people: Sequence[Pair], asked: int) -> Group:
    """A group's means and change; numbers only from K people measured on both sides."""
    n = len(people)
    weight0, weight1 = sum(1 - p.v0 for p in people), sum(1 - p.v1 for p in people)
    if n < K or weight0 <= 0 or weight1 <= 0:
        return Group(asked, n)
    before, after = sum(p.m0 for p in people) / weight0, sum(p.m1 for p in people) / weight1
    left0 = [(p.m0 - (1 - p.v0) * before) / weight0 for p in people]
    left1 = [(p.m1 - (1 - p.v1) * after) / weight1 for p in people]
    noise0 = sum(p.v0 - p.v0**2 for p in people) / weight0**2
    noise1 = sum(p.v1 - p.v1**2 for p in people) / weight1**2
    both = [b - a for a, b in zip(left0, left1, strict=True)]
    sides = Side(before, _error(left0, noise0)), Side(after, _error(left1, noise1))
    return Group(asked, n, *sides, after - before, _error(both, noise0 + noise1))


def _error(residuals: Sequence[float], noise: float) -> float:
    """Standard error from people's residuals (which sum to 0), at least what measuring alone makes it."""
    n = len(residuals)
    return sqrt(max(n / (n - 1) * sum(one * one for one in residuals), noise))


def _freedom(*groups: tuple[float, int]) -> float:
    """Degrees of freedom of a difference of two groups, each a standard error and a number of people. Welch (1947), Satterthwaite (1946)."""
    variances = [(se * se, n - 1) for se, n in groups]
    return sum(one for one, _ in variances) ** 2 / sum(one * one / freedom for one, freedom in variances)


def quantile(freedom: float) -> float:
    """How many standard errors the interval reaches to each side."""
    from scipy.special import stdtrit  # imported here: SciPy takes a quarter of a second, and few processes ever verify an order

    return float(stdtrit(freedom, (1 + LEVEL) / 2))


def reach(se: float, n: int) -> float:
    """Half the interval of a figure of one group of ``n`` people."""
    return quantile(n - 1) * se


def start_reach(found: Effect) -> float | None:
    """Half the interval of how far the groups stood apart before; None without numbers."""
    one, other = found.trained, found.waiting
    if found.start_se is None or one.before is None or other.before is None:
        return None
    return quantile(_freedom((one.before.se, one.n), (other.before.se, other.n))) * found.start_se


class Met(NamedTuple):
    """How the trained stand against the ordered level in one competency."""

    asked: int
    met: int
    not_yet: int
    unclear: int

    @property
    def no_evidence(self) -> int:
        return self.asked - self.met - self.not_yet - self.unclear


def of_change(found: Effect, aim: float) -> Verdict:
    """Reached when the whole interval lies at or above the aim, not reached when it lies below; between, the evidence does not decide."""
    if found.low is None or found.high is None:
        return Verdict.TOO_FEW
    if found.low >= aim:
        return Verdict.REACHED
    return Verdict.NOT_REACHED if found.high < aim else Verdict.UNDECIDED


def of_met(found: Met, aim_milli: int) -> Verdict:
    """Reached when those who certainly meet the level suffice; not reached when they would not even with all who are unclear or unmeasured."""
    if found.asked < K or found.asked - found.no_evidence < K:
        return Verdict.TOO_FEW
    wanted = aim_milli * found.asked
    if 1000 * found.met >= wanted:
        return Verdict.REACHED
    return Verdict.NOT_REACHED if 1000 * (found.asked - found.not_yet) < wanted else Verdict.UNDECIDED


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """Of all competencies of an order: each has to be reached; one that is not reached settles it."""
    for settles in (Verdict.NOT_REACHED, Verdict.TOO_FEW, Verdict.UNDECIDED):
        if settles in verdicts:
            return settles
    return Verdict.REACHED if verdicts else Verdict.TOO_FEW


def of_order(measure: Measure, effects: Sequence[Effect], met: Sequence[Met], aim_milli: int) -> list[Verdict]:
    """The verdict of each competency by the order's criterion."""
    if measure is Measure.MET:
        return [of_met(one, aim_milli) for one in met]
    return [of_change(one, aim_milli / 1000) for one in effects]


def may_sign(verdict: Verdict, *, reached: bool) -> bool:
    """Whether HR may sign the order off so: where the evidence decides, it binds."""
    return verdict in (Verdict.UNDECIDED, Verdict.TOO_FEW, Verdict.REACHED if reached else Verdict.NOT_REACHED)
