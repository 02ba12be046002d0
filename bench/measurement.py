"""How good and how fast the measurement is: `python -m bench.measurement --data DIR` (DIR as `lms competency estimate` reads it).

DIR holds items.csv, responses.csv, completions.csv and truth.csv (official,competency,theta at the date). Without it
only the golden vectors and the speed are printed. Nothing here is a test: tests state rules, this prints figures.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from lms.competency.estimate import Facts, Pair, estimates, read_facts
from lms.competency.proficiency import ItemParameters, State, answered, owen
from lms.competency.rollup import SUMS
from lms.competency.states import Z80, Rules
from lms.competency.vectorised import Pairs, add_to_cells, answered_many
from lms.core import framework
from lms.core.clock import day_number

GOLDEN = (
    ((1, 0, 0, True), 0.404190, 0.836630),
    ((1, 0, 0, False), -0.404190, 0.836630),
    ((1.2, 0.5, 0.2, True), 0.346413, 0.937510),
    ((0.8, -0.5, 0.25, False), -0.399029, 0.876879),
)
CUT = 0.4
Z90 = 1.2815515655446004  # 80 % of a normal lie within so many sd
CHUNK = 32_768  # pairs at a time: the arrays stay in the cache


@dataclass(frozen=True)
class Score:
    """One rule's figures on the same truth."""

    name: str
    mean: np.ndarray
    sd: np.ndarray

    def line(self, truth: np.ndarray) -> str:
        error = self.mean - truth
        met = (self.mean - CUT) / self.sd >= Z80
        precision = f"{np.mean(truth[met] >= CUT):.3f}" if met.any() else "  –  "
        coverage = np.mean(np.abs(error) <= Z90 * self.sd)
        return f"{self.name:44} {math.sqrt(np.mean(error**2)):6.3f} {coverage:10.3f} {precision:>10} {met.sum():7d}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, help="folder with items, responses, completions and truth (CSV)")
    options.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 1, 1))
    options.add_argument("--officials", type=int, default=1_000_000)
    chosen = options.parse_args()
    golden()
    if chosen.data:
        accuracy(chosen.data, day_number(chosen.as_of))
    else:
        print("accuracy: left out (give --data DIR)")
    speed()
    rebuild(chosen.officials, 8)


def golden() -> None:
    worst = max(max(abs(m - gm), abs(v - gv)) for (a, b, c, y), gm, gv in GOLDEN for m, v in [owen(0, 1, a, b, c, 0, y)])
    print(f"golden vectors: largest difference {worst:.1e} (reach 1e-6)")


def accuracy(folder: Path, day: int) -> None:
    facts = read_facts(folder / "items.csv", folder / "responses.csv", folder / "completions.csv")
    truth = _truth(folder / "truth.csv")
    ours = {(row.official, row.competency): row for row in estimates(facts, day)}
    pairs = sorted(pair for pair in truth if pair in ours)
    theta = np.array([truth[pair] for pair in pairs])
    print(f"\n{len(pairs)} pairs of {len(truth)} with a truth; met = P >= 0.8 at cut {CUT}")
    print(f"{'rule':44} {'RMSE':>6} {'coverage80':>10} {'precision':>10} {'met':>7}")
    print(f"{'reach':44} {'<=0.72':>6} {'0.77-0.85':>10} {'>=0.90':>10}")
    print(Score("expected track", *(np.array([getattr(ours[p], f) for p in pairs]) for f in ("mean", "sd"))).line(theta))
    for name, rule in (("percent correct", percent_correct), ("decaying average (newest counts 65 %)", decaying_average)):
        print(fitted(f"{name}, best linear map", np.array([rule(facts[p]) for p in pairs]), theta).line(theta))
    print()


def _truth(path: Path) -> dict[Pair, float]:
    with path.open(encoding="utf-8") as file:
        return {(row["official"], row["competency"]): float(row["theta"]) for row in csv.DictReader(file)}


def fitted(name: str, value: np.ndarray, theta: np.ndarray) -> Score:
    """Granted to the rival: the regression on the truth itself, and its residual as sd."""
    slope, start = np.polyfit(value, theta, 1)
    mean = start + slope * value
    return Score(name, mean, np.full_like(mean, np.std(theta - mean)))


def percent_correct(facts: Facts) -> float:
    return sum(r.correct for r in facts.responses) / len(facts.responses)


def decaying_average(facts: Facts, newest: float = 0.65) -> float:
    """As learning platforms do it: the newest result weighs 65 %, all before together the rest."""
    average = None
    for response in sorted(facts.responses, key=lambda r: r.order):
        average = response.correct if average is None else newest * response.correct + (1 - newest) * average
    return average


def _best(work: Callable[[], object], repeats: int = 5) -> float:
    """Best of several, in seconds: the others measure the neighbours on the machine."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def speed() -> None:
    state, item = State(120, 800_000, 20_000, 3), ItemParameters(1.2, 0.5, 0.2, 0.1)
    n = 100_000
    scalar = _best(lambda: [answered(state, item, 1, 20_030, 0.02) for _ in range(n)]) / n
    drawn = _responses(np.random.default_rng(1), CHUNK)
    vector = _best(lambda: answered_many(*drawn, 0.02), 20) / CHUNK
    print(f"one update: scalar {scalar * 1e6:.2f} µs (reach 2), vectorised {vector * 1e6:.2f} µs (reach 0.5)")


def _responses(random: np.random.Generator, size: int) -> tuple:
    items = (random.uniform(0.5, 2, size), random.uniform(-2, 2, size), random.choice([0, 0.03, 0.25], size), random.uniform(0, 0.5, size))
    return np.zeros(size, np.int64), np.full(size, 1_000_000), np.zeros(size, np.int64), items, random.random(size) < 0.6


def rebuild(officials: int, competencies: int) -> None:
    """Estimates and leaf sums of all pairs, one response a pair, in chunks; drawing the answers is not counted."""
    random, rules, cells = np.random.default_rng(2), Rules.of(framework.read()), 2000 * competencies
    sums, spent, left = np.zeros((cells, len(SUMS)), np.int64), 0.0, officials * competencies
    while left:
        size = min(CHUNK, left)
        drawn, cell, target = _responses(random, size), random.integers(0, cells, size), random.integers(1, 6, size)
        start = time.perf_counter()
        m, v = answered_many(*drawn, 0.02)
        one, unproven = np.ones(size, np.int64), np.full(size, -1)
        sums += add_to_cells(cell, Pairs(m, v, one * 20_000, one, target, unproven), rules, cells)
        spent += time.perf_counter() - start
        left -= size
    total = officials * competencies
    assert sums[:, SUMS.index("n_evidence")].sum() == total
    print(f"rebuild of {officials:,} officials x {competencies}: {spent:.2f} s in memory (reach 5), {spent / total * 1e6:.2f} µs a pair")


if __name__ == "__main__":
    main()
