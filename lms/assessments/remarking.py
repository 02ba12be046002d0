"""Marking a stored answer anew, and reading another key (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lms.assessments.enums import Kind
from lms.assessments.marking import AnswerRefused, mark, read_answer
from lms.assessments.package import Question, item_data, parse_item
from lms.assessments.presenting import FormData, filled_from_form, raw_answer

REKEYABLE = frozenset(Kind) - {Kind.SHORT, Kind.SCENARIO}
"""Kinds that are marked by a key."""


class Marked(NamedTuple):
    """A response's mark: ``correct`` as in ``Mark.evidence``, ``void`` when its question is withdrawn."""

    correct: int | None
    fraction_milli: int | None
    void: bool


def marked_anew(question: Question | None, answer: Mapping[str, Any] | None, stored: Marked, *, blind: bool, withdrawn: bool) -> Marked:
    """The mark by the key of ``question``. ``answer`` as stored.

    What no key decides keeps its mark: an import that brought only right or wrong (``blind``), a short answer that
    people mark, a question known by its numbers only (None).
    """
    if question is None or blind or question.type not in REKEYABLE:
        return stored._replace(void=withdrawn)
    result = mark(question, None if answer is None else answer["value"])
    return Marked(result.evidence, result.fraction_milli, withdrawn)


def with_key(question: Question, key: Any) -> Question:
    """The question with another key. Raises ValueError (AnswerRefused or pydantic's) for one that does not fit."""
    if question.type != Kind.NUMERIC:
        read_answer(question, key)
    return parse_item(item_data(question) | {"answer": key})


def key_of(question: Question) -> Any:
    """The key as plain data."""
    return item_data(question)["answer"]


def read_key(question: Question, form: FormData) -> Any:
    """The key that a form of the question's own fields holds. Raises AnswerRefused."""
    answer = read_answer(question, raw_answer(question, filled_from_form(question, form)))
    if question.type == Kind.NUMERIC:
        number = float(answer)
        return key_of(question) | {"value": int(number) if number.is_integer() else number}
    if question.type == Kind.MATCHING and len(answer) < len(question.left):
        raise AnswerRefused("incomplete")
    return answer
