"""When marks are enough, and what they come to (pure). The rules assessors are told stand in docs/marking.md."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, median_low

PASS_GRADE = 2
MOST_TOTAL_DIFFERENCE = 2
MOST_POINTS_DIFFERENCE = 1
MOST = 3
SECOND_MARK_PERCENT = 20
DOUBLE_FROM_LEVEL = 3

Grades = Sequence[int]
"""One mark: a grade (or points) for each criterion, in the rubric's order."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the marks of a piece of work come to. ``criteria``: the median of each, the lower one of two."""

    passed: bool
    criteria: tuple[int, ...]
    assessors: int

    @property
    def total(self) -> int:
        return sum(self.criteria)


def passes(grades: Grades) -> bool:
    """Whether one mark passes the work: every criterion has grade 2 or 3."""
    return min(grades) >= PASS_GRADE


def differ(first: Grades, second: Grades) -> bool:
    """Whether two marks of a work sample need a third: totals more than 2 apart, or one passes it and the other does not."""
    return abs(sum(first) - sum(second)) > MOST_TOTAL_DIFFERENCE or passes(first) != passes(second)


def marks_needed(marks: Sequence[Grades], *, panel: bool) -> int:
    """How many marks a piece of work needs, given those that are in: a panel three; else two, and a third when they differ."""
    if panel:
        return MOST
    return MOST if len(marks) >= 2 and differ(marks[0], marks[1]) else 2


def settle(marks: Sequence[Grades], *, panel: bool = False) -> Decision | None:
    """The decision, or None while marks are missing: median of each criterion, the majority passes or fails it."""
    if len(marks) < marks_needed(marks, panel=panel):
        return None
    criteria = tuple(median_low(grades) for grades in zip(*marks, strict=True))
    return Decision(2 * sum(map(passes, marks)) > len(marks), criteria, len(marks))


def judged_level(level: int, decision: Decision) -> int:
    """The level that a decision on a task of ``level`` shows.

    Passed: that level. Narrowly failed (at least half of all points, nothing at grade 0): one below. Clearly failed: two below.
    """
    if decision.passed:
        return level
    narrowly = min(decision.criteria) > 0 and 2 * decision.total >= 3 * len(decision.criteria)
    return max(0, level - (1 if narrowly else 2))


def answer_marks_needed(totals: Sequence[int], *, double: bool) -> int:
    """How many marks a short answer needs: one; two where ``double``; a third when the two are more than a point apart."""
    if not double:
        return 1
    return MOST if len(totals) >= 2 and abs(totals[0] - totals[1]) > MOST_POINTS_DIFFERENCE else 2


def settle_answer(totals: Sequence[int], highest: int, *, double: bool) -> int | None:
    """The share of all points in thousandths (median of the totals), or None while marks are missing."""
    if len(totals) < answer_marks_needed(totals, double=double):
        return None
    return round(1000 * median(totals) / highest)


def is_double(key: str, level: int, seed: str = "1") -> bool:
    """Whether two people mark a short answer: all of level 3, and every fifth of the others, chosen by its key."""
    if level >= DOUBLE_FROM_LEVEL:
        return True
    return int.from_bytes(hashlib.sha256(f"{seed}:{key}".encode()).digest()[:4]) % 100 < SECOND_MARK_PERCENT
