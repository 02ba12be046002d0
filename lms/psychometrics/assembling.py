"""From answers to questions: what each official chose, put together by question or set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from lms.assessments import queries as assessments
from lms.assessments.enums import Kind
from lms.assessments.queries import Asked
from lms.psychometrics.beliefs import SMALLEST, Line
from lms.psychometrics.instruments import PartAnswers, UnitAnswers
from lms.psychometrics.reading import GROUPINGS, Answers, UnitHead, group_of

CHOICES = (Kind.SINGLE, Kind.TRUEFALSE, Kind.MULTIPLE)
EXTERNAL = "external"  # known by its numbers only: there is no content to show
FROM_ATTEMPT = "attempt"


@dataclass(frozen=True, slots=True)
class Assembled:
    """Answers of a competency by question or set (its newest version only): places in ``answers.rows``, and what was asked."""

    answers: Answers
    heads: Mapping[int, UnitHead]
    lines: Mapping[int, Sequence[int]]
    asked: Mapping[int, Asked]


def assemble(session: Session, answers: Answers, heads: Mapping[int, UnitHead]) -> Assembled:
    """Put the answers together by question."""
    lines: defaultdict[int, list[int]] = defaultdict(list)
    for i, row in enumerate(answers.rows):
        head = heads.get(row.unit_id)
        if head is not None and row.version == head.version:
            lines[row.unit_id].append(i)
    return Assembled(answers, heads, lines, _questions(session, answers, lines))


def units(found: Assembled) -> Iterator[tuple[UnitHead, UnitAnswers]]:
    """Each question or set with the answers to its newest version."""
    for unit_id, here in found.lines.items():
        yield found.heads[unit_id], _unit(found.answers, here, found.asked)


class Offered(NamedTuple):
    """A question that offers a wrong idea, with the answers to it; never fewer than five officials'."""

    course: str
    idea: str
    item: str
    lesson: str
    lines: Sequence[Line]


def ideas(found: Assembled) -> Iterator[Offered]:
    """Each wrong idea that a question offers, with who chose it. A question that fewer than five answered stays out: what the
    others leave of a sum would be theirs."""
    for unit_id, here in found.lines.items():
        parts: defaultdict[int, list[int]] = defaultdict(list)
        for i in here:
            parts[found.answers.rows[i].item_revision_id].append(i)
        for revision_id, lines in parts.items():
            asked = found.asked.get(revision_id)
            if asked is not None:
                yield from _ideas_of(asked, found.heads[unit_id].course, [found.answers.rows[i] for i in lines])


def _ideas_of(asked: Asked, course: str, rows: Sequence[Any]) -> Iterator[Offered]:
    question = asked.question
    key = options_of(question)[1]
    known = [(row.official_id, chosen) for row in rows if (chosen := _chosen(row, question, key)) is not None]
    if len(known) < SMALLEST:
        return
    for idea, names in _tagged(question, key).items():
        chance, among = _chance(question, names), _among(question, names, key)
        lines = [Line(one, _hit(question, names, chosen), chance, bool(chosen) and chosen.isdisjoint(key), among) for one, chosen in known]
        yield Offered(course, idea, asked.code, asked.lesson_code, lines)


def _among(question: Any, names: Collection[str], key: Sequence[str]) -> float:
    """The share of wrong options that stand for the idea, where exactly one option is chosen."""
    return len(names) / (len(question.options) - len(key)) if question.type in (Kind.SINGLE, Kind.TRUEFALSE) else 0.0


def _tagged(question: Any, key: Sequence[str]) -> dict[str, frozenset[str]]:
    """Wrong options by the idea they stand for; of a number, its usual errors. Ideas without a code belong to one question only and stay out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for option in getattr(question, "options", ()):
        if option.misconception and option.key not in key:
            found[option.misconception].add(option.key)
    for error in getattr(question, "common_errors", ()):
        if isinstance(error.misconception, str):
            found[error.misconception].add(str(error.value))
    return {idea: frozenset(names) for idea, names in found.items()}


def _hit(question: Any, names: Collection[str], chosen: frozenset[str]) -> bool:
    """Whether the idea was chosen; of a number, whether it comes as near to the usual error as a right answer must come to the key."""
    if question.type != Kind.NUMERIC:
        return not chosen.isdisjoint(names)
    tolerance = Decimal(str(question.answer.tolerance))
    return any(abs(Decimal(given) - Decimal(name)) <= tolerance for given in chosen for name in names)


def _chance(question: Any, names: Collection[str]) -> float:
    """How often blind guessing chooses one of these: each option of several is ticked half the time; a number is never guessed."""
    if question.type == Kind.MULTIPLE:
        return 1 - 0.5 ** len(names)
    return len(names) / len(question.options) if question.type in CHOICES else 0.0


def _questions(session: Session, answers: Answers, lines: Mapping[int, Sequence[int]]) -> dict[int, Asked]:
    """Questions by revision, with the keys that hold now."""
    rows = (answers.rows[i] for here in lines.values() for i in here)
    wanted = sorted({row.item_revision_id for row in rows if row.kind != EXTERNAL})
    return dict(zip(wanted, assessments.form_questions(session, wanted), strict=True)) if wanted else {}


def _unit(answers: Answers, here: Sequence[int], asked: Mapping[int, Asked]) -> UnitAnswers:
    import numpy as np  # lazily: the web process never comes here

    of: dict[int, list[int]] = {}
    parts: defaultdict[str, list[int]] = defaultdict(list)
    for i in here:
        of.setdefault(answers.rows[i].official_id, []).append(i)
        parts[answers.rows[i].code].append(i)
    first = [lines[0] for lines in of.values()]
    return UnitAnswers(
        score=np.array([answers.facts.score[lines].mean() for lines in of.values()]),
        m=answers.rest.m[first],
        v=answers.rest.v[first],
        n_rest=answers.rest.n[first],
        c=float(answers.facts.c[here].mean()),
        groups={grouping: [group_of(answers.rows[i], grouping) for i in first] for grouping in GROUPINGS},
        parts=[_part(answers, lines, asked) for _, lines in sorted(parts.items())],
    )


def _part(answers: Answers, lines: Sequence[int], asked: Mapping[int, Asked]) -> PartAnswers:
    rows = [answers.rows[i] for i in lines]
    question = asked[rows[0].item_revision_id].question if rows[0].item_revision_id in asked else None
    options, key = options_of(question)
    chosen = [_chosen(row, question, key) for row in rows]
    language = [group_of(row, "language") for row in rows]
    return PartAnswers(rows[0].code, options, key, chosen, answers.facts.score[lines], answers.rest.m[lines], answers.rest.n[lines], language)


def options_of(question: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys of all options and of the right ones; for a number, the right one only."""
    if question is None or question.type not in (*CHOICES, Kind.NUMERIC):
        return (), ()
    if question.type == Kind.NUMERIC:
        return (), (f"{question.answer.value:g}",)
    key = tuple(question.answer) if question.type == Kind.MULTIPLE else (question.answer,)
    return tuple(option.key for option in question.options), key


def _chosen(row: Any, question: Any, key: tuple[str, ...]) -> frozenset[str] | None:
    """What the official chose; nothing where they left it out, None where only the mark is known."""
    if row.answer is None or not key:
        return frozenset() if row.source == FROM_ATTEMPT and key else None
    value = row.answer["value"]
    if question.type == Kind.NUMERIC:
        return frozenset(key if row.correct else (str(value),))
    return frozenset(value if isinstance(value, list) else (value,))
