"""Why no plan keeps all limits, and what would help (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from lms.planning.covers import covers
from lms.planning.enums import RefusalKind
from lms.planning.problem import Problem, must_haves

NAMED = 5  # officials a reason names


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason with its numbers; ``officials``, ``competency`` and ``course`` are indices of the problem."""

    kind: RefusalKind
    needed: int = 0
    given: int = 0
    officials: tuple[int, ...] = ()
    competency: int | None = None
    course: int | None = None
    facts: dict[str, int] = field(default_factory=dict)


def beforehand(problem: Problem) -> list[Refusal]:
    """Reasons that are certain before any search; an empty list promises nothing."""
    if not (problem.gaps > 0).any():
        return [Refusal(RefusalKind.NOTHING_OPEN)]
    if not problem.helped.any():
        return [Refusal(RefusalKind.NO_COURSE)]
    return [*_hands(problem), *_musts(problem)]


def _hands(problem: Problem) -> Iterator[Refusal]:
    """What was put in by hand alone breaks a limit."""
    who, courses = problem.given[:, 0], problem.given[:, 1]
    hours = problem.hours[courses]
    if hours.sum() > problem.total_hours:
        yield Refusal(RefusalKind.HAND_HOURS, int(hours.sum()), problem.total_hours)
    for course, count in zip(*np.unique(courses, return_counts=True), strict=True):
        if count > problem.seat_limit(course):
            yield Refusal(RefusalKind.HAND_SEATS, int(count), problem.seat_limit(course), course=int(course))
    spent = np.bincount(who, weights=hours, minlength=problem.officials)
    over = np.flatnonzero(spent > problem.person_limit)
    if len(over):
        yield Refusal(RefusalKind.HAND_PERSON, int(spent.max()), problem.person_limit, tuple(over[:NAMED].tolist()))


def _musts(problem: Problem) -> Iterator[Refusal]:
    found = covers(problem)
    barred = [cover.official for cover in found if cover.courses is None]
    if barred:
        yield Refusal(RefusalKind.MUST_BARRED, len(barred), 0, tuple(barred[:NAMED]))
    found = [cover for cover in found if cover.courses is not None]
    long = [cover for cover in found if cover.hours > problem.person_limit]
    if long:
        yield Refusal(RefusalKind.MUST_PERSON, max(cover.hours for cover in long), problem.person_limit, tuple(cover.official for cover in long[:NAMED]),
                      facts={"people": len(long)})  # fmt: skip
    covered = {cover.official for cover in found}
    others = sum(int(problem.hours[j]) for i, j in problem.given.tolist() if i not in covered)
    hours = sum(cover.hours for cover in found) + others
    if hours > problem.total_hours:
        yield Refusal(RefusalKind.MUST_HOURS, hours, problem.total_hours, facts={"people": len(found)})
    yield from _must_seats(problem)


def _must_seats(problem: Problem) -> Iterator[Refusal]:
    """More people need some competency than all courses that move it have seats."""
    wanted = must_haves(problem)
    for c, needed in zip(*np.unique(wanted[:, 1], return_counts=True), strict=True):
        moving = np.flatnonzero(problem.gains[:, c] > 0)
        seats = sum(problem.seat_limit(j) for j in moving)
        if needed > seats:
            yield Refusal(RefusalKind.MUST_SEATS, int(needed), int(seats), competency=int(c), course=int(moving[0]))


def afterwards(problem: Problem, solvable: Callable[[Problem], bool]) -> list[Refusal]:
    """Reasons after a search that found nothing: the floor, if a lower one would do, else the limits together."""
    if problem.floor_percent > 0:
        for percent in (*range(problem.floor_percent // 10 * 10, 0, -10), 0):
            if percent < problem.floor_percent and solvable(replace(problem, floor_percent=percent)):
                return [Refusal(RefusalKind.FLOOR, problem.floor_percent, percent)]
    wanted = must_haves(problem)
    return [Refusal(RefusalKind.TOGETHER, len(wanted), problem.total_hours, facts={"people": len(np.unique(wanted[:, 0]))})]
