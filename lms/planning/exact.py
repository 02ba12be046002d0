"""A training plan to proven optimality by mixed-integer programming (pure; HiGHS by SciPy): up to about a thousand officials.

x_ij: official i gets course j; y_ic: how much of the gap closes. max Σ w·y with y ≤ g and y ≤ Σ γ x, limits on hours, seats and hours a
person, must-haves and floors as rows. Beside those rows stand their mixed-integer roundings (Nemhauser and Wolsey 1988, ch. II.1): with the
open rest s = g − y ≥ 0, Σ γ_j x_j + s ≥ g gives for each δ, f = frac(g/δ): Σ F(γ_j/δ) x_j + s/(δ f) ≥ ⌈g/δ⌉ with
F(a) = ⌊a⌋ + min(frac(a)/f, 1). Without them the relaxation closes gaps with fractions of courses and the search does not end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from lms.planning.problem import NO_LIMIT, Problem, Solution, floors, must_haves, needs, value
from lms.planning.tidying import tidy

GAP = 0.0045  # relative gap at which the search ends; half a per cent is promised
SECONDS = 20.0


@dataclass(eq=False)
class _Rows:
    """Sparse rows under construction: ``low <= row·v <= high``."""

    row: list[np.ndarray]
    column: list[np.ndarray]
    number: list[np.ndarray]
    low: list[np.ndarray]
    high: list[np.ndarray]
    count: int = 0

    @classmethod
    def none(cls) -> _Rows:
        return cls([], [], [], [], [])

    def add(self, columns: np.ndarray, numbers: np.ndarray, low: float, high: float) -> None:
        """One row."""
        self.many(np.zeros(len(columns), np.int64), columns, numbers, np.array([low]), np.array([high]))

    def many(self, rows: np.ndarray, columns: np.ndarray, numbers: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        """Several rows, ``rows`` counted from 0."""
        self.row.append(rows + self.count)
        self.column.append(columns)
        self.number.append(np.broadcast_to(np.asarray(numbers, float), columns.shape))
        self.low.append(low)
        self.high.append(high)
        self.count += len(low)

    def constraint(self, width: int) -> list[LinearConstraint]:
        """All rows as SciPy takes them."""
        if not self.count:
            return []
        row, column, number = (np.concatenate(part) for part in (self.row, self.column, self.number))
        matrix = coo_array((number, (row, column)), shape=(self.count, width)).tocsr()
        return [LinearConstraint(matrix, np.concatenate(self.low), np.concatenate(self.high))]


def pairs_of(problem: Problem) -> np.ndarray:
    """(m, 2) all pairs that could be chosen: those that close something, and those put in by hand."""
    useful = np.stack([needs(problem, j) for j in range(len(problem.hours))], axis=1)
    useful[problem.given[:, 0], problem.given[:, 1]] = True
    return np.argwhere(useful)


@dataclass(eq=False)
class _Model:
    """Columns: one x a pair, then one y for each gap that several courses could overfill."""

    problem: Problem
    pairs: np.ndarray
    gains: np.ndarray  # of the objective, a column
    most: np.ndarray  # of each y: its gap
    rows: _Rows

    @property
    def width(self) -> int:
        return len(self.gains)


def _model(problem: Problem, relaxed: bool) -> _Model:
    pairs = pairs_of(problem)
    worth = np.zeros(len(pairs))
    rows, ys, most = _Rows.none(), [], [np.zeros(0)]
    for c in range(problem.gaps.shape[1]):
        moving = np.flatnonzero(problem.gains[pairs[:, 1], c] > 0)
        moving = moving[problem.gaps[pairs[moving, 0], c] > 0]
        who, gap = pairs[moving, 0], problem.gaps[pairs[moving, 0], c] / 1000
        gain = problem.gains[pairs[moving, 1], c] / 1000
        over = np.bincount(who, weights=gain, minlength=problem.officials) * 1000 > problem.gaps[:, c] + 0.5
        over &= np.bincount(who, minlength=problem.officials) > 1
        weight = problem.weights[who, c]
        simple = ~over[who]
        np.add.at(worth, moving[simple], (weight * np.minimum(gain, gap))[simple])
        people = np.flatnonzero(over)
        first = len(pairs) + sum(len(block) for block in ys)
        _closing_rows(rows, problem, c, people, first, moving[~simple], who[~simple], gain[~simple])
        ys.append(problem.weights[people, c].astype(float))
        most.append(problem.gaps[people, c] / 1000)
    model = _Model(problem, pairs, np.concatenate([worth, *ys]), np.concatenate(most), rows)
    _limits(model, relaxed)
    return model


def _closing_rows(rows: _Rows, problem: Problem, c: int, people: np.ndarray, first: int, moving: np.ndarray, who: np.ndarray, gain: np.ndarray) -> None:
    """y ≤ Σ F-rounded gains, for the step of each of the two most frequent gains (one step that is larger than the gap caps gains at it)."""
    if not len(people):
        return
    place = np.zeros(problem.officials, np.int64)
    place[people] = np.arange(len(people))
    gap = problem.gaps[people, c] / 1000
    steps, counts = np.unique(np.round(gain, 6), return_counts=True)
    for step in steps[np.argsort(-counts)][:2]:
        whole, part = np.divmod(gap / step, 1)
        part = np.where(part < 1e-6, 1.0, part)
        whole = np.where(part == 1.0, np.maximum(whole - 1, 0), whole)
        f, ceiling, ratio = part[place[who]], whole + 1, gain / step
        rounded = np.floor(ratio + 1e-9) + np.minimum((ratio - np.floor(ratio + 1e-9)).clip(0) / f, 1)
        # Σ F x + (g − y)/(δ f) >= ceil, times δ f:  y − δ f Σ F x <= g − δ f ceil
        row = np.concatenate([np.arange(len(people)), place[who]])
        column = np.concatenate([first + np.arange(len(people)), moving])
        number = np.concatenate([np.ones(len(people)), -(step * f * rounded)])
        rows.many(row, column, number, np.full(len(people), -np.inf), gap - step * part * ceiling + 1e-9)
    row, column = np.concatenate([np.arange(len(people)), place[who]]), np.concatenate([first + np.arange(len(people)), moving])
    capped = np.minimum(gain, gap[place[who]])
    rows.many(row, column, np.concatenate([np.ones(len(people)), -capped]), np.full(len(people), -np.inf), np.zeros(len(people)))


def _limits(model: _Model, relaxed: bool) -> None:
    """Hours in all, hours a person, seats; unless relaxed also must-haves and floors."""
    problem, rows, pairs = model.problem, model.rows, model.pairs
    hours, every = problem.hours[pairs[:, 1]].astype(float), np.arange(len(pairs))
    rows.add(every, hours, 0, problem.total_hours)
    if problem.person_hours != NO_LIMIT:
        n = problem.officials
        rows.many(pairs[:, 0], every, hours, np.zeros(n), np.full(n, float(problem.person_hours)))
    for j in np.flatnonzero(problem.seats != NO_LIMIT):
        rows.add(np.flatnonzero(pairs[:, 1] == j), 1, 0, float(problem.seats[j]))
    if not relaxed:
        _must_rows(model)
        least = floors(problem)
        for u in np.flatnonzero(least):
            mine = np.flatnonzero(problem.unit[pairs[:, 0]] == u)
            rows.add(mine, hours[mine], float(least[u]), np.inf)


def _must_rows(model: _Model) -> None:
    for i, c in must_haves(model.problem):
        mine = np.flatnonzero((model.pairs[:, 0] == i) & (model.problem.gains[model.pairs[:, 1], c] > 0))
        model.rows.add(mine, 1, 1, np.inf)


def linear(problem: Problem) -> tuple[np.ndarray, Any, np.ndarray, list[tuple[float, float]], int, dict[int, int]]:
    """The linear relaxation without must-haves and floors: costs, matrix, limits and bounds as ``linprog`` takes them, the row of the hours,
    and the row of each course's seats."""
    model = _model(problem, relaxed=True)
    if not len(model.pairs):
        return np.zeros(0), None, np.zeros(0), [], 0, {}
    (constraint,) = model.rows.constraint(model.width)
    most = np.concatenate([np.ones(len(model.pairs)), model.most])
    limited = np.flatnonzero(problem.seats != NO_LIMIT)
    after = model.rows.count - len(limited)
    hour_row = after - 1 - (problem.officials if problem.person_hours != NO_LIMIT else 0)
    return -model.gains, constraint.A, constraint.ub, [(0.0, float(one)) for one in most], hour_row, {int(j): after + k for k, j in enumerate(limited)}


