"""Which course of a plan closes what of whose gap (pure): the one that closes most an hour comes first, the next close what is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lms.planning.problem import Problem, must_haves

CHUNK = 20_000  # officials at a time: bounds the memory


class Share(NamedTuple):
    """One pair: ``closes`` maps a column of the problem to (gap of the official, what this course closes of it) in milli-logits."""

    official: int
    course: int
    closes: dict[int, tuple[int, int]]
    must: bool

    @property
    def closed(self) -> int:
        return sum(part for _, part in self.closes.values())


def shares(problem: Problem, pairs: np.ndarray) -> Iterator[Share]:
    """Every pair once, by official; what they close adds up to what the plan closes."""
    wanted = {(int(i), int(c)) for i, c in must_haves(problem)}
    order = np.lexsort((-_rates(problem, pairs), pairs[:, 0]))
    pairs = pairs[order]
    left: np.ndarray = np.zeros(0)
    now = -1
    for i, j in pairs.tolist():
        if i != now:
            now, left = i, problem.gaps[i].astype(np.int64)
        closing = np.minimum(left, problem.gains[j])
        moved = np.flatnonzero(closing > 0)
        closes = {int(c): (int(problem.gaps[i, c]), int(closing[c])) for c in moved}
        must = any((i, int(c)) in wanted for c in np.flatnonzero(problem.gains[j] > 0))
        left = left - np.maximum(closing, 0)
        yield Share(i, j, closes, must)


def _rates(problem: Problem, pairs: np.ndarray) -> np.ndarray:
    """What each pair alone would close an hour, weighted."""
    rates = np.zeros(len(pairs))
    for start in range(0, len(pairs), CHUNK):
        who, courses = pairs[start : start + CHUNK].T
        closing = np.minimum(problem.gaps[who], problem.gains[courses]).clip(0) * problem.weights[who]
        rates[start : start + CHUNK] = closing.sum(axis=1) / problem.hours[courses]
    return rates
