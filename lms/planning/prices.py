"""Prices of an hour and of a seat, and the bound on every plan that follows from them (pure).

Whoever pays λ for an hour and μ_j for a seat gets at most

    λ·H + Σ_j μ_j·s_j + Σ_i max_x [ Σ_c w·min(g, Σ_j γ x) − Σ_j (λ h_j + μ_j) x_j ]

out of any plan (Lagrange): a bound whatever the prices, and the tighter the better they are. They come from the linear programme of a sample of
the officials. Each person's maximum is bounded from above by linear duality: a convex combination of three inequalities that hold for whole
courses, y ≤ Σ min(γ,g) x, the mixed-integer rounding of ``exact``, and y ≤ g, found by minimising over one competency after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np
from scipy.optimize import linprog

from lms.planning import exact
from lms.planning.problem import NO_LIMIT, Problem

SAMPLE = 600
CHUNK = 8192  # rows that stay in the processor's cache
SWEEPS = 1


@dataclass(frozen=True, eq=False)
class Prices:
    """In weighted milli-logits: ``hour``, and ``seat`` (J) on top of it."""

    hour: float
    seat: np.ndarray

    def of(self, problem: Problem) -> np.ndarray:
        """(J) what one place in each course costs."""
        return self.hour * problem.hours + self.seat


@dataclass(frozen=True, eq=False)
class Classes:
    """Officials with the same gaps and weights: ``rows`` (K) one of each, ``which`` (n) the class of each, ``size`` (K)."""

    rows: np.ndarray
    which: np.ndarray
    size: np.ndarray


def classes(problem: Problem) -> Classes:
    """Groups equal rows by a 64-bit sum with random weights, and checks that it did."""
    rng = np.random.default_rng(7)
    width = problem.gaps.shape[1]
    factors = rng.integers(1, 2**62, (2, width), dtype=np.int64) | 1
    with np.errstate(over="ignore"):
        key = problem.gaps.astype(np.int64) @ factors[0] + (problem.critical & (problem.gaps > 0)).astype(np.int64) @ factors[1]
    _, rows, which, size = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    if not np.array_equal(problem.gaps, problem.gaps[rows[which]]):
        whole = np.arange(problem.officials)
        return Classes(whole, whole, np.ones(problem.officials, np.int64))
    return Classes(rows, which, size)


def from_sample(problem: Problem, *, sample: int = SAMPLE, seed: int = 1) -> Prices:
    """Prices by the linear programme of ``sample`` officials, with hours and seats in proportion."""
    n, rng = problem.officials, np.random.default_rng(seed)
    who = np.sort(rng.choice(n, min(sample, n), replace=False))
    share = len(who) / n
    seats = np.where(problem.seats == NO_LIMIT, NO_LIMIT, problem.seats * share)
    part = Problem(problem.gaps[who], problem.critical[who], problem.must[who], problem.unit[who], problem.hours, seats, problem.gains,
                   problem.total_hours * share, problem.person_hours, 0, problem.critical_weight)  # fmt: skip
    costs, matrix, limits, bounds, hour_row, seat_rows = exact.linear(part)
    none = Prices(0.0, np.zeros(len(problem.hours)))
    if not len(costs):
        return none
    found = linprog(costs, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs")
    if not found.success:
        return none
    duals = np.maximum(-found.ineqlin.marginals, 0) * 1000
    seat = np.zeros(len(problem.hours))
    for course, row in seat_rows.items():
        seat[course] = duals[row]
    return Prices(float(duals[hour_row]), seat)


def in_chunks(work: Callable[[slice], object], rows: int, chunk: int = CHUNK) -> list[object]:
    """``work`` on slices of ``rows``, on up to two processors: NumPy leaves the lock while it counts."""
    slices = [slice(start, min(start + chunk, rows)) for start in range(0, rows, chunk)]
    with ThreadPoolExecutor(min(2, cpu_count() or 1)) as pool:
        return list(pool.map(work, slices))


def bound(problem: Problem, prices: Prices, groups: Classes) -> float:
    """No plan is worth more (weighted milli-logits)."""
    costs = prices.of(problem).astype(np.float32)
    fits = np.flatnonzero(problem.hours <= problem.person_limit)
    competencies = list(_competencies(problem, fits))
    gaps, weights = problem.gaps[groups.rows], problem.weights[groups.rows]

    def part(rows: slice) -> float:
        best = _persons(gaps[rows].T.astype(np.float32), weights[rows].T.astype(np.float32), costs[fits], competencies)
        return float(best.astype(np.float64) @ groups.size[rows])

    free = prices.hour * problem.total_hours
    free += sum(float(prices.seat[j]) * float(problem.seats[j]) for j in np.flatnonzero(problem.seats != NO_LIMIT))
    return (free + sum(in_chunks(part, len(groups.rows)))) * (1 + 1e-6)  # single precision rounds


@dataclass(frozen=True, eq=False)
class _Moved:
    """A competency: which courses (places among those that fit) move it by how much, and the step of its rounding."""

    c: int
    courses: np.ndarray
    gains: np.ndarray
    step: float


def _competencies(problem: Problem, fits: np.ndarray) -> Iterator[_Moved]:
    for c in range(problem.gaps.shape[1]):
        courses = np.flatnonzero(problem.gains[fits, c] > 0)
        if len(courses):
            gains = problem.gains[fits[courses], c].astype(np.float32)
            steps, counts = np.unique(gains, return_counts=True)
            yield _Moved(c, courses, gains[:, None], float(steps[np.argmax(counts)]))


def _persons(gaps: np.ndarray, weights: np.ndarray, costs: np.ndarray, competencies: Sequence[_Moved]) -> np.ndarray:
    """(K) an upper bound of what each row could win at these costs; ``gaps`` and ``weights`` are (C, K)."""
    rows = gaps.shape[1]
    net = np.repeat(-costs[:, None], rows, axis=1)
    kept: list[tuple[_Moved, np.ndarray, np.ndarray, np.ndarray]] = []
    constant = np.zeros(rows, np.float32)
    for moved in competencies:
        who = np.flatnonzero(gaps[moved.c] > 0)
        if not len(who):
            continue
        gap, weight = gaps[moved.c, who], weights[moved.c, who]
        full = weight * np.minimum(moved.gains, gap)
        net[np.ix_(moved.courses, who)] += full
        kept.append((moved, who, full, np.zeros(len(who), np.float32)))
    for _ in range(SWEEPS):
        kept = [_improve(entry, net, gaps, weights, constant) for entry in kept]
    return constant + np.maximum(net, 0).sum(axis=0)


def _improve(entry: tuple, net: np.ndarray, gaps: np.ndarray, weights: np.ndarray, constant: np.ndarray) -> tuple:
    """Choose the best combination for one competency while all others stay; writes net and constant."""
    moved, who, now, const = entry
    place = np.ix_(moved.courses, who)
    others = net[place] - now
    gap, weight = gaps[moved.c, who], weights[moved.c, who]
    full, zero = weight * np.minimum(moved.gains, gap), np.zeros(len(who), np.float32)
    rounded, rounded_const = _rounded(moved, gap, weight)
    best, coefficients, const_new = _along(others, full, zero, rounded, rounded_const)
    other, coefficients_2, const_2 = _along(others, rounded, rounded_const, np.zeros_like(full), weight * gap)
    better = other < best
    coefficients = np.where(better, coefficients_2, coefficients)
    const_new = np.where(better, const_2, const_new)
    net[place] = others + coefficients
    constant[who] += const_new - const
    return moved, who, coefficients, const_new


def _rounded(moved: _Moved, gap: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and constant of the mixed-integer rounding by the step; for gaps within one step the plain inequality."""
    times = np.ceil(gap / np.float32(moved.step) - np.float32(1e-4))
    rest = gap - (times - 1) * np.float32(moved.step)
    f = rest / np.float32(moved.step)
    ratio = moved.gains / np.float32(moved.step)
    whole = np.floor(ratio)
    coefficients = weight * rest * (whole + np.minimum((ratio - whole) / f, 1))
    constant = weight * (gap - rest * times)
    one = times <= 1
    return np.where(one, weight * np.minimum(moved.gains, gap), coefficients), np.where(one, 0, constant).astype(np.float32)


def _along(others: np.ndarray, a: np.ndarray, a_const: np.ndarray, b: np.ndarray, b_const: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The least of const + Σ max(0, others + coefficients) on the way from (a) to (b): value, coefficients, constant.

    Convex and piecewise linear in q, so the least stands at an end or where a course's net passes zero.
    """
    slope = a - b
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.clip(np.nan_to_num(-(others + b) / slope, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
    ends = np.stack([np.zeros(q.shape[1], q.dtype), np.ones(q.shape[1], q.dtype)])
    best = best_q = None
    start = others + b
    for candidate in (*ends, *q):
        found = candidate * a_const + (1 - candidate) * b_const + np.maximum(start + candidate * slope, 0).sum(axis=0)
        if best is None:
            best, best_q = found, candidate
        else:
            less = found < best
            best, best_q = np.where(less, found, best), np.where(less, candidate, best_q)
    return best, b + best_q * slope, best_q * a_const + (1 - best_q) * b_const
