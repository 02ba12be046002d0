"""The fact that an answer becomes, in whatever sitting it was given."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from lms.assessments.marking import Answer, mark
from lms.assessments.queries import Asked


class Origin(NamedTuple):
    """Whose answers they are, and from which sitting."""

    official_id: int
    ref: str
    source: str


def response_row(origin: Origin, position: int, asked: Asked, answer: Answer | None, submitted_at: datetime) -> dict[str, Any]:
    """Columns of a response, marked by the key in force; ``answer`` None: left out, or said not to know."""
    result = mark(asked.question, answer)
    return {
        "official_id": origin.official_id, "competency": asked.competency, "item_id": asked.item_id, "item_revision_id": asked.revision_id,
        "attempt_ref": origin.ref, "position": position, "correct": result.evidence, "fraction_milli": result.fraction_milli,
        "void": asked.withdrawn, "answer": None if answer is None else {"value": answer}, "source": origin.source, "submitted_at": submitted_at,
    }  # fmt: skip
