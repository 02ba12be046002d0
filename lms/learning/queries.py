"""What is known of an official's learning: the revision they read, lessons done, completions and class hours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, and_, bindparam, func, select
from sqlalchemy.orm import Session

from lms.assessments.enums import Use
from lms.assessments.models import Assessment, BankItem, BankRevision, ItemRevision, ItemSuspension
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual
from lms.courses import queries as courses
from lms.courses.models import Course, CourseRevision, Lesson
from lms.learning.catalogue import Progress
from lms.learning.models import Completion, Enrolment, LessonDone


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader before one course: the revision they began (a newcomer: the current one), and the lessons done, by code."""

    course_id: int
    slug: str
    revision_ref: str
    current_ref: str
    enrolment_id: int | None
    bank_id: int | None
    bank_hash: str
    last_lesson: str = ""
    suspended: bool = False  # some question of some course is not drawn now
    done: dict[str, str] = field(default_factory=dict)


def _reading_query():
    """Everything about one reader and one course in one statement, built once: it runs for every lesson page."""
    current = CourseRevision.__table__.alias("current")
    begun = CourseRevision.__table__.alias("begun")
    official = bindparam("official_id")
    return (
        select(
            Course.id,
            current.c.ref.label("current_ref"),
            begun.c.ref.label("begun_ref"),
            Enrolment.id.label("enrolment_id"),
            Enrolment.last_lesson_code,
            LessonDone.lesson_code,
            LessonDone.how,
            BankRevision.id.label("bank_id"),
            BankRevision.hash.label("bank_hash"),
            select(ItemSuspension.id).where(ItemSuspension.lifted_at.is_(None)).exists().label("suspended"),
        )
        .join(current, current.c.id == Course.current_revision_id)
        .outerjoin(Enrolment, and_(Enrolment.course_id == Course.id, Enrolment.official_id == official))
        .outerjoin(begun, begun.c.id == Enrolment.revision_id)
        .outerjoin(LessonDone, LessonDone.enrolment_id == Enrolment.id)
        .outerjoin(Assessment, Assessment.slug == current.c.assessment_slug)
        .outerjoin(BankRevision, BankRevision.id == Assessment.current_bank_id)
        .where(Course.slug == bindparam("slug"))
    )


_READING = _reading_query()


def reading(session: Session, slug: str, *, official_id: int | None) -> Reading:
    """The reader's place in a course; `official_id` None for those who only look. Raises NotFound. One query."""
    rows: Sequence[Row] = session.execute(_READING, {"slug": slug, "official_id": official_id}).all()
    if not rows:
        raise NotFound
    first = rows[0]
    return Reading(
        course_id=first.id,
        slug=slug,
        revision_ref=first.begun_ref or first.current_ref,
        current_ref=first.current_ref,
        enrolment_id=first.enrolment_id,
        bank_id=first.bank_id,
        bank_hash=first.bank_hash or "",
        last_lesson=first.last_lesson_code or "",
        suspended=bool(first.suspended),
        done={row.lesson_code: row.how for row in rows if row.lesson_code},
    )


_checks: dict[str, dict[str, frozenset[int]]] = {}
_SUSPENDED = select(ItemSuspension.item_id).where(ItemSuspension.lifted_at.is_(None))


def lessons_with_check(session: Session, place: Reading) -> frozenset[str]:
    """Codes of the lessons that have practice items to ask. A bank never changes, so it is asked once a process; what is suspended, where anything is."""
    found = _checks.get(place.bank_hash)
    if found is None:
        if len(_checks) > 256:
            _checks.clear()
        found = _checks[place.bank_hash] = _practice(session, place.bank_id)
    suspended = set(session.connection().execute(_SUSPENDED).scalars()) if place.suspended else set()
    return frozenset(code for code, items in found.items() if not items <= suspended)


def _practice(session: Session, bank_id: int | None) -> dict[str, frozenset[int]]:
    """Lesson code -> ids of its practice items."""
    query = (
        select(ItemRevision.lesson_code, ItemRevision.item_id)
        .join(BankItem, BankItem.item_revision_id == ItemRevision.id)
        .where(BankItem.bank_id == bank_id, ItemRevision.use == Use.PRACTICE, ItemRevision.lesson_code != "")
    )
    found: dict[str, set[int]] = {}
    for code, item_id in session.execute(query):
        found.setdefault(code, set()).add(item_id)
    return {code: frozenset(items) for code, items in found.items()}


