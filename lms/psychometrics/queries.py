"""Reading how questions work: the list of all of them, and what is known of one. No official can be told from any of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.assessments import queries as assessments
from lms.assessments.enums import Kind, Use
from lms.assessments.models import Assessment, Item, ItemRevision, Response
from lms.assessments.queries import Asked
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual, pick
from lms.courses.models import Course, CourseRevision
from lms.psychometrics.classical import Flag
from lms.psychometrics.instruments import SMALLEST
from lms.psychometrics.models import CalibrationRun, ItemCalibration, ItemStatistic

_doubted_key = case((ItemStatistic.flags.contains(f" {Flag.KEY} "), 1), else_=0)  # a wrong key harms people now; all else can wait

ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "flags": (_doubted_key.desc(), ItemStatistic.n_flags.desc(), ItemStatistic.code),
    "code": (ItemStatistic.code,),
    "answers": (ItemStatistic.n.desc(), ItemStatistic.code),
    "easy": (ItemStatistic.p_milli.is_(None), ItemStatistic.p_milli.desc(), ItemStatistic.code),
    "hard": (ItemStatistic.p_milli.is_(None), ItemStatistic.p_milli, ItemStatistic.code),
    "weak": (ItemStatistic.rest_r_milli.is_(None), ItemStatistic.rest_r_milli, ItemStatistic.code),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """How the list is narrowed and ordered."""

    text: str = ""
    course: str = ""
    competency: str = ""
    flag: str = ""
    order: str = "flags"


def statistics(choice: Choice) -> Select[Any]:
    """Rows of ``item_statistic`` of all banks."""
    s = ItemStatistic
    query = select(s).order_by(*ORDERS.get(choice.order, ORDERS["flags"]))
    if choice.text:
        held = (func.lower(column).contains(choice.text.lower(), autoescape=True) for column in (s.code, s.stem_zh, s.stem_en))
        query = query.where(or_(*held))
    if choice.course:
        query = query.where(s.course == choice.course)
    if choice.competency:
        query = query.where(s.competency == choice.competency)
    return query.where(s.flags.contains(f" {choice.flag} ")) if choice.flag in set(Flag) else query


def courses(session: Session) -> dict[str, str]:
    """Assessments with questions, in the order of their courses' codes: what they are called in the reader's language, by slug."""
    r = CourseRevision
    query = (
        select(Assessment.slug, Course.code, r.title_zh, r.title_en)
        .outerjoin(Course, Course.slug == Assessment.course_slug)
        .outerjoin(r, r.id == Course.current_revision_id)
        .where(Assessment.current_bank_id.is_not(None))
        .order_by(Course.code.is_(None), Course.code, Assessment.slug)
    )
    return {slug: f"{code} {pick(Bilingual(zh, en))}" if zh else slug for slug, code, zh, en in session.execute(query)}


def flagged(session: Session) -> int:
    """How many questions somebody should look at."""
    return session.scalar(select(func.count()).where(ItemStatistic.n_flags > 0)) or 0


@dataclass(frozen=True, slots=True)
class Version:
    """A revision of a question. a, b and the standard error of b in logits; ``answers`` None below five; ``calibration`` 0: the author's values."""

    code: str
    version: int
    answers: int | None
    a: float
    b: float
    se: float
    calibration: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one calibration changed in one question, in logits."""

    number: int
    at: Any
    code: str
    version: int
    n: int
    a: tuple[float, float]
    b: tuple[float, float]
    se: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Known:
    """A question or set: its figures (None before the first night), what it asks, its revisions and calibrations, newest first."""

    code: str
    kind: str
    competency: str
    level: int
    course: str
    course_slug: str
    figures: ItemStatistic | None
    questions: Sequence[Asked]
    versions: Sequence[Version]
    changes: Sequence[Change]


def item(session: Session, code: str) -> Known:
    """The question or whole set ``code`` (of a part: its set). Raises NotFound for unknown codes and practice questions."""
    found = session.scalar(select(Item).where(Item.code == code))
    if found is not None and found.parent_id:
        found = session.get_one(Item, found.parent_id)
    newest = found and session.scalar(
        select(ItemRevision).where(ItemRevision.item_id == found.id, ItemRevision.use == Use.LIVE).order_by(ItemRevision.version.desc()).limit(1)
    )
    if not newest:
        raise NotFound
    leaves = select(Item.id).where(Item.parent_id == found.id) if newest.kind == Kind.SCENARIO else select(Item.id).where(Item.id == found.id)
    ids = list(session.scalars(leaves))
    bank = session.get(Assessment, found.assessment_id) if found.assessment_id else None
    return Known(
        code=found.code, kind=newest.kind, competency=newest.competency, level=newest.level, course=bank.slug if bank else "",
        course_slug=(bank.course_slug or "") if bank else "",
        figures=session.get(ItemStatistic, found.id), questions=_questions(session, ids, newest),
        versions=_versions(session, ids), changes=_changes(session, ids),
    )  # fmt: skip


def _questions(session: Session, ids: Sequence[int], newest: ItemRevision) -> list[Asked]:
    """What the newest revision asks; a question of another platform has no text here."""
    if not newest.content.get("stem"):
        return []
    revisions = session.scalars(select(ItemRevision.id).where(ItemRevision.item_id.in_(ids), ItemRevision.version == newest.version).order_by(ItemRevision.id))
    return assessments.form_questions(session, list(revisions))


def _versions(session: Session, ids: Sequence[int]) -> list[Version]:
    answers = select(func.count(func.distinct(Response.official_id))).where(
        Response.item_id == ItemRevision.item_id, Response.item_revision_id == ItemRevision.id
    )
    v = ItemRevision
    query = select(Item.code, v.version, answers.scalar_subquery(), v.a_milli, v.b_milli, v.vb_micro, v.calibration).join(Item, Item.id == v.item_id)
    rows = session.execute(query.where(v.item_id.in_(ids)).order_by(v.version.desc(), Item.code)).all()
    return [Version(code, version, n if n >= SMALLEST else None, a / 1000, b / 1000, (vb / 1e6) ** 0.5, number) for code, version, n, a, b, vb, number in rows]


def _changes(session: Session, ids: Sequence[int]) -> list[Change]:
    v, part = ItemRevision, aliased(Item)
    query = (
        select(ItemCalibration, CalibrationRun.at, part.code, v.version)
        .join(CalibrationRun, CalibrationRun.id == ItemCalibration.run_id)
        .join(v, v.id == ItemCalibration.item_revision_id)
        .join(part, part.id == v.item_id)
        .where(v.item_id.in_(ids))
        .order_by(CalibrationRun.id.desc(), part.code)
        .limit(50)
    )
    return [_change(row, at, code, version) for row, at, code, version in session.execute(query)]


def _change(row: ItemCalibration, at: Any, code: str, version: int) -> Change:
    a, b = (row.a_before / 1000, row.a_after / 1000), (row.b_before / 1000, row.b_after / 1000)
    return Change(row.run_id, at, code, version, row.n, a, b, ((row.vb_before / 1e6) ** 0.5, (row.vb_after / 1e6) ** 0.5))
