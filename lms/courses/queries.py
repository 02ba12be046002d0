"""What others may know of courses: revisions, their contents and lessons, search, and whether they give evidence.

A revision never changes, so its contents and lessons are kept in the process once read (keyed by the revision's
unguessable reference, which no two databases share).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session, contains_eager

from lms.core.errors import NotFound
from lms.core.i18n import Bilingual
from lms.courses.enums import TermOrder
from lms.courses.glossary import Entry, Term, Use, matching, merge, ordered
from lms.courses.models import Course, CourseAsset, CourseRevision, EvidenceAcceptance, Lesson, SearchTerm
from lms.courses.retirement_queries import is_offered
from lms.courses.search_terms import is_word, query_terms

MOST_COURSES = 500
KEPT_REVISIONS = 64


@dataclass(frozen=True, slots=True)
class LessonLine:
    """One line of a table of contents."""

    code: str
    slug: str
    place: int
    hours: int
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a lesson: the id of its heading, its words."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson in one language, as stored."""

    html: Markup
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """A revision as readers see it; `meta` is the package's course.yaml."""

    revision_id: int
    ref: str
    version: str
    title: Bilingual
    summary: Bilingual
    hours: int
    provisional: bool
    assessment_slug: str | None
    meta: dict[str, Any]
    lessons: tuple[LessonLine, ...]
    texts: dict[tuple[str, str], LessonText]

    @property
    def review_by(self) -> date:
        """When its authors have to look at it again."""
        return date.fromisoformat(self.meta["review_by"])

    @property
    def changes(self) -> list[tuple[str, date, Bilingual]]:
        """(version, day, what changed) of the package's changelog."""
        return [(c["version"], date.fromisoformat(c["date"]), Bilingual(c["zh"], c["en"])) for c in self.meta["changelog"]]

    def lesson(self, slug: str) -> LessonLine | None:
        """The lesson at an address."""
        return next((line for line in self.lessons if line.slug == slug), None)

    def by_code(self, code: str) -> LessonLine | None:
        """The lesson with a lasting id (C01-L2)."""
        return next((line for line in self.lessons if line.code == code), None)

    def neighbours(self, line: LessonLine) -> tuple[LessonLine | None, LessonLine | None]:
        """The lessons before and after."""
        index = self.lessons.index(line)
        before = self.lessons[index - 1] if index else None
        return before, self.lessons[index + 1] if index + 1 < len(self.lessons) else None


class _Kept:
    """The most recently read revisions of this process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.found: dict[str, Contents] = {}

    def get(self, session: Session, ref: str) -> Contents:
        contents = self.found.get(ref)
        if contents is None:
            if len(self.found) >= self.most:
                self.found.pop(next(iter(self.found)), None)
            contents = self.found[ref] = _read_contents(session, ref)
        return contents


_kept = _Kept(KEPT_REVISIONS)


def contents(session: Session, ref: str) -> Contents:
    """The revision `ref` with its lessons in both languages. Raises NotFound."""
    return _kept.get(session, ref)


def _read_contents(session: Session, ref: str) -> Contents:
    revision = session.scalar(select(CourseRevision).where(CourseRevision.ref == ref))
    if revision is None:
        raise NotFound
    texts = {}
    for lesson in revision.lessons:
        for key, html in (("zh", lesson.html_zh), ("en", lesson.html_en)):
            sections = tuple(Section(**section) for section in lesson.meta[key]["sections"])
            texts[lesson.slug, key] = LessonText(Markup(html), sections)  # noqa: S704  (sanitised when it was stored)
    return Contents(
        revision_id=revision.id,
        ref=revision.ref,
        version=revision.version,
        title=Bilingual(revision.title_zh, revision.title_en),
        summary=Bilingual(revision.summary_zh, revision.summary_en),
        hours=revision.hours,
        provisional=revision.provisional,
        assessment_slug=revision.assessment_slug,
        meta=revision.meta,
        lessons=tuple(_line(lesson) for lesson in revision.lessons),
        texts=texts,
    )


def _line(lesson: Lesson) -> LessonLine:
    return LessonLine(lesson.code, lesson.slug, lesson.place, lesson.hours, Bilingual(lesson.title_zh, lesson.title_en))


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course as the catalogue lists it: its current revision in brief."""

    course_id: int
    slug: str
    code: str
    revision_id: int
    ref: str
    version: str
    status: str
    title: Bilingual
    summary: Bilingual
    audience: Bilingual
    hours: int
    lessons: int
    provisional: bool
    accepted: bool
    moves: tuple[str, ...]
    prerequisites: tuple[str, ...]
    retired: bool = False


