"""Reading and marking answers: pure, and safe against any input.

`read_answer` turns whatever a browser or a file sent into an `Answer` or raises `AnswerRefused`;
`mark` scores an answer by item rules, section 4. Answers are plain JSON values:

    single, truefalse   "b"                      numeric    "28"  (digits as read, unit removed)
    multiple            ["a", "d"] (sorted)      short      "text"
    ordering            ["q", "s", "p"]          matching   {"1": "B", "2": "D"}
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from lms.assessments.enums import Kind
from lms.assessments.package import Matching, Multiple, Numeric, Ordering, Question, Short, Single, Text

Answer = str | list[str] | dict[str, str]
EVIDENCE_FROM = 0.75  # share of pairs from which a matching item counts as right
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_CLOCK = re.compile(r"(\d{1,2})[:时点](\d{2})分?")
MAX_NUMBER = 40


@dataclass(frozen=True)
class Mark:
    """What an answer is worth.

    `fraction` is the score shown (0 to 1); `evidence` is the response that moves an estimate (1 or 0),
    None while a person has still to mark it. `misconceptions` holds codes, or texts where a file gives no code.
    """

    fraction: float
    evidence: int | None
    misconceptions: tuple[str | Text, ...] = ()

    @property
    def full(self) -> bool:
        return self.fraction >= 1

    @property
    def fraction_milli(self) -> int | None:
        """The score in thousandths, None while it awaits a marker."""
        return None if self.evidence is None else round(1000 * self.fraction)


class Refusal:
    """Why an answer can't be taken: codes that pages and messages translate."""

    EMPTY = "empty"
    UNKNOWN_OPTION = "unknown_option"
    ONE_ONLY = "one_only"
    INCOMPLETE_ORDER = "incomplete_order"
    REPEATED = "repeated"
    NOT_A_NUMBER = "not_a_number"
    TOO_LONG = "too_long"
    WRONG_SHAPE = "wrong_shape"


class AnswerRefused(ValueError):
    """An answer that can't be read; `reason` is one of `Refusal`."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def read_answer(question: Question, raw: object, lang: str = "zh-Hans") -> Answer:
    """The answer in `raw`, checked against the question. Raises AnswerRefused, and nothing else."""
    return _READERS[Kind(question.type)](question, raw, lang)


def mark(question: Question, answer: Answer | None) -> Mark:
    """Score one answer that `read_answer` gave; None is an unanswered question, worth nothing."""
    if answer is None:
        return Mark(0.0, 0)
    return _MARKERS[Kind(question.type)](question, answer)


def _read_choice(question: Single, raw: object, _lang: str) -> str:
    if isinstance(raw, list | tuple):
        if len(raw) > 1:
            raise AnswerRefused(Refusal.ONE_ONLY)
        raw = raw[0] if raw else ""
    key = _text(raw)
    if key not in {option.key for option in question.options}:
        raise AnswerRefused(Refusal.UNKNOWN_OPTION)
    return key


def _read_multiple(question: Multiple, raw: object, _lang: str) -> list[str]:
    keys = _texts([raw] if isinstance(raw, str) else raw)
    if not set(keys) <= {option.key for option in question.options}:
        raise AnswerRefused(Refusal.UNKNOWN_OPTION)
    return sorted(set(keys))


def _read_ordering(question: Ordering, raw: object, _lang: str) -> list[str]:
    keys = _texts(raw)
    known = {step.key for step in question.steps}
    if not set(keys) <= known:
        raise AnswerRefused(Refusal.UNKNOWN_OPTION)
    if len(keys) != len(set(keys)):
        raise AnswerRefused(Refusal.REPEATED)
    if len(keys) != len(known):
        raise AnswerRefused(Refusal.INCOMPLETE_ORDER)
    return keys


def _read_matching(question: Matching, raw: object, _lang: str) -> dict[str, str]:
    if not isinstance(raw, Mapping) or len(raw) > len(question.left):
        raise AnswerRefused(Refusal.WRONG_SHAPE)
    pairs = {left: right for left, right in raw.items() if right != ""}
    if not pairs:
        raise AnswerRefused(Refusal.EMPTY)
    _texts(list(pairs.values()))
    left, right = {entry.key for entry in question.left}, {entry.key for entry in question.right}
    if not (set(pairs) <= left and set(pairs.values()) <= right):
        raise AnswerRefused(Refusal.UNKNOWN_OPTION)
    return {key: pairs[key] for key in sorted(pairs)}


def _read_numeric(question: Numeric, raw: object, _lang: str) -> str:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = str(raw)
    text = unicodedata.normalize("NFKC", _text(raw, MAX_NUMBER))
    text = re.sub(r"\s", "", text).replace("−", "-").replace("。", ".")
    unit = question.answer.unit
    for name in (unit.zh, unit.en) if unit else ():
        name = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
        text = re.sub(re.escape(name) + "$", "", text, flags=re.IGNORECASE)
    if unit and unit.en == "hhmm" and (clock := _CLOCK.fullmatch(text)):
        text = clock[1].zfill(2) + clock[2]
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise AnswerRefused(Refusal.NOT_A_NUMBER)
    return text.replace(",", "")


def _read_short(question: Short, raw: object, lang: str) -> str:
    limit = question.max_chars.en if lang == "en" else question.max_chars.zh
    text = "\n".join(line.rstrip() for line in _text(raw, 4 * limit + 100).splitlines()).strip()
    if not text:
        raise AnswerRefused(Refusal.EMPTY)
    if len(text) > limit:
        raise AnswerRefused(Refusal.TOO_LONG)
    return text


def _text(raw: object, limit: int = 16) -> str:
    """One string without characters a database or a page can't hold."""
    if not isinstance(raw, str):
        raise AnswerRefused(Refusal.WRONG_SHAPE)
    if not raw.strip():
        raise AnswerRefused(Refusal.EMPTY)
    if len(raw) > limit:
        raise AnswerRefused(Refusal.TOO_LONG)
    if any(unicodedata.category(sign) in ("Cs", "Cc") and sign not in "\r\n\t" for sign in raw):
        raise AnswerRefused(Refusal.WRONG_SHAPE)
    return raw


