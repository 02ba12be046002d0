"""A training plan for very many officials: lazy greedy at prices, in classes of equal gaps (pure).

Every class takes, round by round, the course with the greatest surplus over the prices (marginal gap closed less hours and seat), until none
is left: gaps only shrink, so a class without a surplus never comes back. The picks are then taken in the order of what they close an hour,
must-haves first and floors next, as far as seats and hours reach; what is left over goes round again at a lower price.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lms.planning.covers import tight
from lms.planning.prices import Classes, Prices, bound, classes, from_sample, in_chunks
from lms.planning.problem import NO_LIMIT, Problem, Solution, floors, must_haves, value

FILLS = (0.75, 0.4, 0.0)  # of the hour's price, when hours are left
CHUNK = 32768


@dataclass(eq=False)
class Picks:
    """Pairs with what each closes an hour at its turn (weighted milli-logits); infinite for what must be."""

    who: np.ndarray
    course: np.ndarray
    rate: np.ndarray

    @classmethod
    def none(cls) -> Picks:
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))

    @classmethod
    def joined(cls, parts: list[Picks]) -> Picks:
        parts = [part for part in parts if len(part.who)] or [cls.none()]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("who", "course", "rate")))

    def where(self, chosen: np.ndarray) -> Picks:
        return Picks(self.who[chosen], self.course[chosen], self.rate[chosen])


@dataclass(eq=False)
class Taken:
    """The plan so far: pairs, what is left of gaps (n, C), of each person's hours, of all hours and of seats."""

    problem: Problem
    left: np.ndarray
    person: np.ndarray
    hours: int
    seats: np.ndarray
    has: np.ndarray
    parts: list[Picks] = field(default_factory=list)

    @classmethod
    def nothing(cls, problem: Problem) -> Taken:
        n, courses = problem.officials, len(problem.hours)
        seats = np.array([problem.seat_limit(j) for j in range(courses)], np.int64)
        return cls(problem, problem.gaps.astype(np.int32), np.full(n, problem.person_limit, np.int32), problem.total_hours, seats, _barred(problem))

    def take(self, picks: Picks) -> None:
        """Write picks down that keep every limit."""
        problem = self.problem
        self.parts.append(picks)
        for course in np.unique(picks.course):
            who = picks.who[picks.course == course]
            self.has[course, who] = True
            self.person[who] -= np.int32(problem.hours[course])
            self.seats[course] -= len(who)
            self.hours -= int(problem.hours[course]) * len(who)
            for c in np.flatnonzero(problem.gains[course] > 0):
                self.left[who, c] = np.maximum(self.left[who, c] - np.int32(problem.gains[course, c]), 0)

    @property
    def pairs(self) -> np.ndarray:
        found = Picks.joined(self.parts)
        return np.stack([found.who, found.course], axis=1)

    def unit_hours(self) -> np.ndarray:
        """(units) hours given so far."""
        found = Picks.joined(self.parts)
        hours = self.problem.hours[found.course]
        return np.bincount(self.problem.unit[found.who], weights=hours, minlength=self.problem.units).astype(np.int64)


def _barred(problem: Problem) -> np.ndarray:
    """(J, n) pairs that must not be chosen (again)."""
    has = np.zeros((len(problem.hours), problem.officials), bool)
    has[problem.barred[:, 1], problem.barred[:, 0]] = True
    return has


def solve(problem: Problem) -> Solution | None:
    """A plan with its bound; None when must-haves or floors were not kept within hours and seats."""
    prices, groups = from_sample(problem), classes(problem)
    taken = Taken.nothing(problem)
    if not (_given(taken) and _musts(taken) and _floors(taken, prices)):
        return None
    _spend(taken, prices, groups)
    pairs = taken.pairs
    worth = value(problem, pairs)
    return Solution(pairs, worth, max(bound(problem, prices, groups), worth), "classes")


def _given(taken: Taken) -> bool:
    pairs = taken.problem.given
    taken.take(Picks(pairs[:, 0], pairs[:, 1], np.full(len(pairs), np.inf, np.float32)))
    return taken.hours >= 0 and bool((taken.seats >= 0).all()) and bool((taken.person >= 0).all())


