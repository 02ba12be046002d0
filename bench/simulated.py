"""A simulated county with known truth: people learn, forget nothing, drift a little, and answer as the model of MEASUREMENT says.

Pure but for its random numbers: the same seed gives the same county. Truth moves: between answers it drifts as a random
walk, and each completed course lifts it. The answers are drawn from the three-parameter normal ogive.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
from scipy.special import ndtr
from scipy.stats import norm

from lms.competency.estimate import Facts, Pair
from lms.competency.proficiency import OGIVE, Completion, ItemParameters, Response

START = datetime(2024, 6, 1, tzinfo=UTC)
END = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = (END - START).days
DRIFT = 0.01
"""Variance of the random walk of the truth, logit² a month."""
GAIN, GAIN_SD = 0.35, 0.2
ITEMS = 30
"""Items a competency."""


def county(seed: int, officials: int, competencies: int) -> tuple[dict[Pair, Facts], dict[Pair, float]]:
    """Facts of every pair with answers, and where each pair truly stands at END."""
    random = np.random.default_rng(seed)
    banks = [_bank(random, code) for code in range(competencies)]
    facts: dict[Pair, Facts] = {}
    truth: dict[Pair, float] = {}
    for official in range(officials):
        level = random.normal(0, 0.7)
        for code in np.flatnonzero(random.random(competencies) < 0.35):
            pair = (f"P{official:06d}", f"K{code:02d}")
            facts[pair], truth[pair] = _record(random, banks[code], level + random.normal(0, 0.71))
    return facts, truth


def _bank(random: np.random.Generator, code: int) -> list[tuple[str, ItemParameters]]:
    a = np.clip(random.lognormal(0, 0.3, ITEMS), 0.3, 2.5)
    b = random.normal(0, 1, ITEMS)
    c = random.choice([0.0, 0.03, 0.2, 0.25], ITEMS)
    return [(f"K{code:02d}-{n:02d}", ItemParameters(float(a[n]), float(b[n]), float(c[n]))) for n in range(ITEMS)]


def _record(random: np.random.Generator, bank: list[tuple[str, ItemParameters]], theta: float) -> tuple[Facts, float]:
    """One pair's history: sittings of a few items each, courses in between."""
    known, day = Facts(), 0
    sittings = sorted(random.integers(0, DAYS, random.integers(1, 5)))
    courses = sorted(random.integers(0, DAYS, random.integers(0, 3)))
    for at, is_course in sorted([(d, False) for d in sittings] + [(d, True) for d in courses]):
        theta += random.normal(0, (DRIFT * (at - day) / 30.4375) ** 0.5)
        day = at
        moment = START + timedelta(days=int(at), minutes=int(random.integers(0, 1000)))
        if is_course:
            theta += random.normal(GAIN, GAIN_SD)
            known.completions.append(Completion(moment))
        else:
            known.responses += _sitting(random, bank, theta, moment)
    return known, theta + random.normal(0, (DRIFT * (DAYS - day) / 30.4375) ** 0.5)


GRID = np.linspace(-6, 6, 121)
SPREAD = 1.0
"""Standard deviation of where a pair stands at START (0.7 a person, 0.71 a competency)."""


def exact(known: Facts) -> tuple[float, float]:
    """Mean and standard deviation at END of the posterior that knows how the county was made, on a grid of proficiencies."""
    weight, day = norm.pdf(GRID, 0, SPREAD), 0
    for fact in sorted([*known.responses, *known.completions], key=lambda fact: fact.order):
        at = (fact.at - START).days
        weight, day = _moved(weight, DRIFT * (at - day) / 30.4375, 0.0), at
        if isinstance(fact, Completion):
            weight = _moved(weight, GAIN_SD**2, GAIN)
        else:
            p = fact.parameters
            right = p.c + (1 - p.c) * ndtr(p.a * (GRID - p.b) / OGIVE)
            weight = weight * (right if fact.correct else 1 - right)
    weight = _moved(weight, DRIFT * (DAYS - day) / 30.4375, 0.0)
    mean = float(weight @ GRID / weight.sum())
    return mean, float(weight @ (GRID - mean) ** 2 / weight.sum()) ** 0.5


def _moved(weight: np.ndarray, variance: float, by: float) -> np.ndarray:
    """The weights after a normal step of that variance and mean."""
    if not variance:
        return weight
    return _kernel(round(variance, 3), by) @ weight


@lru_cache(maxsize=512)
def _kernel(variance: float, by: float) -> np.ndarray:
    step = GRID[1] - GRID[0]
    density = norm.pdf(GRID[:, None], GRID[None, :] + by, max(variance, 1e-9) ** 0.5) * step
    # where a step is narrower than the grid, the normal's own spread is kept by mixing with the neighbours
    if variance < step * step:
        share = variance / (step * step) / 2
        density = (1 - 2 * share) * np.eye(len(GRID)) + share * (np.eye(len(GRID), k=1) + np.eye(len(GRID), k=-1))
    return density


def _sitting(random: np.random.Generator, bank: list[tuple[str, ItemParameters]], theta: float, at: datetime) -> list[Response]:
    given = []
    for n in random.choice(len(bank), random.integers(3, 8), replace=False):
        code, item = bank[n]
        right = item.c + (1 - item.c) * norm.cdf(item.a * (theta - item.b) / OGIVE)
        given.append(Response(code, item, at, int(random.random() < right)))
    return given
