"""What a plan brings, with its band (pure): gap closed by unit, by competency and in all.

A course's gain is a mean over people with a spread v; the mean itself is uncertain by v/n after n measured people, and by v while it is only the
prior. The first is shared by all who take the course, the second is each person's own:

    Var = Σ_jc k_jc²·v_jc/max(n_jc, 1) + k_jc·v_jc,    k_jc = full gains that count (those beyond a gap don't)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lms.planning.problem import Problem, closed

Z80 = 1.2816  # both tails: four chances in five


@dataclass(frozen=True, slots=True)
class Closed:
    """Logits of gap: all there is, what is closed, and the band of four chances in five; ``people`` with a course."""

    gap: float
    closed: float
    low: float
    high: float
    people: int

    @property
    def percent(self) -> int:
        return round(100 * self.closed / self.gap) if self.gap else 0


@dataclass(frozen=True, eq=False)
class Effect:
    """In all, by unit index and by competency index."""

    whole: Closed
    units: tuple[Closed, ...]
    competencies: tuple[Closed, ...]


def effect(problem: Problem, pairs: np.ndarray, spread: np.ndarray, learned: np.ndarray) -> Effect:
    """``spread`` (J, C) micro-logit² of a person's gain, ``learned`` (J, C) people it was learned from (0 = prior)."""
    gain = closed(problem, pairs) / 1000
    share = _shares(problem, pairs)
    units, gaps = problem.unit, problem.gaps / 1000
    has = np.zeros(problem.officials, bool)
    has[pairs[:, 0]] = True
    everyone = np.ones(problem.officials, bool)
    competencies = range(problem.gaps.shape[1])

    def part(who: np.ndarray, chosen: slice) -> Closed:
        total, won = float(gaps[who, chosen].sum()), float(gain[who, chosen].sum())
        sd = _deviation(problem, pairs, share, spread, learned, who, chosen)
        return Closed(total, won, max(0.0, won - Z80 * sd), min(total, won + Z80 * sd), int((has & who & (gain[:, chosen] > 0).any(axis=1)).sum()))

    every = slice(None)
    by_unit = tuple(part(units == u, every) for u in range(problem.units))
    return Effect(part(everyone, every), by_unit, tuple(part(everyone, slice(c, c + 1)) for c in competencies))


def _shares(problem: Problem, pairs: np.ndarray) -> np.ndarray:
    """(n, C): which part of the gains given to an official counts, 0 where none was given."""
    given = np.zeros(problem.gaps.shape, np.int64)
    for course in np.unique(pairs[:, 1]):
        given[pairs[pairs[:, 1] == course, 0]] += problem.gains[course]
    return np.divide(np.minimum(given, problem.gaps), given, out=np.zeros(given.shape), where=given > 0)


def _deviation(problem: Problem, pairs: np.ndarray, share: np.ndarray, spread: np.ndarray, learned: np.ndarray, who: np.ndarray, chosen: slice) -> float:
    variance = 0.0
    for course in np.unique(pairs[:, 1]):
        people = pairs[pairs[:, 1] == course, 0]
        moved = problem.gains[course, chosen] > 0
        full = (share[people[who[people]], chosen] * moved).sum(axis=0)
        v = spread[course, chosen] / 1e6
        variance += float((full**2 * v / np.maximum(learned[course, chosen], 1) + full * v).sum())
    return variance**0.5