def _musts(taken: Taken) -> bool:
    """A course for every open critical competency of the must-have posts: the one that closes most an hour while it has seats."""
    problem = taken.problem
    wanted = must_haves(problem)
    if not _tight(taken):
        return False
    for c in np.unique(wanted[:, 1]):
        moving = np.flatnonzero(problem.gains[:, c] > 0)
        waiting = wanted[wanted[:, 1] == c, 0]
        waiting = waiting[~taken.has[np.ix_(moving, waiting)].any(axis=0) | _only_barred(taken, moving, waiting)]
        while len(waiting):
            rates = np.stack([_rates(taken, j, waiting) for j in moving])
            best = rates.argmax(axis=0)
            if (rates.max(axis=0) <= 0).any():
                return False
            kept = [waiting[best == k][: taken.seats[j]] for k, j in enumerate(moving)]
            for j, who in zip(moving, kept, strict=True):
                taken.take(Picks(who, np.full(len(who), j), np.full(len(who), np.inf, np.float32)))
            waiting = np.setdiff1d(waiting, np.concatenate(kept))
    return taken.hours >= 0


def _tight(taken: Taken) -> bool:
    """First those whose hours leave little choice: the shortest courses that do."""
    found = tight(taken.problem)
    if any(cover.courses is None or cover.hours > taken.problem.person_limit for cover in found):
        return False
    pairs = np.array([(cover.official, course) for cover in found for course in cover.courses or ()], np.int64).reshape(-1, 2)
    taken.take(Picks(pairs[:, 0], pairs[:, 1], np.full(len(pairs), np.inf, np.float32)))
    return bool((taken.seats >= 0).all())


def _only_barred(taken: Taken, moving: np.ndarray, who: np.ndarray) -> np.ndarray:
    """``has`` holds pairs taken out by hand as well: those do not count as having a course."""
    pairs = taken.problem.barred
    out = np.zeros((len(moving), taken.problem.officials), bool)
    for k, j in enumerate(moving):
        out[k, pairs[pairs[:, 1] == j, 0]] = True
    return ~(taken.has[np.ix_(moving, who)] & ~out[:, who]).any(axis=0)


def _rates(taken: Taken, course: int, who: np.ndarray) -> np.ndarray:
    """What the course closes an hour for each of ``who``; 0 where it cannot be had."""
    problem = taken.problem
    closes = np.zeros(len(who), np.int64)
    for c in np.flatnonzero(problem.gains[course] > 0):
        closes += problem.weights[who, c] * np.minimum(taken.left[who, c], problem.gains[course, c])
    may = (taken.person[who] >= problem.hours[course]) & ~taken.has[course, who]
    may &= bool(taken.seats[course] > 0)
    return np.where(may, closes / problem.hours[course], 0)


def _floors(taken: Taken, prices: Prices) -> bool:
    """Bring every unit to its floor with the picks of its own people that close most an hour, beginning with the best of what prices allow."""
    least = floors(taken.problem)
    if not least.any():
        return True
    free = Prices(0.0, prices.seat)
    for price in (prices, *(Prices(prices.hour * part, prices.seat) for part in FILLS), free, Prices(0.0, np.zeros_like(prices.seat))):
        for _ in range(3):
            short = least - taken.unit_hours()
            if not (short > 0).any():
                return taken.hours >= 0
            people = np.flatnonzero((short > 0)[taken.problem.unit] & taken.problem.helped)
            picks = _kept(taken, _reserved(taken, _picks(taken, price, people), short))
            if not len(picks.who):
                break
            taken.take(picks)
    return not (least > taken.unit_hours()).any() and taken.hours >= 0


def _reserved(taken: Taken, picks: Picks, short: np.ndarray) -> Picks:
    """Those that each unit needs to come to its floor, best first."""
    unit = taken.problem.unit[picks.who]
    order = np.lexsort((-picks.rate, unit))
    hours, unit = taken.problem.hours[picks.course[order]].astype(np.int64), unit[order]
    before = np.cumsum(hours) - hours
    first = np.r_[True, unit[1:] != unit[:-1]] if len(unit) else np.zeros(0, bool)
    before -= np.maximum.accumulate(np.where(first, before, 0))
    return picks.where(order[before < short[unit]])


def _spend(taken: Taken, prices: Prices, groups: Classes) -> None:
    """The rest of the hours: first at the prices by classes, then what is left at lower ones."""
    shortest = int(taken.problem.hours.min())
    if not taken.parts or not len(taken.pairs):
        picks = _spread(taken, _picks(taken, prices, groups.rows), groups)
    else:
        picks = _picks(taken, prices, np.flatnonzero(taken.problem.helped))
    taken.take(_kept(taken, picks))
    for part in FILLS:
        for _ in range(2):
            if taken.hours < shortest:
                return
            people = np.flatnonzero((taken.left > 0).any(axis=1) & (taken.person >= shortest))
            picks = _kept(taken, _picks(taken, Prices(prices.hour * part, prices.seat * part), people))
            if not len(picks.who):
                break
            taken.take(picks)


