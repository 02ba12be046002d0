"""A question as a page shows it, and a form as a question reads it (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lms.assessments.enums import Kind
from lms.assessments.forms import shuffled_keys
from lms.assessments.marking import Answer, AnswerRefused, Mark, Refusal
from lms.assessments.package import Question, Text

LETTERS = "ABCDEFGHIJKLMN"
CHOICES = (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUEFALSE)
PAIR = "pair-"


class FormData(Protocol):
    """What we need of a submitted form."""

    def get(self, name: str, default: str = "") -> str: ...
    def getlist(self, name: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields of a question: chosen options, text, or a choice for each row (by its key)."""

    chosen: tuple[str, ...] = ()
    text: str = ""
    pairs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option, step or entry. ``letter`` names a right-hand entry; ``outcome`` is "right", "wrong" or None."""

    key: str
    text: Text
    letter: str = ""
    chosen: str = ""
    outcome: str | None = None
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question in the order its attempt shows it.

    ``choices``: options; ``rows``: steps to number or left-hand entries, each with what was chosen for it;
    ``entries``: right-hand entries with their letters.
    """

    kind: Kind
    stem: Text
    stimulus: Text | None
    part: int | None
    parts: int | None
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    entries: tuple[Choice, ...] = ()
    text: str = ""
    unit: Text | None = None
    max_chars: Any = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What a view needs to know of a question besides itself."""

    question: Question
    stimulus: Text | None = None
    part: int | None = None
    parts: int | None = None


def view(placed: Placed, filled: Filled, seed: str, *, reveal: bool = False) -> QuestionView:
    """The question as an attempt with ``seed`` shows it. ``reveal`` marks right and wrong: never for live items."""
    question = placed.question
    kind = Kind(question.type)
    order = shuffled_keys(question, seed)
    shared = {"kind": kind, "stem": question.stem, "stimulus": placed.stimulus, "part": placed.part, "parts": placed.parts}
    if kind in CHOICES:
        return QuestionView(**shared, choices=_choices(question, order, filled, reveal))
    if kind is Kind.ORDERING:
        return QuestionView(**shared, rows=_steps(question, order, filled, reveal))
    if kind is Kind.MATCHING:
        entries = _entries(question, order)
        return QuestionView(**shared, rows=_left(question, entries, filled, reveal), entries=entries)
    unit, most = getattr(getattr(question, "answer", None), "unit", None), getattr(question, "max_chars", None)
    return QuestionView(**shared, text=filled.text, unit=unit, max_chars=most)


def _choices(question: Question, order: Sequence[str], filled: Filled, reveal: bool) -> tuple[Choice, ...]:
    options = {option.key: option for option in question.options}
    if question.type == Kind.TRUEFALSE:
        order = sorted(order, key=lambda key: not options[key].judgement)  # reasons stay with their judgement
    keys = set(question.answer) if question.type == Kind.MULTIPLE else {question.answer}
    return tuple(
        Choice(
            key=key,
            text=options[key],
            chosen=key if key in filled.chosen else "",
            outcome=_outcome(key in keys, key in filled.chosen) if reveal else None,
            why=options[key].why if reveal and key in filled.chosen else None,
        )
        for key in order
    )


def _outcome(is_key: bool, chosen: bool) -> str | None:
    if is_key:
        return "right"
    return "wrong" if chosen else None


def _steps(question: Question, order: Sequence[str], filled: Filled, reveal: bool) -> tuple[Choice, ...]:
    steps = {step.key: step for step in question.steps}
    right = {key: str(number) for number, key in enumerate(question.answer, 1)}
    shown = question.answer if reveal else order
    return tuple(
        Choice(key, steps[key], right[key] if reveal else "", filled.pairs.get(key, ""), _verdict(reveal, filled.pairs.get(key) == right[key])) for key in shown
    )


def _entries(question: Question, order: Sequence[str]) -> tuple[Choice, ...]:
    entries = {entry.key: entry for entry in question.right}
    return tuple(Choice(key, entries[key], letter) for key, letter in zip(order, LETTERS))


def _left(question: Question, entries: Sequence[Choice], filled: Filled, reveal: bool) -> tuple[Choice, ...]:
    letters = {entry.key: entry.letter for entry in entries}
    return tuple(
        Choice(
            key=entry.key,
            text=entry,
            letter=letters[question.answer[entry.key]] if reveal else "",
            chosen=filled.pairs.get(entry.key, ""),
            outcome=_verdict(reveal, filled.pairs.get(entry.key) == question.answer[entry.key]),
        )
        for entry in question.left
    )


def _verdict(reveal: bool, right: bool) -> str | None:
    return ("right" if right else "wrong") if reveal else None


def filled_from_answer(question: Question, answer: Answer | None) -> Filled:
    """The fields as a saved answer fills them."""
    if answer is None:
        return Filled()
    if question.type in CHOICES:
        return Filled(chosen=tuple(answer) if isinstance(answer, list) else (answer,))
    if question.type == Kind.ORDERING:
        return Filled(pairs={key: str(number) for number, key in enumerate(answer, 1)})
    return Filled(pairs=dict(answer)) if question.type == Kind.MATCHING else Filled(text=answer)


def filled_from_form(question: Question, form: FormData) -> Filled:
    """The fields as they were sent; nothing is checked yet."""
    if question.type in CHOICES:
        return Filled(chosen=tuple(form.getlist("answer")))
    rows = getattr(question, "steps", None) or getattr(question, "left", ())
    if rows:
        return Filled(pairs={row.key: value for row in rows if (value := form.get(PAIR + row.key, "")) != ""})
    return Filled(text=form.get("answer", ""))


def raw_answer(question: Question, filled: Filled) -> object:
    """What ``marking.read_answer`` reads. Raises AnswerRefused for numbers that are no order."""
    if question.type in CHOICES:
        return list(filled.chosen)
    if question.type == Kind.MATCHING:
        return filled.pairs
    if question.type == Kind.ORDERING:
        return _order(question, filled.pairs)
    return filled.text


def _order(question: Question, numbers: dict[str, str]) -> list[str]:
    if not numbers:
        raise AnswerRefused(Refusal.EMPTY)
    allowed = {str(number) for number in range(1, len(question.steps) + 1)}
    if not set(numbers.values()) <= allowed:
        raise AnswerRefused(Refusal.WRONG_SHAPE)
    if len(set(numbers.values())) < len(numbers):
        raise AnswerRefused(Refusal.REPEATED)
    if len(numbers) < len(question.steps):
        raise AnswerRefused(Refusal.INCOMPLETE_ORDER)
    return sorted(numbers, key=lambda key: int(numbers[key]))


@dataclass(frozen=True, slots=True)
class Explained:
    """A question of a practice quiz after it was answered: the view with right and wrong marked, the mark and why."""

    position: int
    view: QuestionView
    mark: Mark
    answered: bool
    rationale: Text | None
    key_text: str
    misconceptions: tuple[Text, ...]
    lesson_code: str


def key_text(question: Question) -> str:
    """The right number, where the key is no option."""
    return f"{question.answer.value:g}" if question.type == Kind.NUMERIC else ""


def misconception_texts(codes: Sequence[str | Text], register: dict[str, dict[str, str]]) -> tuple[Text, ...]:
    """The words for what an answer betrays: of the bank's register, or those the item gives itself."""
    found = (code if isinstance(code, Text) else Text(**register[code]) if code in register else None for code in codes)
    return tuple(text for text in found if text is not None)
