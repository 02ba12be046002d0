"""Reading corrections: the list, one with its effects, and what a correction would touch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.assessments import queries as assessments
from lms.assessments.enums import Kind
from lms.assessments.models import Assessment, BankItem, Item, ItemRevision, Response
from lms.assessments.ruling_actions import REKEYABLE
from lms.core.errors import NotFound
from lms.corrections.enums import CorrectionState
from lms.corrections.models import Correction, CorrectionEffect, Remark
from lms.people.models import Official, Unit

ORDERS = {
    "newest": (Correction.at.desc(), Correction.id.desc()),
    "oldest": (Correction.at, Correction.id),
    "item": (Item.code, Correction.id.desc()),
    "state": (Correction.state, Correction.id.desc()),
}


def corrections(*, text: str = "", state: str = "", order: str = "newest") -> Select[Any]:
    """Rows (Correction, item code, version) whose item or reason holds ``text``."""
    query = select(Correction, Item.code, ItemRevision.version).join(Item, Item.id == Correction.item_id)
    query = query.join(ItemRevision, ItemRevision.id == Correction.item_revision_id).order_by(*ORDERS.get(order, ORDERS["newest"]))
    if text:
        held = (func.lower(column).contains(text.lower(), autoescape=True) for column in (Item.code, Correction.reason_zh, Correction.reason_en))
        query = query.where(or_(*held))
    return query.where(Correction.state == state) if state in set(CorrectionState) else query


def correction(session: Session, ref: str) -> Correction:
    """Raises NotFound."""
    found = session.scalar(select(Correction).where(Correction.ref == ref))
    if found is None:
        raise NotFound
    return found


def item_code(session: Session, one: Correction) -> tuple[str, int]:
    """(code, version) of what a correction is about."""
    query = select(Item.code, ItemRevision.version).join(Item, Item.id == ItemRevision.item_id)
    return tuple(session.execute(query.where(ItemRevision.id == one.item_revision_id)).one())


def undone_by(session: Session, one: Correction) -> Correction | None:
    """The applied or running correction that takes ``one`` back."""
    begun = (CorrectionState.APPLYING, CorrectionState.APPLIED)
    return session.scalar(select(Correction).where(Correction.undoes_id == one.id, Correction.state.in_(begun)).order_by(Correction.id.desc()).limit(1))


def later(session: Session, one: Correction) -> Correction | None:
    """The newest begun correction of the same item revision after ``one``, undoings aside."""
    c, undoing = Correction, aliased(Correction)
    begun = (CorrectionState.APPLYING, CorrectionState.APPLIED)
    taken_back = select(undoing.id).where(undoing.undoes_id == c.id, undoing.state.in_(begun)).exists()
    same = c.item_revision_id == one.item_revision_id, c.id > one.id, c.state.in_(begun), c.undoes_id.is_(None), ~taken_back
    return session.scalar(select(c).where(*same).order_by(c.id.desc()).limit(1))


def versions(session: Session, code: str) -> Sequence[Any]:
    """Revisions of an item, the newest first: ``id, item_id, version, kind, competency, responses``. Raises NotFound."""
    count = select(func.count()).select_from(Response).where(Response.item_id == ItemRevision.item_id, Response.item_revision_id == ItemRevision.id)
    part, owner = aliased(Item), aliased(ItemRevision)
    of_parts = (
        select(func.count())
        .select_from(Response)
        .join(part, part.id == Response.item_id)
        .join(owner, owner.id == Response.item_revision_id)
        .where(part.parent_id == ItemRevision.item_id, owner.version == ItemRevision.version)
    )
    columns = ItemRevision.id, ItemRevision.item_id, ItemRevision.version, ItemRevision.kind, ItemRevision.competency
    total = (count.scalar_subquery() + of_parts.scalar_subquery()).label("responses")
    query = select(*columns, total).join(Item, Item.id == ItemRevision.item_id).where(Item.code == code)
    rows = session.execute(query.order_by(ItemRevision.version.desc())).all()
    if not rows:
        raise NotFound
    return rows


def revision(session: Session, revision_id: int) -> Any:
    """``id, item_id, version, kind, competency, code, file`` of an item revision. Raises NotFound."""
    v = ItemRevision
    query = select(v.id, v.item_id, v.version, v.kind, v.competency, Item.code, Assessment.slug.label("file"))
    query = query.join(Item, Item.id == v.item_id).outerjoin(Assessment, Assessment.id == Item.assessment_id)
    row = session.execute(query.where(v.id == revision_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def leaf_ids(session: Session, revision_id: int) -> list[int]:
    """The revisions that responses point to: the revision itself, or the parts of a set."""
    row = revision(session, revision_id)
    if row.kind != Kind.SCENARIO:
        return [revision_id]
    query = select(ItemRevision.id).join(Item, Item.id == ItemRevision.item_id).where(Item.parent_id == row.item_id)
    return [revision_id, *session.scalars(query.where(ItemRevision.version == row.version).order_by(Item.id))]


def questions(session: Session, revision_ids: Sequence[int], *, ruled: bool = True) -> dict[int, assessments.Asked | None]:
    """What the revisions ask, with the keys in force (or of the package); None where nothing is known but numbers."""
    kinds = dict(session.execute(select(ItemRevision.id, ItemRevision.kind).where(ItemRevision.id.in_(revision_ids))).all())
    known = [one for one in revision_ids if kinds[one] in REKEYABLE | {Kind.SHORT}]
    asked = {one.revision_id: one for one in assessments.form_questions(session, known, ruled=ruled)} if known else {}
    return {one: asked.get(one) for one in revision_ids}


def of_revisions(revision_ids: Sequence[int]) -> ColumnElement[bool]:
    """Responses to the revisions, by the index on items."""
    items = select(ItemRevision.item_id).where(ItemRevision.id.in_(revision_ids))
    return and_(Response.item_id.in_(items), Response.item_revision_id.in_(revision_ids))


def pairs(session: Session, revision_ids: Sequence[int], *, after: int = 0) -> list[tuple[int, str]]:
    """(official id, competency) of everyone who answered, officials above ``after`` only."""
    query = select(Response.official_id, Response.competency).where(of_revisions(revision_ids), Response.official_id > after).distinct()
    return [tuple(row) for row in session.execute(query)]


def units_touched(session: Session, revision_ids: Sequence[int]) -> int:
    """How many units hold someone who answered, those above them not counted."""
    answered = select(Response.official_id).where(of_revisions(revision_ids))
    return session.scalar(select(func.count(func.distinct(Official.unit_id))).where(Official.id.in_(answered))) or 0


EFFECT_ORDERS = {
    "name": (Official.name, Official.staff_no),
    "staff_no": (Official.staff_no,),
    "unit": (Unit.code, Official.staff_no),
    "change": (func.abs(func.coalesce(CorrectionEffect.after_m, 0) - func.coalesce(CorrectionEffect.before_m, 0)).desc(), Official.staff_no),
}


def effects(one: Correction, *, foreseen: bool, text: str = "", states_only: bool = False, order: str = "change") -> Select[Any]:
    """Rows (CorrectionEffect, Official, Unit) of a correction, as foreseen or as they came."""
    e = CorrectionEffect
    query = select(e, Official, Unit).join(Official, Official.id == e.official_id).join(Unit, Unit.id == Official.unit_id)
    query = query.where(e.correction_id == one.id, e.foreseen.is_(foreseen)).order_by(*EFFECT_ORDERS.get(order, EFFECT_ORDERS["change"]), e.competency)
    if states_only:
        query = query.where(e.before_state != e.after_state)
    if text:
        held = func.lower(Official.name).contains(text.lower(), autoescape=True)
        query = query.where(or_(held, Official.staff_no.contains(text.upper(), autoescape=True)))
    return query


def tally(session: Session, one: Correction, *, foreseen: bool) -> dict[str, Any]:
    """Counts over the effects: officials, marks by how they change, and states before -> after by competency."""
    e = CorrectionEffect
    mine = e.correction_id == one.id, e.foreseen.is_(foreseen)
    sums = select(func.count(func.distinct(e.official_id)), *(func.coalesce(func.sum(getattr(e, name)), 0) for name in MARKS)).where(*mine)
    officials, *marks = session.execute(sums).one()
    moved = select(e.competency, e.before_state, e.after_state, func.count()).where(*mine, e.before_state != e.after_state)
    rows = session.execute(moved.group_by(e.competency, e.before_state, e.after_state).order_by(e.competency, e.before_state, e.after_state))
    return {"officials": officials, **{name: int(n) for name, n in zip(MARKS, marks, strict=True)}, "states": [list(row) for row in rows]}


MARKS = ("gained", "lost", "dropped", "returned")


def remarks_of(session: Session, one: Correction) -> int:
    """How many marks a correction changed."""
    return session.scalar(select(func.count()).select_from(Remark).where(Remark.correction_id == one.id)) or 0


def in_current_bank(session: Session, revision_id: int) -> bool:
    """Whether the package in force still holds the revision: then its file is still to be put right."""
    query = select(BankItem.bank_id).join(Assessment, Assessment.current_bank_id == BankItem.bank_id)
    return session.scalar(query.where(BankItem.item_revision_id == revision_id).limit(1)) is not None
