"""The plan optimiser in figures: 500 officials by 60 courses to proven optimality, and very many by classes of equal gaps.

    python -m bench.planning [--officials 1000000] [--exact 500 60]

Counties are drawn from seeds: six posts that ask for half of 24 competencies, estimates for six pairs in ten, gaps around 0.3 of a level,
60 courses that each move about a quarter of the competencies, four courses in ten with seats, 24 hours a person, floors at half the share.
Peak memory is that of the whole process, arrays of the problem included.
"""

import argparse
import resource
import time
from collections.abc import Iterator

import numpy as np

from lms.planning import exact, greedy
from lms.planning.problem import NO_LIMIT, Problem, hours_of

COMPETENCIES, POSTS = 24, 6
SEEDS = (1, 2, 3)


def county(officials: int, courses: int, *, seed: int, units: int, share: float = 3.0, step: int = 1) -> Problem:
    """``share`` hours an official in all; ``step``: estimates are known to that many milli-logits (few people have equal ones at 1)."""
    rng = np.random.default_rng(seed)
    asked, post = rng.random((POSTS, COMPETENCIES)) < 0.5, rng.integers(0, POSTS, officials)
    critical = asked & (rng.random((POSTS, COMPETENCIES)) < 0.25)
    gaps = np.zeros((officials, COMPETENCIES), np.int32)
    for c in range(COMPETENCIES):
        drawn = (rng.normal(300, 500, officials) // step * step).clip(0)
        gaps[:, c] = np.where(asked[post, c] & (rng.random(officials) < 0.6), drawn, 0)
    gains = np.where(rng.random((courses, COMPETENCIES)) < 0.1, rng.choice([350, 350, 200, 500], (courses, COMPETENCIES)), 0)
    gains[:COMPETENCIES] = np.maximum(gains[:COMPETENCIES], 350 * np.eye(COMPETENCIES, dtype=int)[:courses])
    seats = np.where(rng.random(courses) < 0.4, rng.integers(officials // 20 + 1, officials // 3 + 2, courses), NO_LIMIT)
    return Problem(
        gaps, critical[post], rng.random(officials) < 0.02, rng.integers(0, units, officials), rng.integers(2, 9, courses), seats, gains.astype(np.int32),
        int(share * officials), 24, 50,
    )  # fmt: skip


def exactly(officials: int, courses: int) -> Iterator[str]:
    """Mixed-integer programming, and the greedy plan on the same counties."""
    yield f"| {officials} × {courses}, hours an official | seed | seconds | HiGHS gap | greedy: seconds | of the best found |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for share in (1.0, 3.0, 8.0):
        for seed in SEEDS:
            problem = county(officials, courses, seed=seed, units=6, share=share)
            started = time.perf_counter()
            best = exact.solve(problem)
            middle = time.perf_counter()
            quick = greedy.solve(problem)
            ended = time.perf_counter()
            if best is None or quick is None:
                yield f"| {share:g} | {seed} | {middle - started:.1f} | no plan keeps the limits | {ended - middle:.2f} | |"
                continue
            gap = 100 * (1 - best.value / best.bound)
            yield f"| {share:g} | {seed} | {middle - started:.1f} | {gap:.2f} % | {ended - middle:.2f} | {100 * quick.value / best.value:.2f} % |"


def by_classes(officials: int) -> Iterator[str]:
    """Classes and lazy greedy, with estimates to the milli-logit and to fifty of them."""
    yield "| officials | estimates to | seconds | processor seconds | at least, of the best possible | class hours | places | peak memory |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for step in (50, 1):
        problem = county(officials, 60, seed=1, units=max(officials // 50, 1), step=step)
        started, work = time.perf_counter(), time.process_time()
        found = greedy.solve(problem)
        seconds, work = time.perf_counter() - started, time.process_time() - work
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if found is None:
            yield f"| {officials:,} | {step} | {seconds:.1f} | {work:.1f} | no plan keeps the limits | | | {peak:,.0f} MB |"
            continue
        plan = f"{found.percent:g} % | {hours_of(problem, found.pairs):,} of {problem.total_hours:,} | {len(found.pairs):,}"
        yield f"| {officials:,} | {step} milli-logits | {seconds:.1f} | {work:.1f} | {plan} | {peak:,.0f} MB |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--officials", type=int, default=1_000_000)
    parser.add_argument("--exact", type=int, nargs=2, default=(500, 60), metavar=("OFFICIALS", "COURSES"))
    given = parser.parse_args()
    for line in by_classes(given.officials):
        print(line, flush=True)
    print()
    for line in exactly(*given.exact):
        print(line, flush=True)


if __name__ == "__main__":
    main()
