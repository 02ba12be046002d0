"""From answers to questions: what each official chose, put together by question or set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from lms.assessments import queries as assessments
from lms.assessments.enums import Kind
from lms.assessments.queries import Asked
from lms.psychometrics.instruments import PartAnswers, UnitAnswers
from lms.psychometrics.reading import GROUPINGS, Answers, UnitHead, group_of

CHOICES = (Kind.SINGLE, Kind.TRUEFALSE, Kind.MULTIPLE)
EXTERNAL = "external"  # known by its numbers only: there is no content to show
FROM_ATTEMPT = "attempt"


def units(session: Session, answers: Answers, heads: Mapping[int, UnitHead]) -> Iterator[tuple[UnitHead, UnitAnswers]]:
    """Each question or set with the answers to its newest version."""
    lines: defaultdict[int, list[int]] = defaultdict(list)
    for i, row in enumerate(answers.rows):
        head = heads.get(row.unit_id)
        if head is not None and row.version == head.version:
            lines[row.unit_id].append(i)
    asked = _questions(session, answers, lines)
    for unit_id, here in lines.items():
        yield heads[unit_id], _unit(answers, here, asked)


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
    return PartAnswers(rows[0].code, options, key, chosen, answers.facts.score[lines], answers.rest.m[lines], answers.rest.n[lines])


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
