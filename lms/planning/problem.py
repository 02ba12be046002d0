"""What a training plan has to solve, in arrays, and what a plan is worth (pure).

Officials i with gaps g (milli-logits short of the target on the *expected* track; only what was measured), courses j
with hours h, seats s and gains γ (milli-logits). A plan is a set of pairs (i, j). It is worth

    Σ w_ic · min(g_ic, Σ_j γ_jc x_ij)

with w = ``critical_weight`` for critical competencies of the post and 1 for others. Everything is an integer, so values are exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

NO_LIMIT = -1


@dataclass(frozen=True, eq=False)
class Problem:
    """n officials, C competencies, J courses.

    ``gaps`` (n, C) milli-logits, 0 = none or not measured; ``critical`` (n, C) of the post; ``must`` (n): posts whose open critical
    competencies each get a course that moves them; ``unit`` (n) index of the unit with a fairness floor; ``hours`` (J), ``seats`` (J, -1 = no limit),
    ``gains`` (J, C). ``barred`` (m, 2) and ``given`` (m, 2): pairs that a hand took out or put in.
    """

    gaps: np.ndarray
    critical: np.ndarray
    must: np.ndarray
    unit: np.ndarray
    hours: np.ndarray
    seats: np.ndarray
    gains: np.ndarray
    total_hours: int
    person_hours: int = NO_LIMIT
    floor_percent: int = 0
    critical_weight: int = 2
    barred: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    given: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.int64))

    @property
    def officials(self) -> int:
        return len(self.gaps)

    @property
    def units(self) -> int:
        return int(self.unit.max()) + 1 if len(self.unit) else 0

    @property
    def person_limit(self) -> int:
        """Hours that one person may get, as a number in any case."""
        return self.person_hours if self.person_hours != NO_LIMIT else int(self.hours.sum())

    def seat_limit(self, course: int) -> int:
        """Seats of a course, as a number in any case."""
        return int(self.seats[course]) if self.seats[course] != NO_LIMIT else self.officials

    def with_hours(self, total: int) -> Problem:
        """The same with another total of hours: for sensitivity."""
        return replace(self, total_hours=total)

    @cached_property
    def weights(self) -> np.ndarray:
        """(n, C) weight of each competency for each official."""
        return np.where(self.critical, self.critical_weight, 1).astype(np.int32)

    @cached_property
    def helped(self) -> np.ndarray:
        """(n): has a gap that some course, short enough for a person, moves."""
        fits = self.hours <= self.person_limit
        found = np.zeros(len(self.gaps), bool)
        for c in np.flatnonzero((self.gains[fits] > 0).any(axis=0)):
            found |= self.gaps[:, c] > 0
        return found


@dataclass(frozen=True, eq=False)
class Solution:
    """Pairs (m, 2) of official and course, what they are worth and the proven bound on what any plan could be worth (milli-logits, weighted).

    ``method``: "exact" or "classes".
    """

    pairs: np.ndarray
    value: int
    bound: float
    method: str

    @property
    def percent(self) -> float:
        """At least this share of the best possible, in per cent rounded down to a tenth."""
        if self.bound <= 0:
            return 100.0
        return min(100.0, int(self.value / self.bound * 1000 + 1e-6) / 10)


def closed(problem: Problem, pairs: np.ndarray) -> np.ndarray:
    """(n, C) milli-logits of gap that the pairs close."""
    gained = np.zeros(problem.gaps.shape, np.int32)
    for course in np.unique(pairs[:, 1]):
        chosen = pairs[pairs[:, 1] == course, 0]
        for c in np.flatnonzero(problem.gains[course] > 0):
            gained[chosen, c] += np.int32(problem.gains[course, c])
    return np.minimum(gained, problem.gaps)


def value(problem: Problem, pairs: np.ndarray) -> int:
    """What the plan is worth."""
    return int((closed(problem, pairs) * problem.weights).sum(dtype=np.int64))


def hours_of(problem: Problem, pairs: np.ndarray) -> int:
    """Hours that the plan takes in all."""
    return int(problem.hours[pairs[:, 1]].sum())


def needs(problem: Problem, course: int) -> np.ndarray:
    """(n): the course closes some gap of the official and fits into a person's hours."""
    useful = np.zeros(problem.officials, bool)
    for c in np.flatnonzero(problem.gains[course] > 0):
        useful |= problem.gaps[:, c] > 0
    useful &= bool(problem.hours[course] <= problem.person_limit)
    useful[problem.barred[problem.barred[:, 1] == course, 0]] = False
    return useful


