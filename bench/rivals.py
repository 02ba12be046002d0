"""What other platforms say of the same answers: the rules they use, granted the best linear map to the truth."""

from __future__ import annotations

from collections.abc import Callable

from lms.competency.estimate import Facts

Rule = Callable[[Facts], float]


def percent_correct(facts: Facts) -> float:
    """The share right of all answers."""
    return sum(r.correct for r in facts.responses) / len(facts.responses)


def decaying_average(facts: Facts, newest: float = 0.65) -> float:
    """The newest result weighs 65 %, all before together the rest."""
    average = None
    for response in sorted(facts.responses, key=lambda r: r.order):
        average = response.correct if average is None else newest * response.correct + (1 - newest) * average
    return average


def highest_score(facts: Facts) -> float:
    """The best sitting counts: the highest share right of any one day."""
    days: dict[int, list[int]] = {}
    for response in facts.responses:
        days.setdefault(response.day, []).append(response.correct)
    return max(sum(marks) / len(marks) for marks in days.values())


def latest_score(facts: Facts) -> float:
    """The newest sitting counts alone."""
    last = max(r.day for r in facts.responses)
    marks = [r.correct for r in facts.responses if r.day == last]
    return sum(marks) / len(marks)


RULES: dict[str, Rule] = {
    "percent correct": percent_correct,
    "decaying average (newest counts 65 %)": decaying_average,
    "highest score": highest_score,
    "latest score": latest_score,
}
