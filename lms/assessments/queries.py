"""Reading assessments: heads of attempts, their steps, questions, and what is open or done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import RowMapping, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from lms.assessments.course_tie import CourseTie, LessonTie, course_tie
from lms.assessments.enums import Kind, Purpose, StepKind, Use
from lms.assessments.flow import Step
from lms.assessments.models import Assessment, Attempt, AttemptStep, BankItem, BankRevision, Item, ItemRevision, ItemRuling, ItemSuspension, Response
from lms.assessments.package import Question, Text, parse_item
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual

__all__ = ["CourseTie", "LessonTie", "course_tie"]

KEPT = 4096


@dataclass(frozen=True, slots=True)
class AttemptHead:
    """What never changes in an attempt, and when it was submitted. ``form``: item revision ids in order."""

    id: int
    ref: str
    official_id: int
    assessment_id: int
    slug: str
    course_slug: str | None
    course_revision_id: int | None
    bank_id: int
    purpose: Purpose
    form: tuple[int, ...]
    seed: str
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None

    @property
    def length(self) -> int:
        return len(self.form)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a form with where it comes from; parts of a set bring its stimulus and their number in it.

    ``withdrawn``: it was ruled to be no evidence.
    """

    revision_id: int
    item_id: int
    code: str
    competency: str
    lesson_code: str
    question: Question
    stimulus: Text | None = None
    set_code: str | None = None
    part: int | None = None
    parts: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class AssessmentHead:
    """An assessment with its current bank; ``meta`` as ``bank_actions.load_bank`` writes it."""

    id: int
    slug: str
    course_slug: str | None
    bank_id: int
    form_length: int
    meta: dict[str, Any]


_HEAD = (
    Attempt.id, Attempt.ref, Attempt.official_id, Attempt.assessment_id, Assessment.slug, Assessment.course_slug,
    Attempt.course_revision_id, Attempt.bank_id, Attempt.purpose, Attempt.form, Attempt.seed,
    Attempt.started_at, Attempt.deadline_at, Attempt.submitted_at,
)  # fmt: skip


def _heads() -> Select:
    return select(*_HEAD).join(Assessment, Assessment.id == Attempt.assessment_id)


def _head(row: RowMapping) -> AttemptHead:
    return AttemptHead(**dict(row) | {"purpose": Purpose(row["purpose"]), "form": tuple(row["form"])})


def assessment(session: Session, slug: str) -> AssessmentHead:
    """The assessment and the bank that new attempts draw from. Raises NotFound."""
    query = (
        select(Assessment.id, Assessment.slug, Assessment.course_slug, BankRevision.id.label("bank_id"), BankRevision.form_length, BankRevision.meta)
        .join(BankRevision, BankRevision.id == Assessment.current_bank_id)
        .where(Assessment.slug == slug)
    )
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound
    return AssessmentHead(**row)


def assessment_of_course(session: Session, course_slug: str) -> AssessmentHead | None:
    """The assessment that belongs to a course, if one is loaded."""
    slug = session.scalar(select(Assessment.slug).where(Assessment.course_slug == course_slug, Assessment.current_bank_id.is_not(None)).order_by(Assessment.id))
    return assessment(session, slug) if slug else None


_HEAD_BY_REF = _heads().where(Attempt.ref == bindparam("ref"))
_heads_kept: dict[str, AttemptHead] = {}


def attempt(session: Session, ref: str, *, official_id: int | None) -> AttemptHead:
    """An official's own attempt. Raises NotFound, for strangers too: they learn nothing."""
    row = session.connection().execute(_HEAD_BY_REF, {"ref": ref}).mappings().one_or_none()
    if row is None or row["official_id"] != official_id:
        raise NotFound
    return _head(row)


def kept_attempt(session: Session, ref: str, *, official_id: int | None) -> AttemptHead:
    """As ``attempt``, remembered by the process: all but ``submitted_at`` never changes, and the steps tell that better.

    References are unguessable, so no two databases share one.
    """
    head = _heads_kept.get(ref)
    if head is None or head.official_id != official_id:
        head = attempt(session, ref, official_id=official_id)
        if len(_heads_kept) >= KEPT:
            _heads_kept.clear()
        _heads_kept[ref] = head
    return head


def attempts(session: Session, *, official_id: int, assessment_id: int | None = None, limit: int = 50) -> list[AttemptHead]:
    """An official's attempts, the latest first; lessons' checks are left out."""
    query = _heads().where(Attempt.official_id == official_id, Attempt.purpose != Purpose.CHECK)
    if assessment_id is not None:
        query = query.where(Attempt.assessment_id == assessment_id)
    rows = session.execute(query.order_by(Attempt.started_at.desc(), Attempt.id.desc()).limit(limit)).mappings()
    return [_head(row) for row in rows]


