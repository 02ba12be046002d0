"""Estimates around completed courses, for everyone who has answers on both sides; no names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency import evidence
from lms.competency.around import Completed, Span, newest, spans
from lms.competency.evidence import Pair
from lms.learning.models import Completion as CompletionFact


def spans_of_everyone(session: Session) -> Iterator[tuple[str, Span]]:
    """(competency, span) of each official's newest completion of a course that has one, some hundred officials at a time."""
    c = CompletionFact
    query = select(c.official_id, c.course_id, c.competencies, c.completed_at).order_by(c.official_id, c.completed_at, c.id)
    completed: defaultdict[Pair, list[Completed]] = defaultdict(list)
    for official_id, rows in evidence.by_official(session, query, c.official_id):
        if len({pair[0] for pair in completed}) >= evidence.BATCH:
            yield from _spans(session, completed)
            completed.clear()
        for row in rows:
            for code in evidence.moved(row):
                completed[official_id, code].append(Completed(row.completed_at, row.course_id))
    yield from _spans(session, completed)


def _spans(session: Session, completed: dict[Pair, list[Completed]]) -> Iterator[tuple[str, Span]]:
    facts = evidence.of_pairs(session, completed)
    for (official_id, code), events in completed.items():
        for span in newest(spans(facts[official_id, code].responses, events)):
            yield code, span
