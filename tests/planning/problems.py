"""Small planning problems, and the best plan by trying every set of pairs."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import strategies as st

from lms.planning.problem import NO_LIMIT, Problem, floors, must_haves, needs, value


def problem(gaps, gains, hours, total, *, seats=None, critical=None, must=None, unit=None, person=NO_LIMIT, floor=0, barred=(), given=()) -> Problem:
    """A problem from plain lists."""
    gaps = np.array(gaps, np.int32)
    n, c = gaps.shape
    return Problem(
        gaps=gaps,
        critical=np.zeros((n, c), bool) if critical is None else np.array(critical, bool),
        must=np.zeros(n, bool) if must is None else np.array(must, bool),
        unit=np.zeros(n, np.int64) if unit is None else np.array(unit),
        hours=np.array(hours),
        seats=np.full(len(hours), NO_LIMIT) if seats is None else np.array(seats),
        gains=np.array(gains, np.int32).reshape(len(hours), c),
        total_hours=total,
        person_hours=person,
        floor_percent=floor,
        barred=np.array(barred, np.int64).reshape(-1, 2),
        given=np.array(given, np.int64).reshape(-1, 2),
    )


def broken(one: Problem, pairs: np.ndarray) -> list[str]:
    """Which limits a plan breaks."""
    hours, found = one.hours[pairs[:, 1]], []
    if len({tuple(p) for p in pairs.tolist()}) != len(pairs):
        found.append("twice")
    if hours.sum() > one.total_hours:
        found.append("hours")
    if (np.bincount(pairs[:, 0], weights=hours, minlength=one.officials) > one.person_limit).any():
        found.append("person")
    if any(np.sum(pairs[:, 1] == j) > one.seat_limit(j) for j in range(len(one.hours))):
        found.append("seats")
    chosen = {tuple(p) for p in pairs.tolist()}
    if any(not any((i, j) in chosen for j in np.flatnonzero(one.gains[:, c] > 0)) for i, c in must_haves(one).tolist()):
        found.append("must")
    if (np.bincount(one.unit[pairs[:, 0]], weights=hours, minlength=one.units) < floors(one)).any():
        found.append("floor")
    if any(tuple(p) in chosen for p in one.barred.tolist()) or any(tuple(p) not in chosen for p in one.given.tolist()):
        found.append("hand")
    return found


def brute_force(one: Problem) -> int | None:
    """What the best plan is worth; None when every plan breaks a limit. A course that closes nothing for somebody is no choice (hands aside)."""
    hands = {tuple(pair) for pair in one.given.tolist()}
    useful = np.stack([needs(one, j) for j in range(len(one.hours))], axis=1)
    every = [(i, j) for i in range(one.officials) for j in range(len(one.hours)) if useful[i, j] or (i, j) in hands]
    best = None
    for chosen in product((False, True), repeat=len(every)):
        pairs = np.array([pair for pair, is_in in zip(every, chosen, strict=True) if is_in], np.int64).reshape(-1, 2)
        if not broken(one, pairs):
            worth = value(one, pairs)
            best = worth if best is None or worth > best else best
    return best


@st.composite
def small(draw) -> Problem:
    """At most 3 officials, 3 courses and 3 competencies, so that every plan can be tried."""
    n, courses, width = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    numbers = st.integers
    gaps = draw(st.lists(st.lists(st.one_of(st.just(0), numbers(1, 1500)), min_size=width, max_size=width), min_size=n, max_size=n))
    gains = draw(st.lists(st.lists(st.sampled_from([0, 0, 350, 350, 200, 610]), min_size=width, max_size=width), min_size=courses, max_size=courses))
    flags = st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=n, max_size=n)
    return problem(
        gaps, gains, draw(st.lists(numbers(1, 6), min_size=courses, max_size=courses)), draw(numbers(0, 24)),
        seats=draw(st.lists(st.sampled_from([NO_LIMIT, NO_LIMIT, 0, 1, 2]), min_size=courses, max_size=courses)),
        critical=draw(flags), must=draw(st.lists(st.sampled_from([False, False, True]), min_size=n, max_size=n)),
        unit=draw(st.lists(numbers(0, 1), min_size=n, max_size=n)), person=draw(st.sampled_from([NO_LIMIT, 4, 8, 12])),
        floor=draw(st.sampled_from([0, 0, 50, 100])),
    )  # fmt: skip


def county(n: int, courses: int = 12, *, seed: int = 1, units: int = 6, share: float = 2.0, floor: int = 50, person: int = 24) -> Problem:
    """A problem of the size of a county, drawn at random."""
    rng = np.random.default_rng(seed)
    width, posts = 10, 6
    asked, post = rng.random((posts, width)) < 0.5, rng.integers(0, posts, n)
    critical = asked & (rng.random((posts, width)) < 0.25)
    gaps = np.where(asked[post] & (rng.random((n, width)) < 0.6), rng.normal(300, 500, (n, width)).clip(0), 0).astype(np.int32)
    gains = np.where(rng.random((courses, width)) < 0.25, rng.choice([350, 350, 200, 500], (courses, width)), 0)
    gains[:width] = np.maximum(gains[:width], 350 * np.eye(width, dtype=int)[:courses])
    seats = np.where(rng.random(courses) < 0.4, rng.integers(n // 20 + 1, n // 3 + 2, courses), NO_LIMIT)
    return Problem(gaps, critical[post], rng.random(n) < 0.05, rng.integers(0, units, n), rng.integers(2, 9, courses), seats, gains.astype(np.int32),
                   int(share * n), person, floor)  # fmt: skip