def must_haves(problem: Problem) -> np.ndarray:
    """(m, 2) official and competency: open and critical, of a must-have post, and some course moves it."""
    moved = (problem.gains > 0).any(axis=0)
    who = np.flatnonzero(problem.must)
    open_ = problem.critical[who] & (problem.gaps[who] > 0) & moved
    rows, competencies = np.nonzero(open_)
    return np.stack([who[rows], competencies], axis=1)


def without_course(problem: Problem) -> np.ndarray:
    """(m, 2) must-haves that no course moves: nobody can promise them."""
    unmoved = ~(problem.gains > 0).any(axis=0)
    who = np.flatnonzero(problem.must)
    rows, competencies = np.nonzero(problem.critical[who] & (problem.gaps[who] > 0) & unmoved)
    return np.stack([who[rows], competencies], axis=1)


def floors(problem: Problem) -> np.ndarray:
    """(units) hours that each unit gets at least.

    ``floor_percent`` of the hours that a split of the total by heads with gaps would give it; rounded down to what courses add up to,
    and never more than its people can use, so that the floors alone always fit into the total.
    """
    if problem.floor_percent <= 0 or not problem.units:
        return np.zeros(problem.units, np.int64)
    heads = np.bincount(problem.unit[problem.helped], minlength=problem.units)
    shares = problem.total_hours * heads * problem.floor_percent // (100 * max(int(heads.sum()), 1))
    limited = np.minimum(shares, usable_hours(problem))
    return _sums_of(problem.hours)(limited)


def usable_hours(problem: Problem) -> np.ndarray:
    """(units) the most hours that the people of each unit could spend on courses that close a gap of theirs, seats aside."""
    useful = [needs(problem, j) for j in range(len(problem.hours))]
    most = np.zeros(problem.officials, np.int32)
    for course, who in enumerate(useful):
        most[who] += np.int32(problem.hours[course])
    most = np.minimum(most, problem.person_limit)
    if problem.officials <= 20_000:  # exact: subset sums of each distinct set of useful courses; beyond, a few hours a person do not matter
        useful = np.stack(useful, axis=1)
        sets, which = np.unique(np.packbits(useful, axis=1), axis=0, return_inverse=True)
        best = np.array([_best_sum(problem.hours[np.unpackbits(one, count=len(problem.hours)).astype(bool)], problem.person_limit) for one in sets])
        most = best[which.reshape(-1)]
    return np.bincount(problem.unit, weights=most, minlength=problem.units).astype(np.int64)


def _best_sum(hours: np.ndarray, limit: int) -> int:
    """The largest sum of some of ``hours`` within ``limit``."""
    reach = 1
    for one in hours:
        reach |= reach << int(one)
    return (reach & ((1 << (limit + 1)) - 1)).bit_length() - 1


def _sums_of(hours: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Rounds hours down to the next number that courses (each any number of times) add up to."""
    lengths = sorted({int(h) for h in hours if h > 0})

    def down(wanted: np.ndarray) -> np.ndarray:
        most = int(wanted.max(initial=0))
        reach = np.zeros(most + 1, bool)
        reach[0] = True
        for total in range(1, min(most, 4096) + 1):
            reach[total] = any(total >= h and reach[total - h] for h in lengths)
        reach[4097:] = True  # so far up every total is a sum, or nearly
        below = np.maximum.accumulate(np.where(reach, np.arange(most + 1), 0))
        return below[wanted]

    return down
