"""Which live questions may be asked outside a course's own quiz, with their numbers; and how a page shows and reads one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from lms.assessments import queries
from lms.assessments.answer_forms import REASONS, form_token
from lms.assessments.bank_queries import APPLIED
from lms.assessments.course_tie import course_tie
from lms.assessments.enums import Kind, Use
from lms.assessments.marking import Answer, AnswerRefused, Refusal, mark, read_answer
from lms.assessments.models import Assessment, Item, ItemRevision, Response
from lms.assessments.presenting import Filled, QuestionView, filled_from_form, raw_answer, view
from lms.assessments.reading_language import answered_in, granted_language, shown_in, switch
from lms.assessments.results import placed

__all__ = [
    "REASONS",
    "Answer",
    "AnswerRefused",
    "Filled",
    "QuestionView",
    "Refusal",
    "answered_in",
    "filled_from_form",
    "form_token",
    "granted_language",
    "mark",
    "placed",
    "raw_answer",
    "read_answer",
    "shown_in",
    "switch",
    "view",
]


@dataclass(frozen=True, slots=True)
class Row:
    """A question that may be asked; ``piece`` is its own code, or its case's. Numbers as in ``ItemRevision``."""

    revision_id: int
    code: str
    piece: str
    in_set: bool
    competency: str
    applied: bool
    numbers: tuple[int, int, int, int]


def evidence_banks(session: Session, official_id: int) -> Iterator[int]:
    """Banks in force whose course gives evidence to the official."""
    rows = session.execute(select(Assessment.current_bank_id, Assessment.course_slug).where(Assessment.current_bank_id.is_not(None)).order_by(Assessment.id))
    for bank_id, course_slug in rows.all():
        tie = course_tie(session, course_slug, official_id)
        if tie is not None and tie.gives_evidence:
            yield bank_id


def live_questions(session: Session, bank_ids: Iterable[int], codes: Collection[str]) -> list[Row]:
    """Live questions of the banks on the competencies ``codes``, without cases or questions that a person has to mark."""
    rows = [row for bank_id in bank_ids for row in queries.bank_rows(session, bank_id, use=Use.LIVE) if row.competency in codes]
    found = numbers_of(session, queries.leaves(session, rows))
    kinds = dict(session.execute(select(ItemRevision.id, ItemRevision.kind).where(ItemRevision.id.in_([row.revision_id for row in found]))).all())
    by_people = {row.piece for row in found if kinds[row.revision_id] == Kind.SHORT}
    return [row for row in found if row.piece not in by_people]


_PARENT = aliased(Item)
_NUMBERS = (
    select(
        *(ItemRevision.id, Item.code, func.coalesce(_PARENT.code, Item.code), ItemRevision.in_scenario, ItemRevision.competency, ItemRevision.cognitive),
        *(ItemRevision.a_milli, ItemRevision.b_milli, ItemRevision.c_e4, ItemRevision.vb_micro),
    )
    .join(Item, Item.id == ItemRevision.item_id)
    .outerjoin(_PARENT, _PARENT.id == Item.parent_id)
    .where(ItemRevision.id.in_(bindparam("ids", expanding=True)), queries.NOT_WITHDRAWN)
    .order_by(Item.id)
)


def numbers_of(session: Session, revision_ids: Sequence[int]) -> list[Row]:
    """The questions with their numbers as they are now, parts of a case in their order; withdrawn ones are left out."""
    found = session.connection().execute(_NUMBERS, {"ids": list(revision_ids)})
    return [_row(*columns) for columns in found]


_ITEMS = select(ItemRevision.id).where(ItemRevision.id.in_(bindparam("ids", expanding=True)), queries.NOT_SUSPENDED)


def still_asked(session: Session, revision_ids: Sequence[int], *, given: Collection[int]) -> list[int]:
    """The questions of a pool that may still be asked, and those that were ``given`` already: an answer stays, whatever happens to its question."""
    free = set(session.connection().execute(_ITEMS, {"ids": list(revision_ids)}).scalars())
    return [revision_id for revision_id in revision_ids if revision_id in free or revision_id in given]


def _row(revision_id: int, code: str, piece: str, in_set: bool, competency: str, cognitive: str, *numbers: int) -> Row:
    return Row(revision_id, code, piece, in_set, competency, cognitive in APPLIED, numbers)


def answered_since(session: Session, *, official_id: int, since: datetime) -> frozenset[str]:
    """Codes of questions (of cases: the case's) that the official was asked or answered for evidence since a moment."""
    parent = aliased(Item)
    query = (
        select(func.coalesce(parent.code, Item.code))
        .select_from(Response)
        .join(Item, Item.id == Response.item_id)
        .outerjoin(parent, parent.id == Item.parent_id)
        .where(Response.official_id == official_id, Response.submitted_at >= since)
    )
    return frozenset(session.scalars(query)) | queries.seen_items(session, official_id=official_id, since=since)


def question(session: Session, revision_id: int) -> queries.Asked:
    """One question as a page shows it."""
    return queries.asked(session, revision_id)


def scores(session: Session, given: Sequence[tuple[int, Answer | None]]) -> list[tuple[int, float]]:
    """(revision id, 0 or 1) by the keys that hold now; no answer is a wrong one."""
    asked = queries.all_in_force(session, [revision_id for revision_id, _ in given])
    return [(one.revision_id, float(mark(one.question, answer).evidence or 0)) for one, (_, answer) in zip(asked, given, strict=True)]
