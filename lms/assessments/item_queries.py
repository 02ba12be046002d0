"""Items that are still being written, for rooms above: what is wrong with them, how they will look, what an answer is worth.

The same code as the check of files and as quizzes use; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments.answer_forms import REASONS
from lms.assessments.checks import Surroundings, find_faults, surroundings
from lms.assessments.enums import Cognitive, Difficulty, Kind, Use
from lms.assessments.forms import candidate
from lms.assessments.marking import Answer, AnswerRefused, Mark, Refusal, mark, read_answer
from lms.assessments.models import Item, ItemRevision
from lms.assessments.package import Bank, Question, Scenario, content_hash, difficulty_class, guessing, parse_item
from lms.assessments.package import questions as parts_of
from lms.assessments.presenting import Explained, Filled, FormData, Placed, QuestionView, filled_from_form, raw_answer, view
from lms.assessments.queries import Asked
from lms.assessments.results import explained
from lms.assessments.shape import Fault

__all__ = [
    "REASONS", "Answer", "AnswerRefused", "Bank", "Cognitive", "Difficulty", "Explained", "Fault", "Filled", "FormData", "Kind", "Mark", "Placed", "Question",
    "QuestionView", "Refusal", "Scenario", "Surroundings", "Use", "candidate", "codes_beginning", "content_hash", "difficulty_class", "explain",
    "filled_from_form", "find_faults",
    "guessing", "mark", "parse_item", "parts_of", "placed_parts", "raw_answer", "read_answer", "released_versions", "surroundings", "view",
]  # fmt: skip


def placed_parts(item: Question) -> list[Placed]:
    """What a quiz asks of an item, each with its stimulus and its number in the set."""
    parts = list(parts_of(item))
    if not isinstance(item, Scenario):
        return [Placed(parts[0])]
    return [Placed(part, item.stem, number, len(parts)) for number, part in enumerate(parts, 1)]


def explain(placed: Placed, answer: Answer | None, seed: str, register: Mapping[str, Mapping[str, str]]) -> Explained:
    """The question answered, as a practice quiz explains it: right and wrong marked, the rationale, the beliefs behind."""
    one = placed.question
    asked = Asked(0, 0, one.id, one.competency or "", one.lesson or "", one, placed.stimulus, None, placed.part, placed.parts)
    return explained(placed.part or 1, asked, answer, seed, {code: dict(words) for code, words in register.items()})


def released_versions(session: Session, codes: list[str]) -> dict[str, dict[int, str]]:
    """For each of these items that was ever loaded: its versions, each with the hash of what it measures."""
    query = select(Item.code, ItemRevision.version, ItemRevision.hash).join(ItemRevision, ItemRevision.item_id == Item.id)
    found: dict[str, dict[int, str]] = {}
    for code, version, digest in session.execute(query.where(Item.code.in_(codes))):
        found.setdefault(code, {})[version] = digest
    return found




def codes_beginning(session: Session, start: str) -> set[str]:
    """The codes of all items ever loaded that begin so."""
    return set(session.scalars(select(Item.code).where(Item.code.startswith(start, autoescape=True))))
