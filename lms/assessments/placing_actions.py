"""Answers that were given outside an attempt become responses: facts like any other, marked by the same keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.assessments import queries, ruling_actions
from lms.assessments.events import ResponsesRecorded
from lms.assessments.marking import Answer
from lms.assessments.models import Response
from lms.assessments.response_rows import Origin, response_row
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
    origin = Origin(given.official_id, given.ref, given.source)
    rows = [response_row(origin, position, one, answer, now) for position, (one, (_, answer)) in enumerate(zip(asked, given.answers, strict=True), 1)]
    session.execute(insert(Response), rows)
    publish(session, ResponsesRecorded(frozenset((given.official_id, row["competency"]) for row in rows), now))