def open_attempts(session: Session, *, official_id: int, now: datetime) -> list[AttemptHead]:
    """Attempts that can still be gone on with: begun, neither submitted nor out of time."""
    return [one for one in attempts(session, official_id=official_id) if one.submitted_at is None and (one.deadline_at is None or now <= one.deadline_at)]


def overdue_attempts(session: Session, *, before: datetime, limit: int = 200) -> list[AttemptHead]:
    """Attempts left open whose deadline lies before ``before``, the oldest first."""
    query = _heads().where(Attempt.submitted_at.is_(None), Attempt.deadline_at < before).order_by(Attempt.deadline_at, Attempt.id).limit(limit)
    return [_head(row) for row in session.execute(query).mappings()]


_step = AttemptStep.__table__.c
_STEPS = (
    select(_step.kind, _step.at, _step.token, _step.place, _step.answer)
    .where(_step.attempt_id == bindparam("attempt_id"))
    .order_by(_step.seq)
)  # fmt: skip


def steps(session: Session, attempt_id: int) -> list[Step]:
    """The steps of an attempt in server order."""
    return [
        Step(StepKind(kind), at, token or "", place, None if answer is None else answer["value"])
        for kind, at, token, place, answer in session.connection().execute(_STEPS, {"attempt_id": attempt_id})
    ]


_asked: WeakKeyDictionary[Any, dict[int, Asked]] = WeakKeyDictionary()
_titles: dict[str, Bilingual | str] = {}


def asked(session: Session, revision_id: int) -> Asked:
    """One question by its revision."""
    return all_asked(session, [revision_id])[0]


def all_asked(session: Session, form: Sequence[int]) -> list[Asked]:
    """The questions of a form, remembered by the process: what a revision asks never changes. Mark by ``all_in_force``."""
    kept = _asked.setdefault(session.get_bind(), {})
    if missing := [revision_id for revision_id in form if revision_id not in kept]:
        if len(kept) + len(missing) > KEPT:
            kept.clear()
            missing = list(form)
        kept.update(zip(missing, form_questions(session, missing), strict=True))
    return [kept[revision_id] for revision_id in form]


_RULED = select(ItemRuling.item_revision_id).where(ItemRuling.item_revision_id.in_(bindparam("ids", expanding=True)))


def all_in_force(session: Session, form: Sequence[int]) -> list[Asked]:
    """As ``all_asked``, with the keys that hold now: what was ever ruled on is read anew."""
    ruled = list(session.connection().execute(_RULED, {"ids": list(form)}).scalars())
    fresh = {one.revision_id: one for one in form_questions(session, ruled)} if ruled else {}
    return [fresh.get(one.revision_id, one) for one in all_asked(session, form)]


def course_title(session: Session, attempt: AttemptHead) -> Bilingual | str:
    """The title of the course an attempt belongs to, remembered by the process; its slug when no course is loaded."""
    if attempt.ref not in _titles:
        if len(_titles) >= KEPT:
            _titles.clear()
        tie = course_tie(session, attempt.course_slug, attempt.official_id)
        _titles[attempt.ref] = tie.title if tie else attempt.slug
    return _titles[attempt.ref]


def form_questions(session: Session, form: Sequence[int], *, ruled: bool = True) -> list[Asked]:
    """The questions of a form in its order, fresh from the database: explanations may have been improved, keys corrected.

    ``ruled`` False gives them as their package has them.
    """
    parent = aliased(Item)
    query = (
        select(
            ItemRevision.id, ItemRevision.item_id, Item.code, ItemRevision.competency, ItemRevision.lesson_code,
            ItemRevision.content, parent.code.label("set_code"), ItemRuling.key, ItemRuling.withdrawn,
        )
        .join(Item, Item.id == ItemRevision.item_id)
        .outerjoin(parent, parent.id == Item.parent_id)
        .outerjoin(ItemRuling, ItemRuling.item_revision_id == ItemRevision.id)
        .where(ItemRevision.id.in_(set(form)))
    )  # fmt: skip
    found = {row.id: _asked_of(row, ruled) for row in session.execute(query)}
    return [found[revision_id] for revision_id in form]


def _asked_of(row: Any, ruled: bool) -> Asked:
    content = dict(row.content)
    place = content.pop("set", None)
    if ruled and row.key is not None:
        content["answer"] = row.key["value"]
    head = row.id, row.item_id, row.code, row.competency, row.lesson_code, parse_item(content)
    withdrawn = ruled and bool(row.withdrawn)
    if place is None:
        return Asked(*head, withdrawn=withdrawn)
    return Asked(*head, Text(**place["stem"]), row.set_code, place["part"], place["parts"], withdrawn)


NOT_WITHDRAWN = ~select(ItemRuling.item_revision_id).where(ItemRuling.item_revision_id == ItemRevision.id, ItemRuling.withdrawn).exists()
"""Of an item revision: that nobody withdrew it."""
NOT_SUSPENDED = ~select(ItemSuspension.id).where(ItemSuspension.item_id == ItemRevision.item_id, ItemSuspension.lifted_at.is_(None)).exists()
"""Of an item revision: that nothing keeps it from being drawn; see ``suspension_queries``."""


