"""How good and how fast the measurement is: `python -m bench.measurement` prints one table, beside the rivals' rules on the same data.

Data: a published simulated county (`bench/data/sim`: items, responses, completions, truth) and counties of our own
simulator with other seeds and sizes. Nothing here is a test: tests state rules, this prints figures.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import math
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from bench import simulated
from bench.heat import heat_map_milliseconds
from bench.rivals import RULES
from lms.competency.estimate import Facts, Pair, estimates, read_facts
from lms.competency.proficiency import DEFAULT_TUNING, OGIVE, ItemParameters, State, answered, owen, replay
from lms.competency.rollup import SUMS
from lms.competency.states import Z80, Rules
from lms.competency.vectorised import Pairs, add_to_cells, answered_many
from lms.core import framework
from lms.core.clock import day_number
from lms.psychometrics.calibration import calibrate
from lms.psychometrics.classical import analyse

DATA = Path(__file__).parent / "data"
GOLDEN = (
    ((1, 0, 0, True), 0.404190, 0.836630),
    ((1, 0, 0, False), -0.404190, 0.836630),
    ((1.2, 0.5, 0.2, True), 0.346413, 0.937510),
    ((0.8, -0.5, 0.25, False), -0.399029, 0.876879),
)
LSAT7_A = (0.988, 1.081, 1.706, 0.7651, 0.7358)
LSAT7_D = (1.8561, 0.808, 1.8043, 0.486, 1.8545)
LSAT7_ALPHA, LSAT7_REST = 0.453, (0.246, 0.247, 0.313, 0.223, 0.175)
"""Published figures: estimates of R's mirt; d = −a·b."""
CUT = 0.4
AS_OF = date(2026, 1, 1)
Z90 = 1.2815515655446004  # 80 % of a normal lie within so many sd
CHUNK = 32_768  # pairs at a time: the arrays stay in the cache
COUNTIES = ((1, 500, 16), (2, 2000, 16), (3, 5000, 20))
"""Our own simulated counties: seed, officials, competencies."""


