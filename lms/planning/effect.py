"""What a plan brings, with its band (pure): gap closed by unit, by competency and in all.

A course's gain is a mean over people who differ. How far the mean itself may be off (u) is shared by all who take the course; how much a
person's own gain differs from it (w) is that person's alone:

    Var = Σ_jc k_jc²·u_jc + k_jc·w_jc,    k_jc = full gains that count (those beyond a gap don't)

Short quizzes measure a mean gain poorly, so u is the variance that learning left to it (measurement guide, "Expected gain") and not the spread of
people over their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lms.planning.problem import Problem, closed

Z80 = 1.2816  # both tails: four chances in five


@dataclass(frozen=True, slots=True)
class Closed:
    """Logits of gap: all there is, what is closed, and the band of four chances in five; ``people`` with a course that closes some of it."""

    gap: float
    closed: float
    low: float
    high: float
    people: int

    @property
    def percent(self) -> int:
        return round(100 * self.closed / self.gap) if self.gap else 0


@dataclass(frozen=True, eq=False)
class Gains:
    """Of each course on each competency (J, K), in micro-logit²: ``doubt`` about the mean gain, ``spread`` of people's own gains around it.

    ``of`` (C): which competency each column of the problem belongs to.
    """

    doubt: np.ndarray
    spread: np.ndarray
    of: np.ndarray


@dataclass(frozen=True, eq=False)
class Effect:
    """In all, by unit index and by competency index."""

    whole: Closed
    units: tuple[Closed, ...]
    competencies: tuple[Closed, ...]


def effect(problem: Problem, pairs: np.ndarray, gains: Gains) -> Effect:
    """What the pairs bring."""
    won = closed(problem, pairs)
    units, competencies = _variances(problem, pairs, gains)
    width, columns = len(competencies), gains.of
    helped = np.zeros((problem.officials, width), bool)
    for column, k in enumerate(columns):
        helped[:, k] |= won[:, column] > 0
    by_unit = _parts(_by_unit(problem, problem.gaps.sum(axis=1)), _by_unit(problem, won.sum(axis=1)), units, _by_unit(problem, helped.any(axis=1)))
    by_code = _parts(_by_code(problem.gaps, columns, width), _by_code(won, columns, width), competencies, helped.sum(axis=0))
    total = np.array([[problem.gaps.sum(dtype=np.int64)], [won.sum(dtype=np.int64)]], float)
    (whole,) = _parts(total[0], total[1], competencies.sum(keepdims=True), np.array([helped.any(axis=1).sum()]))
    return Effect(whole, by_unit, by_code)


def _parts(gap: np.ndarray, won: np.ndarray, variance: np.ndarray, people: np.ndarray) -> tuple[Closed, ...]:
    """From milli-logits and logit²."""
    rows = zip(gap / 1000, won / 1000, Z80 * np.sqrt(variance), people, strict=True)
    return tuple(Closed(float(g), float(w), float(max(0.0, w - band)), float(min(g, w + band)), int(n)) for g, w, band, n in rows)


def _by_unit(problem: Problem, amounts: np.ndarray) -> np.ndarray:
    return np.bincount(problem.unit, weights=amounts, minlength=problem.units)


def _by_code(amounts: np.ndarray, of: np.ndarray, width: int) -> np.ndarray:
    return np.bincount(of, weights=amounts.sum(axis=0, dtype=np.int64), minlength=width)


def _variances(problem: Problem, pairs: np.ndarray, gains: Gains) -> tuple[np.ndarray, np.ndarray]:
    """(units) and (K) variances in logit²."""
    width = gains.spread.shape[1]
    units, competencies = np.zeros(problem.units), np.zeros(width)
    given = np.zeros(problem.gaps.shape, np.int32)
    for course in np.unique(pairs[:, 1]):
        given[pairs[pairs[:, 1] == course, 0]] += problem.gains[course].astype(np.int32)
    for course in np.unique(pairs[:, 1]):
        who = pairs[pairs[:, 1] == course, 0]
        for k in np.unique(gains.of[problem.gains[course] > 0]):
            columns = np.flatnonzero((gains.of == k) & (problem.gains[course] > 0))
            counts = _counting(given[np.ix_(who, columns)], problem.gaps[np.ix_(who, columns)])
            full = np.bincount(problem.unit[who], weights=counts, minlength=problem.units)
            doubt, spread = gains.doubt[course, k] / 1e6, gains.spread[course, k] / 1e6
            units += full**2 * doubt + full * spread
            competencies[k] += full.sum() ** 2 * doubt + full.sum() * spread
    return units, competencies


def _counting(given: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """Which part of a full gain counts, a person: at most one column of a competency has a gap."""
    return np.divide(np.minimum(given, gaps), given, out=np.zeros(given.shape), where=given > 0).max(axis=1)