def bank_rows(session: Session, bank_id: int, *, use: Use, suspended: bool = False) -> list[Any]:
    """Top-level items of a bank in its order, without those withdrawn or (unless ``suspended``) suspended: ``id, item_id, code, competency,
    cognitive, difficulty, kind, version, lesson_code``."""
    query = (
        select(
            ItemRevision.id, ItemRevision.item_id, Item.code, ItemRevision.competency, ItemRevision.cognitive,
            ItemRevision.difficulty, ItemRevision.kind, ItemRevision.version, ItemRevision.lesson_code,
        )
        .join(BankItem, BankItem.item_revision_id == ItemRevision.id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(BankItem.bank_id == bank_id, ItemRevision.use == use, NOT_WITHDRAWN)
        .order_by(BankItem.place)
    )  # fmt: skip
    return list(session.execute(query if suspended else query.where(NOT_SUSPENDED)))


def leaves(session: Session, rows: Iterable[Any]) -> list[int]:
    """Revision ids of what is asked: each row itself, or the parts of a set in their order, without those withdrawn or suspended."""
    rows = list(rows)
    sets = {row.item_id: row.version for row in rows if row.kind == Kind.SCENARIO}
    query = (
        select(ItemRevision.id, Item.parent_id, ItemRevision.version)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(Item.parent_id.in_(sets), NOT_WITHDRAWN, NOT_SUSPENDED)
        .order_by(Item.id)
    )
    parts: dict[int, list[int]] = {}
    for revision_id, parent_id, version in session.execute(query) if sets else ():
        if version == sets[parent_id]:
            parts.setdefault(parent_id, []).append(revision_id)
    return [revision_id for row in rows for revision_id in parts.get(row.item_id, [] if row.item_id in sets else [row.id])]


def seen_items(session: Session, *, official_id: int, since: datetime) -> frozenset[str]:
    """Codes of top-level items that the official was asked for evidence since ``since``."""
    forms = session.scalars(
        select(Attempt.form).where(Attempt.official_id == official_id, Attempt.purpose == Purpose.EVIDENCE, Attempt.started_at >= since)
    )
    revisions = {revision_id for form in forms for revision_id in form}
    parent = aliased(Item)
    query = (
        select(func.coalesce(parent.code, Item.code))
        .select_from(Item)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .outerjoin(parent, parent.id == Item.parent_id)
        .where(ItemRevision.id.in_(revisions))
    )
    return frozenset(session.scalars(query)) if revisions else frozenset()


@dataclass(frozen=True, slots=True)
class GivenResponse:
    """A response of an attempt: ``correct`` is None while a person has yet to mark it; ``void``: the question was withdrawn."""

    item_revision_id: int
    position: int
    correct: int | None
    answer: Any
    void: bool = False


def responses_of(session: Session, attempt: AttemptHead) -> list[GivenResponse]:
    """The responses an attempt gave, in the order of its questions."""
    query = select(Response.item_revision_id, Response.position, Response.correct, Response.answer, Response.void).where(
        Response.official_id == attempt.official_id, Response.attempt_ref == attempt.ref
    )
    return [
        GivenResponse(revision_id, position, correct, None if answer is None else answer["value"], void)
        for revision_id, position, correct, answer, void in session.execute(query.order_by(Response.position))
    ]


def check_steps(session: Session, *, official_id: int, lesson_code: str) -> list[tuple[int, Any, datetime]]:
    """(item revision id, answer, time) of every answer an official gave in a lesson's check, in order."""
    query = (
        select(Attempt.form, AttemptStep.place, AttemptStep.answer, AttemptStep.at)
        .join(Attempt, Attempt.id == AttemptStep.attempt_id)
        .where(
            Attempt.official_id == official_id, Attempt.purpose == Purpose.CHECK, Attempt.seed == lesson_code,
            AttemptStep.kind == StepKind.ANSWERED,
        )
        .order_by(AttemptStep.at, AttemptStep.id)
    )  # fmt: skip
    return [(form[place - 1], answer["value"], at) for form, place, answer, at in session.execute(query)]


def exported(session: Session, slug: str) -> dict[str, Any]:
    """The current bank of an assessment as the plain data of its file. Raises NotFound."""
    head = assessment(session, slug)
    data = {name: value for name, value in head.meta.items() if value is not None}
    if "blueprint" in data:
        cells = [list(cell.values()) for cell in data["blueprint"]["cells"]]
        data["blueprint"] = {name: value for name, value in data["blueprint"].items() if value is not None} | {"cells": cells}
    query = select(ItemRevision.content).join(BankItem, BankItem.item_revision_id == ItemRevision.id).where(BankItem.bank_id == head.bank_id)
    return data | {"items": list(session.scalars(query.order_by(BankItem.place)))}