@dataclass(frozen=True)
class Score:
    """One rule's figures on the same truth."""

    name: str
    mean: np.ndarray
    sd: np.ndarray

    def row(self, truth: np.ndarray) -> tuple[str, ...]:
        error = self.mean - truth
        met = (self.mean - CUT) / self.sd >= Z80
        precision = f"{np.mean(truth[met] >= CUT):.3f}" if met.any() else "–"
        coverage = np.mean(np.abs(error) <= Z90 * self.sd)
        return (self.name, f"{math.sqrt(np.mean(error**2)):.3f}", f"{coverage:.3f}", precision, f"{met.sum():,}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, help="another folder with items, responses, completions and truth (CSV, or CSV.gz)")
    options.add_argument("--officials", type=int, default=1_000_000, help="for the rebuild (default: a million)")
    chosen = options.parse_args()
    print("# Measurement in figures\n\n## Exact\n")
    table(("What", "Reach", "Got"), [golden(), oracle(), *calibration(), replayed(), incremental()])
    print("\n## Fast (processor time: what the machine's other work takes is not counted)\n")
    table(("What", "Reach", "Got"), [*speed(), rebuild(chosen.officials, 8), *heat_map()])
    for title, facts, truth, own in counties(chosen.data):
        print(f"\n## True: {title}\n\nMet = P >= 0.8 at cut {CUT}, as of {AS_OF}. Rivals are granted the best linear map to the truth.\n")
        table(("Rule", "RMSE", "80 % interval covers", "'met' is right", "said met"), accuracy(facts, truth, own=own))


def table(head: tuple[str, ...], rows: Iterator[tuple] | list[tuple]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join("---" for _ in head) + " |")
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |", flush=True)


def golden() -> tuple[str, str, str]:
    worst = max(max(abs(m - gm), abs(v - gv)) for (a, b, c, y), gm, gv in GOLDEN for m, v in [owen(0, 1, a, b, c, 0, y)])
    return "golden vectors, largest difference", "1e-6", f"{worst:.1e}"


def oracle() -> tuple[str, str, str]:
    """The closed form against numerical integration of the exact posterior, on items drawn at random."""
    drawn, worst = random.Random(3), 0.0
    for _ in range(200):
        m, v, item = drawn.uniform(-2, 2), drawn.uniform(0.1, 1), (drawn.uniform(0.4, 2.2), drawn.uniform(-2, 2), drawn.choice((0, 0.03, 0.25)))
        right = drawn.random() < 0.5
        ours, exact = owen(m, v, *item, 0.0, right), _integrated(m, v, *item, right)
        worst = max(worst, abs(ours[0] - exact[0]), abs(ours[1] - exact[1]))
    return "closed form against integration of the posterior, 200 cases", "1e-6", f"{worst:.1e}"


def _integrated(m: float, v: float, a: float, b: float, c: float, right: bool) -> tuple[float, float]:
    sd = math.sqrt(v)

    def weight(theta: float) -> float:
        p = c + (1 - c) * norm.cdf(a * (theta - b) / OGIVE)
        return norm.pdf(theta, m, sd) * (p if right else 1 - p)

    low, high = m - 9 * sd, m + 9 * sd
    total, first, second = (quad(lambda t, k=k: t**k * weight(t), low, high, epsabs=1e-12, limit=200)[0] for k in range(3))
    return first / total, second / total - (first / total) ** 2


def replayed() -> tuple[str, str, str]:
    """Facts in any order, and answers one by one, against the replay of all."""
    facts, _ = simulated.county(9, 400, 16)
    shuffler, different = random.Random(4), 0
    for known in facts.values():
        whole = replay(known.responses, known.completions)
        mixed = replay(shuffler.sample(known.responses, len(known.responses)), shuffler.sample(known.completions, len(known.completions)))
        different += mixed != whole
    return f"replay of shuffled facts against replay, {len(facts):,} pairs", "identical", f"{different} differ"


def incremental() -> tuple[str, str, str]:
    """Each answer added to what is kept, integers between, against the replay of all from nothing."""
    facts, _ = simulated.county(9, 400, 16)
    different = 0
    for known in facts.values():
        kept, window = State(), {}
        for one in sorted(known.responses, key=lambda response: response.order):
            if one.day - window.get(one.item, -DEFAULT_TUNING.cool_down_days) >= DEFAULT_TUNING.cool_down_days:
                window[one.item] = one.day
                kept = answered(kept if kept.n else State(t_day=one.day), one.parameters, one.score, one.day, DEFAULT_TUNING.q_confirmed)
        different += bool(known.responses) and kept != replay(known.responses).confirmed
    return f"answers one by one against a rebuild, {len(facts):,} pairs (stored sums: tests/competency/test_incremental.py)", "identical", f"{different} differ"


def calibration() -> Iterator[tuple[str, str, str]]:
    """LSAT7, 1,000 people and five items: the published two-parameter estimates, alpha and rest correlations."""
    lsat7 = np.genfromtxt(DATA / "lsat7_patterns.csv", delimiter=",", skip_header=1)
    patterns, weights = lsat7[:, :5], lsat7[:, 5]
    items = calibrate(patterns, weights, model="2pl").items
    people = np.repeat(patterns.astype(int).astype(str), weights.astype(int), axis=0)
    classical = analyse(people.tolist(), ["1"] * 5)
    yield "LSAT7, 2PL: largest difference of a", "0.005", f"{_off([one.a for one in items], LSAT7_A):.4f}"
    yield "LSAT7, 2PL: largest difference of d", "0.01", f"{_off([one.d for one in items], LSAT7_D):.4f}"
    yield "LSAT7: difference of alpha", "0.0005", f"{abs(classical.alpha - LSAT7_ALPHA):.5f}"
    yield "LSAT7: largest difference of rest correlations", "0.0005", f"{_off([one.rest_r for one in classical.items], LSAT7_REST):.5f}"


def _off(found: Sequence[float], published: Sequence[float]) -> float:
    return max(abs(ours - theirs) for ours, theirs in zip(found, published, strict=True))


def counties(folder: Path | None) -> Iterator[tuple[str, dict[Pair, Facts], dict[Pair, float], bool]]:
    """Every county with its facts and its truth: the published one, then our own (True)."""
    with tempfile.TemporaryDirectory() as scratch:
        yield "published county", *_read(_unpacked(folder or DATA / "sim", Path(scratch))), False
    for seed, officials, competencies in COUNTIES:
        yield f"own simulator, seed {seed}, {officials:,} officials", *simulated.county(seed, officials, competencies), True


def _unpacked(folder: Path, scratch: Path) -> Path:
    for packed in folder.glob("*.csv.gz"):
        (scratch / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))
    return scratch if list(folder.glob("*.csv.gz")) else folder