def courses(session: Session, *, retired: bool = False) -> list[CourseCard]:
    """All courses that have a current revision, in the order of their codes (at most MOST_COURSES); ``retired``: also those nobody new begins."""
    counted = select(Lesson.revision_id, func.count().label("n")).group_by(Lesson.revision_id).subquery()
    query = (
        select(Course, CourseRevision, counted.c.n, EvidenceAcceptance.id, is_offered())
        .join(CourseRevision, CourseRevision.id == Course.current_revision_id)
        .join(counted, counted.c.revision_id == CourseRevision.id)
        .outerjoin(EvidenceAcceptance, EvidenceAcceptance.revision_id == CourseRevision.id)
        .order_by(Course.code)
        .limit(MOST_COURSES)
    )
    return [_card(*row) for row in session.execute(query if retired else query.where(is_offered()))]


def _card(course: Course, revision: CourseRevision, lessons: int, acceptance_id: int | None, offered: bool) -> CourseCard:
    meta = revision.meta
    return CourseCard(
        course_id=course.id,
        slug=course.slug,
        code=course.code,
        revision_id=revision.id,
        ref=revision.ref,
        version=revision.version,
        status=revision.status,
        title=Bilingual(revision.title_zh, revision.title_en),
        summary=Bilingual(revision.summary_zh, revision.summary_en),
        audience=Bilingual(**meta["audience"]),
        hours=revision.hours,
        lessons=lessons,
        provisional=revision.provisional,
        accepted=acceptance_id is not None,
        moves=tuple(move["c"] for move in meta["moves"]),
        prerequisites=tuple(meta["prerequisites"]),
        retired=not offered,
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """A lesson that holds every term of a query, with its weight."""

    course_id: int
    code: str
    slug: str
    title: Bilingual
    weight: int


def search(session: Session, query: str) -> list[Hit]:
    """Lessons of current revisions that hold every term of `query` in one of their languages, weightiest first.

    Empty for a query without any word.
    """
    pieces = query_terms(query)
    if not pieces:
        return []
    found: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for number, lesson_id, language, weight in session.execute(union_all(*(_piece(n, term) for n, term in enumerate(pieces)))):
        found[lesson_id, language][number] = int(weight)
    weights: dict[int, int] = {}
    for (lesson_id, _language), by_piece in found.items():
        if len(by_piece) == len(pieces):
            weights[lesson_id] = max(weights.get(lesson_id, 0), sum(by_piece.values()))
    return _hits(session, weights)


def _piece(number: int, term: str) -> Select[Any]:
    """The weight of one term in each lesson and language."""
    matches = SearchTerm.term.startswith(term, autoescape=True) if is_word(term) else SearchTerm.term == term
    columns = (literal(number), SearchTerm.lesson_id, SearchTerm.language, func.sum(SearchTerm.weight))
    return select(*columns).where(matches).group_by(SearchTerm.lesson_id, SearchTerm.language)


def _hits(session: Session, weights: dict[int, int]) -> list[Hit]:
    query = select(Lesson, CourseRevision.course_id).join(CourseRevision, CourseRevision.id == Lesson.revision_id).where(Lesson.id.in_(weights))
    hits = [
        Hit(course_id, lesson.code, lesson.slug, Bilingual(lesson.title_zh, lesson.title_en), weights[lesson.id])
        for lesson, course_id in session.execute(query)
    ]
    return sorted(hits, key=lambda hit: (-hit.weight, hit.code))


def asset(session: Session, slug: str, digest: str, name: str) -> CourseAsset:
    """A picture by the beginning of its content's hash. Raises NotFound."""
    query = (
        select(CourseAsset)
        .join(CourseRevision, CourseRevision.id == CourseAsset.revision_id)
        .join(Course, Course.id == CourseRevision.course_id)
        .where(Course.slug == slug, CourseAsset.name == name, CourseAsset.hash.startswith(digest, autoescape=True))
        .limit(1)
    )
    found = session.scalar(query)
    if found is None or len(digest) < 16:
        raise NotFound
    return found


def current_revision(session: Session, slug: str) -> CourseRevision:
    """What a newcomer to the course begins. Raises NotFound."""
    query = select(CourseRevision).join(Course, Course.current_revision_id == CourseRevision.id).where(Course.slug == slug)
    revision = session.scalar(query)
    if revision is None:
        raise NotFound
    return revision


def acceptance_of(session: Session, revision_id: int) -> EvidenceAcceptance | None:
    """The decision that let an unreviewed revision give evidence."""
    return session.scalar(select(EvidenceAcceptance).where(EvidenceAcceptance.revision_id == revision_id))


def gives_evidence(session: Session, revision_id: int, *, sample: bool) -> bool:
    """Whether quizzes of this revision count: it is reviewed, or accepted, or the instance is a sample (course format, rule 9)."""
    if sample:
        return True
    provisional = session.scalar(select(CourseRevision.provisional).where(CourseRevision.id == revision_id))
    return provisional is False or acceptance_of(session, revision_id) is not None


def revisions(session: Session) -> list[tuple[CourseRevision, EvidenceAcceptance | None]]:
    """The current revision of every course with the decision on it, in the order of codes (at most MOST_COURSES)."""
    query = (
        select(CourseRevision, EvidenceAcceptance)
        .join(Course, Course.current_revision_id == CourseRevision.id)
        .outerjoin(EvidenceAcceptance, EvidenceAcceptance.revision_id == CourseRevision.id)
        .options(contains_eager(CourseRevision.course))
        .order_by(Course.code)
        .limit(MOST_COURSES)
    )
    return [(revision, acceptance) for revision, acceptance in session.execute(query)]


def titles(session: Session, codes: Sequence[str]) -> dict[str, tuple[str, Bilingual]]:
    """Slug and title of the courses with these codes."""
    query = (
        select(Course.code, Course.slug, CourseRevision.title_zh, CourseRevision.title_en)
        .join(CourseRevision, CourseRevision.id == Course.current_revision_id)
        .where(Course.code.in_(codes))
        .limit(MOST_COURSES)
    )
    return {code: (slug, Bilingual(zh, en)) for code, slug, zh, en in session.execute(query)}


def lessons_serving(session: Session, competency: str) -> list[tuple[str, Bilingual]]:
    """Lasting ids and titles of the lessons of offered courses that say they serve a competency."""
    query = (
        select(Lesson.code, Lesson.title_zh, Lesson.title_en, Lesson.meta["zh"]["front"]["serves"])
        .join(Course, Course.current_revision_id == Lesson.revision_id)
        .where(is_offered())
        .order_by(Course.code, Lesson.place)
    )
    return [(code, Bilingual(zh, en)) for code, zh, en, serves in session.execute(query) if any(one["c"] == competency for one in serves or ())]


def glossary(session: Session, *, q: str = "", order: TermOrder = TermOrder.CHINESE) -> list[Term]:
    """The terms of all current revisions, merged (at most MOST_COURSES courses), that hold every word of `q`."""
    query = (
        select(Course.code, Course.slug, CourseRevision.title_zh, CourseRevision.title_en, CourseRevision.meta)
        .join(CourseRevision, CourseRevision.id == Course.current_revision_id)
        .order_by(Course.code)
        .limit(MOST_COURSES)
    )
    rows = [(Use(code, slug, Bilingual(zh, en)), meta) for code, slug, zh, en, meta in session.execute(query)]
    terms = merge(Entry(term["zh"], term["en"], use) for use, meta in rows for term in meta["glossary"])
    return ordered(matching(terms, q), order)