def _texts(raw: object) -> list[str]:
    if not isinstance(raw, list | tuple) or len(raw) > 50:
        raise AnswerRefused(Refusal.WRONG_SHAPE)
    if not raw:
        raise AnswerRefused(Refusal.EMPTY)
    return [_text(one) for one in raw]


def _mark_choice(question: Single, answer: str) -> Mark:
    """Right or nothing; in a two-tier item the option holds judgement and reason, so both are right or neither."""
    right = answer == question.answer
    return Mark(float(right), int(right), _beliefs(question.options, {answer} - {question.answer}))


def _mark_multiple(question: Multiple, answer: list[str]) -> Mark:
    """(right chosen − wrong chosen) / number of keys, not below 0; evidence at full marks only."""
    chosen, keys = set(answer), set(question.answer)
    fraction = max(0, len(chosen & keys) - len(chosen - keys)) / len(keys)
    return Mark(fraction, int(chosen == keys), _beliefs(question.options, chosen - keys))


def _mark_ordering(question: Ordering, answer: list[str]) -> Mark:
    """Share of pairs in the right order (Kendall); evidence for the full order only."""
    place = {key: position for position, key in enumerate(answer)}
    pairs = list(combinations(question.answer, 2))
    right = sum(place[first] < place[second] for first, second in pairs)
    return Mark(right / len(pairs), int(right == len(pairs)))


def _mark_matching(question: Matching, answer: dict[str, str]) -> Mark:
    """Share of the left column matched; evidence from three quarters."""
    wrong = {right for left, right in answer.items() if question.answer[left] != right}
    matched = sum(answer.get(left) == right for left, right in question.answer.items())
    fraction = matched / len(question.answer)
    return Mark(fraction, int(fraction >= EVIDENCE_FROM), _beliefs(question.right, wrong))


def _mark_numeric(question: Numeric, answer: str) -> Mark:
    """Within the tolerance, compared as decimals: 5.05 is within 0.05 of 5.0."""
    target = question.answer
    right = _near(answer, target.value, target.tolerance)
    errors = () if right else tuple(
        error.misconception for error in question.common_errors if _near(answer, error.value, target.tolerance)
    )
    return Mark(float(right), int(right), errors)


def _mark_short(_question: Short, _answer: str) -> Mark:
    return Mark(0.0, None)


def _near(answer: str, value: float, tolerance: float) -> bool:
    return abs(Decimal(answer) - Decimal(str(value))) <= Decimal(str(tolerance))


def _beliefs(options: Sequence, chosen: set[str]) -> tuple[str, ...]:
    held = (option.misconception for option in options if option.key in chosen and option.misconception)
    return tuple(dict.fromkeys(held))


_READERS = {
    Kind.SINGLE: _read_choice, Kind.TRUEFALSE: _read_choice, Kind.MULTIPLE: _read_multiple,
    Kind.ORDERING: _read_ordering, Kind.MATCHING: _read_matching, Kind.NUMERIC: _read_numeric,
    Kind.SHORT: _read_short,
}
_MARKERS = {
    Kind.SINGLE: _mark_choice, Kind.TRUEFALSE: _mark_choice, Kind.MULTIPLE: _mark_multiple,
    Kind.ORDERING: _mark_ordering, Kind.MATCHING: _mark_matching, Kind.NUMERIC: _mark_numeric,
    Kind.SHORT: _mark_short,
}


