"""Must-haves person by person: the fewest hours in which every open critical competency gets a course (pure)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from lms.planning.problem import Problem, must_haves


@dataclass(frozen=True, slots=True)
class Cover:
    """Courses for one official's must-haves and their hours in all; ``courses`` is None when none of the courses left can do it."""

    official: int
    hours: int
    courses: tuple[int, ...] | None


def tight(problem: Problem) -> list[Cover]:
    """The shortest covers of those whose hours might not suffice for any choice of one course a competency."""
    wanted = must_haves(problem)
    if not len(wanted):
        return []
    longest = np.array([problem.hours[problem.gains[:, c] > 0].max(initial=0) for c in range(problem.gaps.shape[1])])
    worst = np.bincount(wanted[:, 0], weights=longest[wanted[:, 1]], minlength=problem.officials)
    out = set(problem.barred[:, 0].tolist()) | set(problem.given[:, 0].tolist())
    doubtful = {int(i) for i in np.unique(wanted[:, 0]) if worst[i] > problem.person_limit or int(i) in out}
    return [cover for cover in covers(problem) if cover.official in doubtful]


def covers(problem: Problem) -> list[Cover]:
    """The shortest cover of every official who has must-haves. Equal needs are worked out once."""
    needed: defaultdict[int, list[int]] = defaultdict(list)
    for i, c in must_haves(problem).tolist():
        needed[i].append(c)
    barred, given = _by_official(problem.barred), _by_official(problem.given)
    known: dict[tuple, Cover] = {}
    found = []
    for i, competencies in needed.items():
        key = (tuple(competencies), barred[i], given[i])
        if key not in known:
            known[key] = _shortest(problem, i, competencies, barred[i], given[i])
        found.append(Cover(i, known[key].hours, known[key].courses))
    return found


def _by_official(pairs: np.ndarray) -> defaultdict[int, frozenset[int]]:
    found: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    for i, j in pairs.tolist():
        found[i] |= {j}
    return found


def _shortest(problem: Problem, official: int, competencies: list[int], barred: frozenset[int], given: frozenset[int]) -> Cover:
    """Depth first, the shortest course first, never beyond the best so far. ``hours`` includes what was given by hand."""
    moving = {c: [int(j) for j in np.flatnonzero(problem.gains[:, c] > 0) if int(j) not in barred] for c in competencies}
    for options in moving.values():
        options.sort(key=lambda j: int(problem.hours[j]))
    start = int(problem.hours[list(given)].sum()) if given else 0
    best: list = [1 << 30, None]

    def search(chosen: tuple[int, ...], hours: int) -> None:
        if hours >= best[0]:
            return
        left = [c for c in competencies if not any(j in chosen or j in given for j in moving[c])]
        if not left:
            best[:] = [hours, chosen]
            return
        for j in moving[min(left, key=lambda c: len(moving[c]))]:
            search((*chosen, j), hours + int(problem.hours[j]))

    search((), start)
    return Cover(official, best[0] if best[1] is not None else start, best[1])
