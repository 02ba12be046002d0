"""Sums that a heat map reads: what one pair adds to a cell, and what a cell says on a day (pure).

Everything is an integer, so adding and taking away again is exact. Met and not yet are counted as they were decided
at the last evidence; histograms of their last days make the counts exact at any later date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt
from operator import add, sub
from typing import NamedTuple

from lms.competency.enums import StateKind
from lms.competency.proficiency import Proficiency, State
from lms.competency.states import Rules, Verdict, level, verdict


class Sums(NamedTuple):
    """A cell's sums over officials. m in milli-logits, V in micro-logit² at last evidence, t in days, gap in milli.

    `n_required` counts officials with a target of level 1 or more, whether or not they have evidence; all other
    sums run over those with evidence. `met` and `not_yet` are as decided; see `lapses`.
    """

    n_required: int = 0
    n_evidence: int = 0
    sum_m: int = 0
    sum_m2: int = 0
    sum_v: int = 0
    sum_v2: int = 0
    sum_t: int = 0
    level_0: int = 0
    level_1: int = 0
    level_2: int = 0
    level_3: int = 0
    level_4: int = 0
    level_5: int = 0
    met: int = 0
    not_yet: int = 0
    sum_gap: int = 0

    # a vector: adding tuples end to end would make no sense here
    def __add__(self, other: Sums) -> Sums:  # type: ignore[override]
        return Sums._make(map(add, self, other))

    def __sub__(self, other: Sums) -> Sums:
        return Sums._make(map(sub, self, other))

    def times(self, n: int) -> Sums:
        return self if n == 1 else Sums._make([n * part for part in self])

    def __bool__(self) -> bool:
        return any(self)


SUMS = Sums._fields

Lapse = tuple[StateKind, int]
"""(met or not yet, last day on which it holds): a bin of the histogram."""


class Contribution(NamedTuple):
    """What one official adds to a cell: sums, and one bin of the histogram or none."""

    sums: Sums
    lapse: Lapse | None = None


class CellOnDay(NamedTuple):
    """A cell as it reads on one day. Mean, se and gap in logits; None without evidence."""

    n_required: int
    n_evidence: int
    met: int
    not_yet: int
    unclear: int
    no_evidence: int
    mean: float | None
    se: float | None
    gap: float | None


NO_SUMS = Sums()
REQUIRED = Contribution(Sums(n_required=1))
NOTHING = Contribution(NO_SUMS)


def contribution(proficiency: Proficiency, target: int, rules: Rules) -> Contribution:
    """What a pair adds to the leaf of its target (0 to 5)."""
    if proficiency.confirmed is None:
        return unproven(target)
    return part(proficiency.confirmed, target, decide(proficiency, target, rules), rules)


def unproven(target: int) -> Contribution:
    """What a pair without evidence adds: it is required, or it is nothing."""
    return REQUIRED if target > 0 else NOTHING


def decide(proficiency: Proficiency, target: int, rules: Rules) -> Verdict:
    """The verdict against `target`. A target of 0 asks for nothing, so nothing is decided."""
    return verdict(proficiency, target, rules) if target > 0 else Verdict(StateKind.UNCLEAR)


_AT_LEVEL = tuple(tuple(int(n == reached) for n in range(6)) for reached in range(6))  # one of six is 1


def part(state: State, target: int, decided: Verdict, rules: Rules) -> Contribution:
    """What a pair with evidence adds, given its verdict. Without a target there is no gap."""
    m, v, reached = state.m_milli, state.v_micro, level(state.m_milli, rules.cuts_milli)
    sums = Sums(
        *(int(target > 0), 1, m, m * m, v, v * v, state.t_day),
        *_AT_LEVEL[reached],
        *(int(decided.kind is StateKind.MET), int(decided.kind is StateKind.NOT_YET)),
        max(0, rules.cut(target) - m) if target > 0 else 0,
    )
    return Contribution(sums, None if decided.until is None else (decided.kind, decided.until))


class Delta:
    """A running change of one cell: contributions added and taken away."""

    __slots__ = ("lapses", "sums")

    def __init__(self) -> None:
        self.sums = NO_SUMS
        self.lapses: dict[Lapse, int] = {}

    def add(self, part: Contribution, times: int = 1) -> None:
        """Add `part` `times` times; negative to take away."""
        self.sums += part.sums.times(times)
        if part.lapse:
            self.lapses[part.lapse] = self.lapses.get(part.lapse, 0) + times

    def exchange(self, before: Contribution, after: Contribution) -> None:
        """Take `before` away and add `after`."""
        self.sums = Sums._make([now - was + is_ for now, was, is_ in zip(self.sums, before.sums, after.sums, strict=True)])
        if before.lapse:
            self.lapses[before.lapse] = self.lapses.get(before.lapse, 0) - 1
        if after.lapse:
            self.lapses[after.lapse] = self.lapses.get(after.lapse, 0) + 1

    def merge(self, other: Delta) -> None:
        """Add another cell's change."""
        self.sums += other.sums
        for lapse, n in other.lapses.items():
            self.lapses[lapse] = self.lapses.get(lapse, 0) + n

    def __bool__(self) -> bool:
        return bool(self.sums) or any(self.lapses.values())


def lapsed(lapses: Mapping[Lapse, int], kind: StateKind, today: int) -> int:
    """How many of `kind` no longer hold on `today`."""
    return sum(count for (state, until), count in lapses.items() if state is kind and until < today)


def on_day(sums: Sums, lapsed_met: int = 0, lapsed_not_yet: int = 0) -> CellOnDay:
    """The cell's numbers on a day on which so many met and not yet have lapsed."""
    counts = sums.n_required, sums.n_evidence
    return seen(*counts, sums.sum_m, sums.sum_v, sums.sum_v2, sums.met, sums.not_yet, sums.sum_gap, lapsed_met, lapsed_not_yet)


def seen(
    n_required: int, n: int, sum_m: int, sum_v: int, sum_v2: int, met: int, not_yet: int, sum_gap: int, lapsed_met: int = 0, lapsed_not_yet: int = 0
) -> CellOnDay:
    """A cell from the sums that it shows; `n` have evidence. By place, not by name: a page makes 800 of them.

    Mean of the people with evidence and its SE, in logits: posterior means are shrunken towards the prior, so the mean
    is Σm/(n - ΣV), not Σm/n; SE = √(ΣV - ΣV²)/(n - ΣV) with V at last evidence. While items are uncalibrated the SE is
    a lower bound.
    """
    met, not_yet = met - lapsed_met, not_yet - lapsed_not_yet
    weight = n * 1_000_000 - sum_v  # micro-units
    mean = se = None
    if weight > 0:
        mean = sum_m * 1000 / weight
        se = sqrt(sum_v * 1_000_000 - sum_v2) / weight  # micro²; every V <= 1, so never negative
    gap = sum_gap / 1000 / n if n else None
    return CellOnDay(n_required, n, met, not_yet, n - met - not_yet, n_required - n, mean, se, gap)


def total(parts: Iterable[Sums]) -> Sums:
    """The sum of many cells."""
    return sum(parts, NO_SUMS)
