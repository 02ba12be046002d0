"""Answers that were given outside an attempt become responses: facts like any other, marked by the same keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.assessments import queries, ruling_actions
from lms.assessments.events import ResponsesRecorded
from lms.assessments.marking import Answer, mark
from lms.assessments.models import Response
from lms.core.events import publish


@dataclass(frozen=True, slots=True)
class Given:
    """A whole sitting's answers by item revision, in the order of asking; None: the person said not to know."""

    official_id: int
    ref: str
    source: str
    answers: Sequence[tuple[int, Answer | None]]


def record_answers(session: Session, *, given: Given, now: datetime) -> None:
    """Append the responses of a sitting and tell who keeps estimates. For each sitting once."""
    if not given.answers:
        return
    ruling_actions.wait_for_rulings(session)
    asked = queries.all_in_force(session, [revision_id for revision_id, _ in given.answers])
    rows = [_fact(given, position, one, answer, now) for position, (one, (_, answer)) in enumerate(zip(asked, given.answers, strict=True), 1)]
    session.execute(insert(Response), rows)
    publish(session, ResponsesRecorded(frozenset((given.official_id, row["competency"]) for row in rows), now))


def _fact(given: Given, position: int, asked: queries.Asked, answer: Answer | None, now: datetime) -> dict[str, Any]:
    result = mark(asked.question, answer)
    return {
        "official_id": given.official_id, "competency": asked.competency, "item_id": asked.item_id, "item_revision_id": asked.revision_id,
        "attempt_ref": given.ref, "position": position, "correct": result.evidence, "fraction_milli": result.fraction_milli,
        "void": asked.withdrawn, "answer": None if answer is None else {"value": answer}, "source": given.source, "submitted_at": now,
    }  # fmt: skip
