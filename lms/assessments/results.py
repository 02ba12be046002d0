"""What a person learns after submitting (pure but for the rows it is given).

Evidence: how many right in each competency, beliefs to correct and the lesson to read again; never a key, nor
which question was wrong, so that live items stay usable. Practice: everything, with the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lms.assessments.flow import Step, current_answers
from lms.assessments.marking import mark
from lms.assessments.package import Text
from lms.assessments.presenting import Explained, Placed, filled_from_answer, key_text, misconception_texts, view
from lms.assessments.queries import Asked


@dataclass(frozen=True, slots=True)
class CompetencyResult:
    """Questions of one competency in an attempt; ``waiting`` for a person to mark them."""

    competency: str
    asked: int
    right: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Belief:
    """A misconception that wrong answers showed, and the lessons that put it right."""

    text: Text
    lessons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """One response of an attempt as stored."""

    asked: Asked
    correct: int | None
    answer: Any


def by_competency(responses: Iterable[Given]) -> list[CompetencyResult]:
    """Counts in each competency, in the order of first appearance by code."""
    found: dict[str, list[int | None]] = {}
    for one in responses:
        found.setdefault(one.asked.competency, []).append(one.correct)
    return [CompetencyResult(code, len(marks), marks.count(1), marks.count(None)) for code, marks in sorted(found.items())]


def beliefs(responses: Iterable[Given], register: dict[str, dict[str, str]]) -> list[Belief]:
    """Misconceptions behind the wrong answers, each once, with the lessons of the questions concerned."""
    found: dict[Text, dict[str, None]] = {}
    for one in responses:
        hit = mark(one.asked.question, one.answer).misconceptions if one.answer is not None else ()
        for text in misconception_texts(hit, register):
            found.setdefault(text, {})[one.asked.lesson_code] = None
    return [Belief(text, tuple(code for code in lessons if code)) for text, lessons in found.items()]


def lessons_to_read(responses: Iterable[Given]) -> list[str]:
    """Codes of lessons whose questions were not all answered right, those with most wrong answers first."""
    wrong: dict[str, int] = {}
    for one in responses:
        if one.correct == 0 and one.asked.lesson_code:
            wrong[one.asked.lesson_code] = wrong.get(one.asked.lesson_code, 0) + 1
    return sorted(wrong, key=lambda code: (-wrong[code], code))


def placed(asked: Asked) -> Placed:
    """The question with its stimulus, as pages show it."""
    return Placed(asked.question, asked.stimulus, asked.part, asked.parts)


def explained(position: int, asked: Asked, answer: Any, seed: str, register: dict[str, dict[str, str]]) -> Explained:
    """One question of a practice quiz with right and wrong marked and the reasons."""
    question, result = asked.question, mark(asked.question, answer)
    return Explained(
        position=position,
        view=view(placed(asked), filled_from_answer(question, answer), seed, reveal=True),
        mark=result,
        answered=answer is not None,
        rationale=question.rationale,
        key_text=key_text(question),
        misconceptions=misconception_texts(result.misconceptions, register),
        lesson_code=asked.lesson_code,
    )


def all_explained(form: Sequence[Asked], steps: Iterable[Step], seed: str, register: dict[str, dict[str, str]]) -> list[Explained]:
    """Every question of a practice attempt, explained."""
    answers = current_answers(steps)
    return [explained(position, asked, answers.get(position), seed, register) for position, asked in enumerate(form, 1)]