def _read(folder: Path) -> tuple[dict[Pair, Facts], dict[Pair, float]]:
    facts = read_facts(folder / "items.csv", folder / "responses.csv", folder / "completions.csv")
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        return facts, {(row["official"], row["competency"]): float(row["theta"]) for row in csv.DictReader(file)}


def accuracy(facts: dict[Pair, Facts], truth: dict[Pair, float], *, own: bool) -> Iterator[tuple[str, ...]]:
    """The rule, its rivals, and for our own counties the exact filter: it knows how they were made, so nothing can do better."""
    ours = {(row.official, row.competency): row for row in estimates(facts, day_number(AS_OF))}
    pairs = sorted(pair for pair in truth if pair in ours and facts[pair].responses)
    theta = np.array([truth[pair] for pair in pairs])
    yield ("*reach*", "as the exact filter" if own else "≤ 0.72", "0.77–0.85", "≥ 0.90", f"of {len(pairs):,} pairs")
    if own:
        yield Score("exact filter", *map(np.array, zip(*(simulated.exact(facts[p]) for p in pairs), strict=True))).row(theta)
    yield Score("**expected track**", *(np.array([getattr(ours[p], f) for p in pairs]) for f in ("mean", "sd"))).row(theta)
    for name, rule in RULES.items():
        yield fitted(name, np.array([rule(facts[p]) for p in pairs]), theta).row(theta)


def fitted(name: str, value: np.ndarray, theta: np.ndarray) -> Score:
    """Granted to the rival: the regression on the truth itself, and its residual as sd."""
    slope, start = np.polyfit(value, theta, 1)
    mean = start + slope * value
    return Score(name, mean, np.full_like(mean, np.std(theta - mean)))


def _best(work: Callable[[], object], repeats: int = 5) -> float:
    """Best of several, in seconds: the others measure the neighbours on the machine."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def speed() -> Iterator[tuple[str, str, str]]:
    state, item = State(120, 800_000, 20_000, 3), ItemParameters(1.2, 0.5, 0.2, 0.1)
    n = 100_000
    scalar = _best(lambda: [answered(state, item, 1, 20_030, 0.02) for _ in range(n)]) / n
    drawn = _responses(np.random.default_rng(1), CHUNK)
    vector = _best(lambda: answered_many(*drawn, 0.02), 20) / CHUNK
    yield "one update, scalar", "≤ 2 µs", f"{scalar * 1e6:.2f} µs"
    yield "one update, vectorised", "≤ 0.5 µs", f"{vector * 1e6:.2f} µs"


def heat_map() -> Iterator[tuple[str, str, str]]:
    data, page = heat_map_milliseconds()
    yield "heat map of 33 units × 24 competencies, a million officials: data work", "≤ 5 ms", f"{data:.1f} ms"
    yield "the same, whole page", "≤ 100 ms", f"{page:.0f} ms"


def _responses(random: np.random.Generator, size: int) -> tuple:
    items = (random.uniform(0.5, 2, size), random.uniform(-2, 2, size), random.choice([0, 0.03, 0.25], size), random.uniform(0, 0.5, size))
    return np.zeros(size, np.int64), np.full(size, 1_000_000), np.zeros(size, np.int64), items, random.random(size) < 0.6


def rebuild(officials: int, competencies: int) -> tuple[str, str, str]:
    """Estimates and leaf sums of all pairs, one response a pair, in chunks; drawing the answers is not counted."""
    random, rules, cells = np.random.default_rng(2), Rules.of(framework.read()), 2000 * competencies
    sums, spent, left = np.zeros((cells, len(SUMS)), np.int64), 0.0, officials * competencies
    while left:
        size = min(CHUNK, left)
        drawn, cell, target = _responses(random, size), random.integers(0, cells, size), random.integers(1, 6, size)
        start = time.process_time()
        m, v = answered_many(*drawn, 0.02)
        one, unproven = np.ones(size, np.int64), np.full(size, -1)
        sums += add_to_cells(cell, Pairs(m, v, one * 20_000, one, target, unproven), rules, cells)
        spent += time.process_time() - start
        left -= size
    total = officials * competencies
    assert sums[:, SUMS.index("n_evidence")].sum() == total
    return f"rebuild of {officials:,} officials × {competencies} in memory", "≤ 5 s", f"{spent:.2f} s, {spent / total * 1e6:.2f} µs a pair"


if __name__ == "__main__":
    main()
