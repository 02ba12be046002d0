"""Sums that a heat map reads: what one pair adds to a cell, and what a cell says on a day (pure).

Everything is an integer, so adding and taking away again is exact. Met and not yet are counted as they were decided
at the last evidence; histograms of their last days make the counts exact at any later date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import sqrt
from typing import NamedTuple

from lms.competency.enums import StateKind
from lms.competency.proficiency import Proficiency, State
from lms.competency.states import Rules, Verdict, level, verdict


@dataclass(frozen=True, slots=True)
class Sums:
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

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) + getattr(other, name) for name in SUMS))

    def __sub__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) - getattr(other, name) for name in SUMS))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in SUMS)


SUMS = tuple(field.name for field in fields(Sums))

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


REQUIRED = Contribution(Sums(n_required=1))
NOTHING = Contribution(Sums())


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


def part(state: State, target: int, decided: Verdict, rules: Rules) -> Contribution:
    """What a pair with evidence adds, given its verdict. Without a target there is no gap."""
    sums = Sums(
        n_required=int(target > 0),
        n_evidence=1,
        sum_m=state.m_milli,
        sum_m2=state.m_milli**2,
        sum_v=state.v_micro,
        sum_v2=state.v_micro**2,
        sum_t=state.t_day,
        **{f"level_{level(state.m_milli, rules.cuts_milli)}": 1},
        met=int(decided.kind is StateKind.MET),
        not_yet=int(decided.kind is StateKind.NOT_YET),
        sum_gap=max(0, rules.cut(target) - state.m_milli) if target > 0 else 0,
    )
    return Contribution(sums, None if decided.until is None else (decided.kind, decided.until))


class Delta:
    """A running change of one cell: contributions added and taken away."""

    __slots__ = ("lapses", "sums")

    def __init__(self) -> None:
        self.sums = Sums()
        self.lapses: Counter[Lapse] = Counter()

    def add(self, part: Contribution, times: int = 1) -> None:
        """Add `part` `times` times; negative to take away."""
        self.sums += part.sums if times == 1 else Sums(*(getattr(part.sums, name) * times for name in SUMS))
        if part.lapse:
            self.lapses[part.lapse] += times

    def __bool__(self) -> bool:
        return bool(self.sums) or any(self.lapses.values())


def lapsed(lapses: Mapping[Lapse, int], kind: StateKind, today: int) -> int:
    """How many of `kind` no longer hold on `today`."""
    return sum(count for (state, until), count in lapses.items() if state is kind and until < today)


def on_day(sums: Sums, lapsed_met: int = 0, lapsed_not_yet: int = 0) -> CellOnDay:
    """The cell's numbers on a day on which so many met and not yet have lapsed."""
    met, not_yet = sums.met - lapsed_met, sums.not_yet - lapsed_not_yet
    mean, se = mean_and_se(sums)
    return CellOnDay(
        n_required=sums.n_required,
        n_evidence=sums.n_evidence,
        met=met,
        not_yet=not_yet,
        unclear=sums.n_evidence - met - not_yet,
        no_evidence=sums.n_required - sums.n_evidence,
        mean=mean,
        se=se,
        gap=sums.sum_gap / 1000 / sums.n_evidence if sums.n_evidence else None,
    )


def mean_and_se(sums: Sums) -> tuple[float | None, float | None]:
    """Mean of the unit's people with evidence and its SE, in logits.

    Posterior means are shrunken towards the prior, so the mean is Σm/(n - ΣV), not Σm/n; SE = √(ΣV - ΣV²)/(n - ΣV)
    with V at last evidence. While items are uncalibrated the SE is a lower bound.
    """
    weight = sums.n_evidence * 1_000_000 - sums.sum_v  # micro-units
    if weight <= 0:
        return None, None
    spread = sums.sum_v * 1_000_000 - sums.sum_v2  # micro² ; every V <= 1, so never negative
    return sums.sum_m * 1000 / weight, sqrt(spread) / weight


def total(parts: Sequence[Sums]) -> Sums:
    """The sum of many cells."""
    return Sums(*(sum(getattr(part, name) for part in parts) for name in SUMS))