def solve(problem: Problem, *, seconds: float = SECONDS, gap: float = GAP, relaxed: bool = False) -> Solution | None:
    """The best plan within ``gap``; None when no plan keeps all limits (or none was found in time). ``relaxed``: without must-haves and floors."""
    model = _model(problem, relaxed)
    m = len(model.pairs)
    if not m:
        return Solution(np.zeros((0, 2), np.int64), 0, 0.0, "exact") if relaxed or not len(must_haves(problem)) else None
    low = np.zeros(model.width)
    if len(problem.given):
        wanted = {tuple(pair) for pair in problem.given.tolist()}
        low[:m] = [tuple(pair) in wanted for pair in model.pairs.tolist()]
    whole = np.concatenate([np.ones(m), np.zeros(model.width - m)])
    bounds = Bounds(low, np.concatenate([np.ones(m), model.most]))
    options = {"mip_rel_gap": gap, "time_limit": seconds}
    found = milp(-model.gains, integrality=whole, bounds=bounds, constraints=model.rows.constraint(model.width), options=options)
    if found.x is None:
        return None
    pairs = model.pairs[found.x[:m] > 0.5]
    pairs = pairs if relaxed else tidy(problem, pairs)
    worth = value(problem, pairs)
    bound = -found.mip_dual_bound * 1000 if found.mip_dual_bound is not None else worth
    return Solution(pairs, worth, max(bound, worth), "exact")
