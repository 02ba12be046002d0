"""Suspended questions: which questions cite a fact, what is suspended now, and whether a form can still be filled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments import queries
from lms.assessments.enums import Cognitive, Difficulty, Kind, Use
from lms.assessments.forms import Candidate, draw
from lms.assessments.models import Assessment, BankItem, Item, ItemRevision, ItemSuspension
from lms.assessments.package import Blueprint
from lms.assessments.queries import AssessmentHead


@dataclass(frozen=True, slots=True)
class Citing:
    """A question of a bank in force that rests on facts: its own, and those of its parts. ``item_ids``: itself and its parts."""

    item_id: int
    code: str
    version: int
    use: Use
    slug: str
    course_slug: str | None
    facts: frozenset[str]
    item_ids: tuple[int, ...]


_known: WeakKeyDictionary[Any, tuple[tuple[int, ...], list[Citing]]] = WeakKeyDictionary()


def cited(session: Session) -> list[Citing]:
    """Every question of the banks in force that cites a fact, in the order of codes. Read once a process for the same banks."""
    banks = tuple(session.scalars(select(Assessment.current_bank_id).where(Assessment.current_bank_id.is_not(None)).order_by(Assessment.id)))
    bind = session.get_bind()
    held = _known.get(bind)
    if held is None or held[0] != banks:
        held = _known[bind] = (banks, sorted(_read(session, banks), key=lambda one: one.code))
    return held[1]


def _read(session: Session, banks: Sequence[int]) -> Iterable[Citing]:
    query = (
        select(Item.id, Item.code, ItemRevision.version, ItemRevision.use, ItemRevision.content, Assessment.slug, Assessment.course_slug)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(BankItem, BankItem.item_revision_id == ItemRevision.id)
        .join(Assessment, Assessment.current_bank_id == BankItem.bank_id)
        .where(BankItem.bank_id.in_(banks))
    )
    rows = [(row, facts) for row in session.execute(query) if (facts := _facts(row.content))]
    parts: dict[int, list[int]] = {}
    for part_id, parent_id in session.execute(select(Item.id, Item.parent_id).where(Item.parent_id.is_not(None))):
        parts.setdefault(parent_id, []).append(part_id)
    for row, facts in rows:
        ids = (row.id, *sorted(parts.get(row.id, ())))
        yield Citing(row.id, row.code, row.version, Use(row.use), row.slug, row.course_slug, facts, ids)


def _facts(content: Any) -> frozenset[str]:
    parts = content.get("items") or ()
    return frozenset(content.get("facts") or ()) | {fact for part in parts for fact in part.get("facts") or ()}


_SUSPENDED = select(ItemSuspension.item_id).where(ItemSuspension.lifted_at.is_(None)).distinct()


def suspended(session: Session) -> frozenset[int]:
    """Ids of the items that are not drawn now."""
    return frozenset(session.connection().execute(_SUSPENDED).scalars())


@dataclass(frozen=True, slots=True)
class Filling:
    """How the form of an assessment can be filled: its ``places``, how many are ``bent`` (filled by a neighbouring question because the
    cell's own are missing) and how many stay ``empty``, for want of suspended questions only."""

    slug: str
    course_slug: str | None
    places: int
    bent: int
    empty: int


def filling(session: Session, head: AssessmentHead, *, without: Collection[int] = (), free: Collection[int] = ()) -> Filling | None:
    """How a form fills with what is suspended now, with the items ``without`` left out too and those in ``free`` back again; None when there is no form."""
    if head.meta.get("blueprint") is None:
        return None
    blueprint = Blueprint.model_validate(head.meta["blueprint"])
    rows = queries.bank_rows(session, head.bank_id, use=Use.LIVE, suspended=True)
    out = (suspended(session) - set(free)) | set(without)
    bent, empty = _short(blueprint, [row for row in rows if row.item_id not in out])
    usual_bent, usual_empty = _short(blueprint, rows)
    return Filling(head.slug, head.course_slug, sum(cell.count for cell in blueprint.cells), max(0, bent - usual_bent), max(0, empty - usual_empty))


def _short(blueprint: Blueprint, rows: Iterable[Any]) -> tuple[int, int]:
    """(places that neighbours fill, places that stay empty); which is empty never depends on chance, since neighbours share a competency."""
    bank = [Candidate(row.code, row.competency, Cognitive(row.cognitive), Difficulty(row.difficulty), row.kind == Kind.SCENARIO) for row in rows]
    shortfalls = draw(blueprint, bank, "filling").shortfalls
    return sum(len(one.stand_ins) for one in shortfalls), sum(one.missing for one in shortfalls)


def is_closed(session: Session, head: AssessmentHead) -> bool:
    """Whether an assessment can't be taken for evidence now, because places of its form stay empty for want of suspended questions."""
    if not suspended(session):
        return False
    found = filling(session, head)
    return found is not None and found.empty > 0


def closed_sentence() -> str:
    """What an official reads instead of a quiz."""
    return _("This quiz is closed for now: a fact that several of its questions rest on has changed, and they are being checked. It opens again after that.")
