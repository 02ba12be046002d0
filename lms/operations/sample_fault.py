"""A fault planted in the sample county: one question has a wrong key, for the analysis to find and the pages to put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.assessments import actions, queries
from lms.assessments.package import parse_bank
from lms.assessments.remarking import with_key

ITEM, TRUE_KEY, WRONG_KEY = "C01-Q10", "a", "b"


def plant(session: Session, *, slug: str, actor: Actor, now: datetime) -> str:
    """Load the bank once more with a new version of one question, whose key is wrong: in this instance only."""
    bank = queries.exported(session, slug)
    bank["items"] = [_faulty(item) if item["id"] == ITEM else item for item in bank["items"]]
    actions.load_bank(session, actor=actor, slug=slug, bank=parse_bank(bank), now=now)
    return f"The key of question {ITEM} is wrong here on purpose: find it in the question bank, put it right under Corrections."


def _faulty(item: dict[str, Any]) -> dict[str, Any]:
    return item | {"version": item["version"] + 1, "answer": WRONG_KEY}


def as_known(asked: Any) -> Any:
    """The question as people know it: those who know the answer give the true one, whatever the key says."""
    return replace(asked, question=with_key(asked.question, TRUE_KEY)) if asked.code == ITEM else asked
