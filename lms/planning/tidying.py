"""Leaves out of a plan what closes nothing (pure): where hours are left over, a search may spend them on courses that others make superfluous."""

from __future__ import annotations

import numpy as np

from lms.planning.problem import Problem, floors, must_haves


def tidy(problem: Problem, pairs: np.ndarray) -> np.ndarray:
    """The pairs without those that can go at no loss, the longest first; must-haves, floors and hands stay kept."""
    gained = np.zeros(problem.gaps.shape, np.int64)
    np.add.at(gained, pairs[:, 0], problem.gains[pairs[:, 1]])
    hands = {tuple(pair) for pair in problem.given.tolist()}
    keeper = _Keeper(problem, pairs)
    out = []
    for k in np.argsort(-problem.hours[pairs[:, 1]], kind="stable"):
        i, j = pairs[k]
        less = gained[i] - problem.gains[j]
        loses = (np.minimum(gained[i], problem.gaps[i]) > np.minimum(less, problem.gaps[i])).any()
        if not loses and (i, j) not in hands and keeper.spares(int(i), int(j)):
            gained[i] = less
            out.append(k)
    return np.delete(pairs, out, axis=0)


class _Keeper:
    """Says whether a pair can go without breaking a must-have or a floor, and takes it away when it can."""

    def __init__(self, problem: Problem, pairs: np.ndarray) -> None:
        self.problem = problem
        hours = problem.hours[pairs[:, 1]]
        self.spare = np.bincount(problem.unit[pairs[:, 0]], weights=hours, minlength=problem.units).astype(np.int64) - floors(problem)
        wanted = np.zeros(problem.gaps.shape, bool)
        wanted[tuple(must_haves(problem).T)] = True
        self.movers = np.zeros(problem.gaps.shape, np.int64)  # courses that move each must-have; elsewhere enough of them
        np.add.at(self.movers, pairs[:, 0], (problem.gains > 0).astype(np.int64)[pairs[:, 1]])
        self.movers[~wanted] = 1 << 30

    def spares(self, official: int, course: int) -> bool:
        moves, unit = self.problem.gains[course] > 0, self.problem.unit[official]
        if (self.movers[official][moves] <= 1).any() or self.spare[unit] < self.problem.hours[course]:
            return False
        self.movers[official][moves] -= 1
        self.spare[unit] -= self.problem.hours[course]
        return True