def underway(session: Session, course_id: int) -> Sequence[int]:
    """Officials who have begun a course and not completed it."""
    done = select(Completion.id).where(Completion.official_id == Enrolment.official_id, Completion.course_id == course_id).exists()
    return session.scalars(select(Enrolment.official_id).where(Enrolment.course_id == course_id, ~done).order_by(Enrolment.official_id)).all()


def find_enrolment(session: Session, *, official_id: int, course_id: int) -> Enrolment | None:
    """An official's run through a course."""
    return session.scalar(select(Enrolment).where(Enrolment.official_id == official_id, Enrolment.course_id == course_id))


def progress_by_course(session: Session, official_id: int | None) -> dict[int, Progress]:
    """Course id -> progress of every course that the official has begun."""
    if official_id is None:
        return {}
    totals = select(Lesson.revision_id, func.count().label("n")).group_by(Lesson.revision_id).subquery()
    query = (
        select(Enrolment.course_id, func.count(LessonDone.id), func.max(totals.c.n), func.max(Completion.id))
        .join(totals, totals.c.revision_id == Enrolment.revision_id)
        .outerjoin(LessonDone, LessonDone.enrolment_id == Enrolment.id)
        .outerjoin(Completion, and_(Completion.official_id == Enrolment.official_id, Completion.course_id == Enrolment.course_id))
        .where(Enrolment.official_id == official_id)
        .group_by(Enrolment.id, Enrolment.course_id)
        .limit(courses.MOST_COURSES)
    )
    return {course_id: Progress(done, total, completion is not None) for course_id, done, total, completion in session.execute(query)}


@dataclass(frozen=True, slots=True)
class CompletedCourse:
    """A completion as one's record shows it."""

    slug: str
    title: Bilingual
    version: str
    hours: int
    completed_at: datetime


def completions(session: Session, official_id: int) -> list[CompletedCourse]:
    """Completed courses with the class hours credited, newest first."""
    query = (
        select(Course.slug, CourseRevision.title_zh, CourseRevision.title_en, CourseRevision.version, Completion.hours, Completion.completed_at)
        .join(Course, Course.id == Completion.course_id)
        .join(CourseRevision, CourseRevision.id == Completion.revision_id)
        .where(Completion.official_id == official_id)
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
        .limit(courses.MOST_COURSES)
    )
    return [CompletedCourse(slug, Bilingual(zh, en), version, hours, at) for slug, zh, en, version, hours, at in session.execute(query)]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A course that an official has begun and not completed; `next_*` is the lesson to go on with, empty when all are read."""

    slug: str
    title: Bilingual
    done: int
    total: int
    next_slug: str
    next_title: Bilingual
    assessment_slug: str | None


def under_way(session: Session, official_id: int, *, limit: int = 5) -> list[UnderWay]:
    """Where an official was: courses begun and not completed, the one begun last first."""
    query = (
        select(Course.slug, Course.id, CourseRevision.ref, Enrolment.id, Enrolment.last_lesson_code)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseRevision, CourseRevision.id == Enrolment.revision_id)
        .outerjoin(Completion, and_(Completion.official_id == Enrolment.official_id, Completion.course_id == Enrolment.course_id))
        .where(Enrolment.official_id == official_id, Completion.id.is_(None))
        .order_by(Enrolment.started_at.desc(), Enrolment.id.desc())
        .limit(limit)
    )
    rows = session.execute(query).all()
    done: dict[int, set[str]] = {row[3]: set() for row in rows}
    for enrolment_id, code in session.execute(select(LessonDone.enrolment_id, LessonDone.lesson_code).where(LessonDone.enrolment_id.in_(done))):
        done[enrolment_id].add(code)
    return [_under_way(courses.contents(session, ref), slug, done[enrolment_id], last) for slug, _id, ref, enrolment_id, last in rows]


def _under_way(contents: courses.Contents, slug: str, done: set[str], last: str) -> UnderWay:
    line = next_lesson(contents, done, last)
    counted = sum(1 for lesson in contents.lessons if lesson.code in done)
    title = line.title if line else Bilingual("", "")
    return UnderWay(slug, contents.title, counted, len(contents.lessons), line.slug if line else "", title, contents.assessment_slug)


def next_lesson(contents: courses.Contents, done: set[str] | dict[str, str], last: str) -> courses.LessonLine | None:
    """The lesson to go on with: the first one not done after the last one touched, else the first one not done; None when all are."""
    start = next((index for index, line in enumerate(contents.lessons) if line.code == last), 0)
    ahead = contents.lessons[start:] + contents.lessons[:start]
    return next((line for line in ahead if line.code not in done), None)