def _spread(taken: Taken, picks: Picks, groups: Classes) -> Picks:
    """Picks of one of each class as picks of all its members."""
    place = np.full(taken.problem.officials, -1)
    place[groups.rows] = np.arange(len(groups.rows))
    members = np.argsort(groups.which, kind="stable")
    start = np.r_[0, np.cumsum(groups.size)]
    of = place[picks.who]
    size = groups.size[of]
    within = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    who = members[np.repeat(start[of], size) + within]
    return Picks(who, np.repeat(picks.course, size), np.repeat(picks.rate, size))


def _kept(taken: Taken, picks: Picks) -> Picks:
    """As many as seats and hours reach, best first."""
    order = np.argsort(-picks.rate, kind="stable")
    picks = picks.where(order)
    inside = np.ones(len(picks.who), bool)
    for course in np.flatnonzero(taken.problem.seats != NO_LIMIT):
        mine = np.flatnonzero(picks.course == course)
        inside[mine[max(int(taken.seats[course]), 0) :]] = False
    picks = picks.where(inside)
    hours = taken.problem.hours[picks.course].astype(np.int64)
    total = np.cumsum(hours)
    sure = int(np.searchsorted(total, taken.hours, side="right"))
    chosen = np.zeros(len(picks.who), bool)
    chosen[:sure] = True
    left = taken.hours - (int(total[sure - 1]) if sure else 0)
    for at in range(sure, min(sure + 2000, len(hours))):
        if hours[at] <= left:
            chosen[at], left = True, left - int(hours[at])
    return picks.where(chosen)


def _picks(taken: Taken, prices: Prices, people: np.ndarray) -> Picks:
    """What ``people`` would buy at ``prices``, in the order of their rounds."""
    open_ = [j for j in range(len(taken.problem.hours)) if taken.seats[j] > 0]
    if not open_ or not len(people):
        return Picks.none()
    return Picks.joined(in_chunks(lambda rows: _rounds(taken, prices, people[rows], open_), len(people), CHUNK))


def _rounds(taken: Taken, prices: Prices, people: np.ndarray, courses: list[int]) -> Picks:
    problem, found = taken.problem, []
    left = np.ascontiguousarray(taken.left[people].T)
    weights = np.ascontiguousarray(problem.weights[people].T)
    hours, last = taken.person[people], np.full(len(people), np.inf, np.float32)
    had = [taken.has[:, people]]
    while len(people):
        best, course = _best(problem, prices, courses, left, weights, hours, had[0])
        buying = np.flatnonzero(best > 0)
        people, hours, last, course, best = (part[buying] for part in (people, hours, last, course, best))
        left, weights = left[:, buying], weights[:, buying]
        had[0] = had[0][:, buying]
        length = problem.hours[course]
        rate = np.minimum((best + prices.of(problem)[course]) / length - prices.seat[course] / length, last).astype(np.float32)
        found.append(Picks(people, course, rate))
        had[0][course, np.arange(len(people))] = True
        left = np.maximum(left - problem.gains[course].T.astype(np.int32), 0)
        hours, last = hours - length.astype(np.int32), rate
    return Picks.joined(found)


def _best(
    problem: Problem, prices: Prices, courses: list[int], left: np.ndarray, weights: np.ndarray, hours: np.ndarray, had: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(K) the greatest surplus of a course over its price, and which course; 0 where there is none."""
    best, course = np.zeros(left.shape[1], np.float32), np.zeros(left.shape[1], np.int64)
    closing: dict[tuple[int, int], np.ndarray] = {}
    costs = prices.of(problem)
    for j in courses:
        surplus = np.full(left.shape[1], -costs[j], np.float32)
        for c in np.flatnonzero(problem.gains[j] > 0):
            gain = int(problem.gains[j, c])
            if (c, gain) not in closing:
                closing[c, gain] = weights[c] * np.minimum(left[c], gain)
            surplus += closing[c, gain]
        better = (surplus > best) & (hours >= problem.hours[j]) & ~had[j]
        best[better], course[better] = surplus[better], j
    return best, course
