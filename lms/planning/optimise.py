"""The plan optimiser's door (pure): the best plan that can be proven, or the reasons why none keeps all limits.

Up to :data:`EXACT` officials mixed-integer programming, beyond that classes and lazy greedy. Either way the solution carries a bound that
no plan can exceed, so "at least X % of the best possible" is proven and not hoped for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lms.planning import exact, greedy
from lms.planning.problem import Problem, Solution, closed
from lms.planning.refusals import Refusal, afterwards, beforehand
from lms.planning.tidying import tidy

EXACT = 1000
TEN_HOURS = 50_000
"""Up to so many officials a plan says what ten hours more would bring; to more, ten hours are nothing."""
GOOD = 99.5
MORE = (10, 20)  # hours


def optimise(problem: Problem, *, seconds: float = exact.SECONDS) -> Solution | list[Refusal]:
    """The plan, or why there is none (never empty)."""
    refused = beforehand(problem)
    if refused:
        return refused
    found = _search(problem, seconds)
    return found if found is not None else afterwards(problem, lambda other: _search(other, seconds / 4) is not None)


def _search(problem: Problem, seconds: float) -> Solution | None:
    """Exactly for few; the greedy plan stands in where the search ran out of time, and its bound counts if it is lower."""
    if problem.officials > EXACT:
        return greedy.solve(problem)
    found = exact.solve(problem, seconds=seconds)
    if found is not None and found.percent >= GOOD:
        return found
    other = greedy.solve(problem)
    if found is None or other is None:
        return found or other
    best = max(found, other, key=lambda one: one.value)
    return replace(best, bound=min(found.bound, other.bound))


@dataclass(frozen=True, slots=True)
class Step:
    """What another total of hours would bring: value in weighted milli-logits, closed gap in milli-logits without weights, people;
    None where no plan keeps the limits."""

    hours: int
    value: int | None
    closed: int | None
    people: int | None


def totals(problem: Problem) -> list[int]:
    """The totals of hours that a plan is compared with: a fifth and a tenth fewer and more, and ten and twenty hours more."""
    hours = problem.total_hours
    few = {hours + more for more in MORE} if problem.officials <= TEN_HOURS else set()
    return sorted({hours * 8 // 10, hours * 9 // 10, hours, hours * 11 // 10, hours * 12 // 10} | few)


def sensitivity(
    problem: Problem, known: Solution, *, seconds: float = exact.SECONDS, report: Callable[[int, int], None] | None = None
) -> tuple[list[Step], Solution]:
    """The plan made anew with fewer and more hours, and the one at the problem's own: ``known``, unless the comparison came upon a better one.

    With more hours the plan of the step before, filled up, is always a choice: so more hours never bring less, unless the floor, which rises with
    them, forces other courses.
    """
    found: list[Step] = []
    before: Solution | None = None
    steps = totals(problem)
    for place, total in enumerate(steps):
        other = problem.with_hours(total)
        filled = _filled_up(other, before) if before is not None else None
        before = _better(_at(problem, other, known, seconds, filled), filled)
        if total == problem.total_hours and before is not None:
            known = before = replace(before, bound=max(min(before.bound, known.bound), before.value), method=known.method)
        found.append(_step(other, before))
        if report:
            report(place + 1, len(steps))
    return found, known


def _at(problem: Problem, other: Problem, known: Solution, seconds: float, filled: Solution | None) -> Solution | None:
    """The plan of another total, unless a few hours more in a plan by classes are best told by that plan itself, filled up."""
    if other.total_hours == problem.total_hours:
        return known
    near = 0 < other.total_hours - problem.total_hours <= max(MORE)
    return None if near and filled is not None and problem.officials > EXACT else _search(other, seconds / 2)


def _filled_up(problem: Problem, before: Solution) -> Solution | None:
    given = np.unique(np.concatenate([problem.given, before.pairs]), axis=0)
    found = greedy.solve(replace(problem, given=given))
    return found if found is None or problem.officials > EXACT else replace(found, pairs=tidy(problem, found.pairs))


def _better(one: Solution | None, other: Solution | None) -> Solution | None:
    return max((found for found in (one, other) if found is not None), key=lambda found: found.value, default=None)


def _step(problem: Problem, solution: Solution | None) -> Step:
    if solution is None:
        return Step(problem.total_hours, None, None, None)
    brought = int(closed(problem, solution.pairs).sum(dtype=np.int64))
    return Step(problem.total_hours, solution.value, brought, len(np.unique(solution.pairs[:, 0])))
