"""What other platforms' rules would say of the same answers, for comparison (pure). None of them knows how hard a question was.

Each rule answers with a share from 0 to 1. A percentage says nothing of uncertainty, so it stands beside ours, never
in place of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lms.competency.enums import Rival
from lms.competency.proficiency import Response

Rule = Callable[[Sequence[Response]], float]


def percent_correct(answers: Sequence[Response]) -> float:
    """The share right of all answers."""
    return sum(one.score for one in answers) / len(answers)


def decaying_average(answers: Sequence[Response], newest: float = 0.65) -> float:
    """The newest result weighs 65 %, all before together the rest."""
    ordered = sorted(answers, key=lambda one: one.order)
    average = ordered[0].score
    for one in ordered[1:]:
        average = newest * one.score + (1 - newest) * average
    return average


def highest_score(answers: Sequence[Response]) -> float:
    """The best sitting counts: the highest share right of any one day."""
    return max(percent_correct(day) for day in _by_day(answers).values())


def latest_score(answers: Sequence[Response]) -> float:
    """The newest sitting counts alone."""
    days = _by_day(answers)
    return percent_correct(days[max(days)])


def _by_day(answers: Sequence[Response]) -> dict[int, list[Response]]:
    days: dict[int, list[Response]] = {}
    for one in answers:
        days.setdefault(one.day, []).append(one)
    return days


RULES: dict[Rival, Rule] = {
    Rival.PERCENT_CORRECT: percent_correct,
    Rival.DECAYING_AVERAGE: decaying_average,
    Rival.HIGHEST_SCORE: highest_score,
}
"""Those that pages show beside ours."""
