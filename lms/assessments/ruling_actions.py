"""Ruling on a question that was already put to people: another key, or withdrawn. Marking follows from there on.

Whoever marks holds a shared lock until the responses are written, whoever rules an exclusive one: a response is either
seen by the correction or marked by its ruling. SQLite has one writer anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.assessments.marking import AnswerRefused
from lms.assessments.models import ItemRuling
from lms.assessments.presenting import Filled, QuestionView, filled_from_answer, filled_from_form, view
from lms.assessments.remarking import REKEYABLE, Marked, key_of, marked_anew, read_key, with_key
from lms.assessments.results import placed

__all__ = [
    "REKEYABLE", "AnswerRefused", "Filled", "Marked", "QuestionView", "Ruling", "filled_from_answer", "filled_from_form", "key_of",
    "marked_anew", "placed", "read_key", "rule", "rulings_of", "view", "wait_for_rulings", "with_key",
]  # fmt: skip

_LOCK = 7_301_002
_SHARED, _EXCLUSIVE = (text(f"SELECT pg_advisory_xact_lock{kind}({_LOCK})") for kind in ("_shared", ""))


class Ruling(NamedTuple):
    """What holds for a revision: ``key`` in the form of the kind's ``answer`` (None: the package's own), and whether it is withdrawn."""

    key: Any = None
    withdrawn: bool = False


def wait_for_rulings(session: Session) -> None:
    """Call before marking what will be written in this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_SHARED)


def rule(session: Session, *, rulings: Mapping[int, Ruling], correction_ref: str, now: datetime) -> None:
    """Let ``rulings`` (by revision id) hold from now on."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_EXCLUSIVE)
    for revision_id, ruling in rulings.items():
        row = session.get(ItemRuling, revision_id) or ItemRuling(item_revision_id=revision_id)
        row.key = None if ruling.key is None else {"value": ruling.key}
        row.withdrawn, row.correction_ref, row.at = ruling.withdrawn, correction_ref, now
        session.add(row)
    session.flush()


def rulings_of(session: Session, revision_ids: list[int]) -> dict[int, Ruling]:
    """What holds for each of the revisions now."""
    found = {row.item_revision_id: row for row in session.scalars(select(ItemRuling).where(ItemRuling.item_revision_id.in_(revision_ids)))}
    return {i: Ruling(row.key["value"] if row.key else None, row.withdrawn) if (row := found.get(i)) else Ruling() for i in revision_ids}
