"""One course as an instrument: how its blueprint is covered by live questions, and what wrong ideas its questions find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments import queries as assessments
from lms.assessments.enums import Kind, Use
from lms.assessments.models import Assessment, BankRevision
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual
from lms.courses.models import Course, CourseRevision, Lesson
from lms.psychometrics import effect_queries
from lms.psychometrics.beliefs import Finding
from lms.psychometrics.effect_queries import Worth
from lms.psychometrics.instruments import SMALLEST
from lms.psychometrics.models import IdeaStatistic, ItemStatistic

FORMS = 2  # a second form should differ from the first


class Cover(StrEnum):
    """How a cell of a blueprint is filled: a form can't be, only one can, or a second form differs."""

    MISSING = "missing"
    THIN = "thin"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the blueprint: how many questions of a form come from it, and its live questions (a set is one).

    ``known`` of them were answered by five officials or more; ``answers`` and ``asked`` count those only.
    """

    competency: str
    cognitive: str
    difficulty: str
    wanted: int
    live: int
    sets: int
    known: int
    answers: int
    asked: int
    flagged: int
    items: Sequence[str]

    @property
    def cover(self) -> Cover:
        if self.live < self.wanted:
            return Cover.MISSING
        return Cover.THIN if self.live < FORMS * self.wanted else Cover.ENOUGH


@dataclass(frozen=True, slots=True)
class Idea:
    """A wrong idea of the bank; ``row`` None where fewer than five officials have met it. ``lessons``: (title, slug)."""

    code: str
    text: Bilingual
    row: IdeaStatistic | None
    lessons: Sequence[tuple[Bilingual, str]]


@dataclass(frozen=True, slots=True)
class Quality:
    """What is known of a course. ``outside``: live questions that no cell asks for; ``suspended``: how many wait for somebody to look."""

    slug: str
    code: str
    title: Bilingual
    bank: str
    worth: Sequence[Worth]
    cells: Sequence[Cell]
    outside: Sequence[str]
    suspended: int
    ideas: Sequence[Idea]
    live: int
    flagged: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class _Bank:
    slug: str
    bank_id: int | None
    meta: Mapping


def quality(session: Session, slug: str) -> Quality:
    """The course ``slug``. Raises NotFound for courses that nobody can take."""
    r = CourseRevision
    query = select(Course.code, r.id, r.title_zh, r.title_en).join(r, r.id == Course.current_revision_id)
    found = session.execute(query.where(Course.slug == slug)).one_or_none()
    if found is None:
        raise NotFound
    bank = _bank(session, slug)
    rows = assessments.bank_rows(session, bank.bank_id, use=Use.LIVE) if bank.bank_id else []
    every = assessments.bank_rows(session, bank.bank_id, use=Use.LIVE, suspended=True) if bank.bank_id else []
    figures = {row.item_id: row for row in session.scalars(select(ItemStatistic).where(ItemStatistic.course == bank.slug))} if rows else {}
    cells = _cells(bank.meta, rows, figures)
    inside = {code for cell in cells for code in cell.items}
    return Quality(
        slug, found.code, Bilingual(found.title_zh, found.title_en), bank.slug,
        worth=[line for line in effect_queries.worth(session) if line.slug == slug],
        cells=cells, outside=[row.code for row in rows if row.code not in inside], suspended=len(every) - len(rows),
        ideas=_ideas(session, bank, found.id), live=len(rows), flagged=sum(row.n_flags > 0 for row in figures.values()),
        as_of=max((row.at for row in figures.values()), default=None),
    )  # fmt: skip


def _bank(session: Session, slug: str) -> _Bank:
    query = select(Assessment.slug, Assessment.current_bank_id, BankRevision.meta).outerjoin(BankRevision, BankRevision.id == Assessment.current_bank_id)
    found = session.execute(query.where(Assessment.course_slug == slug).order_by(Assessment.id).limit(1)).one_or_none()
    return _Bank(found.slug, found.current_bank_id, found.meta or {}) if found else _Bank("", None, {})


def _cells(meta: Mapping, rows: Sequence, figures: Mapping[int, ItemStatistic]) -> list[Cell]:
    by_cell: defaultdict[tuple, list] = defaultdict(list)
    for row in rows:
        by_cell[row.competency, row.cognitive, row.difficulty].append(row)
    wanted: dict[tuple, int] = {}
    for one in (meta.get("blueprint") or {}).get("cells", ()):
        key = one["competency"], one["cognitive"], one["difficulty"]
        wanted[key] = wanted.get(key, 0) + one["count"]
    return [_cell(key, count, by_cell[key], figures) for key, count in wanted.items()]


def _cell(key: tuple, wanted: int, rows: Sequence, figures: Mapping[int, ItemStatistic]) -> Cell:
    known = [figures[row.item_id] for row in rows if row.item_id in figures and figures[row.item_id].n >= SMALLEST]
    sets = sum(row.kind == Kind.SCENARIO for row in rows)
    flagged = sum(one.n_flags > 0 for one in known)
    answers, asked = sum(one.n for one in known), sum(one.exposure for one in known)
    return Cell(*key, wanted, len(rows), sets, len(known), answers, asked, flagged, [row.code for row in rows])


_FIRST = {Finding.HELD: 0, Finding.DRAWS: 1, Finding.UNCLEAR: 2, Finding.REJECTED: 3}


def _ideas(session: Session, bank: _Bank, revision_id: int) -> list[Idea]:
    """Every wrong idea that the bank defines: held ones first, the most chosen on top."""
    rows = {row.code: row for row in session.scalars(select(IdeaStatistic).where(IdeaStatistic.course == bank.slug))}
    query = select(Lesson.code, Lesson.title_zh, Lesson.title_en, Lesson.slug).where(Lesson.revision_id == revision_id)
    lessons = {code: (Bilingual(zh, en), slug) for code, zh, en, slug in session.execute(query)}
    found = [
        Idea(code, Bilingual(text["zh"], text["en"]), row, [lessons[one] for one in row.lessons if one in lessons] if row else [])
        for code, text in (bank.meta.get("misconceptions") or {}).items()
        for row in [rows.get(code)]
    ]
    return sorted(found, key=lambda one: (4, 0) if one.row is None else (_FIRST[Finding(one.row.finding)], -one.row.share_milli))
