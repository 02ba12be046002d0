"""What can be assigned: finding a thing by the code people write, its title, and where it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.assessments.models import Assessment
from lms.assignments.enums import THING_NAMES, ThingKind
from lms.core.errors import Invalid
from lms.core.i18n import Bilingual
from lms.courses.models import Course, CourseRevision, Lesson
from lms.courses.retirement_queries import is_offered
from lms.portfolio.models import WorkTask, WorkTaskRevision

MOST = 500
PLACEMENT = "post"
"""The code of the only placement there is: the one against the targets of the own post."""
ALIASES = {"assessment": ThingKind.QUIZ, "work sample": ThingKind.WORK_SAMPLE, "placement test": ThingKind.PLACEMENT}


class Thing(NamedTuple):
    """What is assigned: a course (slug), a lesson (its lasting id), a quiz (slug), the placement, a work sample (code)."""

    kind: str
    code: str


class Named(NamedTuple):
    """A thing with its title; ``path`` are the parts of its address, empty when it was taken out."""

    thing: Thing
    title: Bilingual
    path: tuple[str, ...] = ()


def kind_of(text: str) -> ThingKind | None:
    """The kind that a word of an address or a caller means."""
    return ALIASES.get(text) or (ThingKind(text) if text in list(ThingKind) else None)


def found(session: Session, thing: Thing | tuple[str, str]) -> Thing:
    """The thing with its kind and code as they are stored; a course is found by its code (C05) too. Raises Invalid."""
    kind, code = kind_of(thing[0]), thing[1].strip()
    if kind is ThingKind.PLACEMENT:
        return Thing(kind, PLACEMENT)
    lasting = kind and session.scalar(_CODES[kind](code).limit(1))
    if not lasting:
        raise Invalid(_("There is no such thing to assign: %(kind)s “%(code)s”.", kind=str(THING_NAMES[kind]) if kind else thing[0], code=code))
    return Thing(kind, lasting)


_CODES = {
    ThingKind.COURSE: lambda code: select(Course.slug).where(or_(Course.slug == code, Course.code == code.upper())),
    ThingKind.LESSON: lambda code: select(Lesson.code).where(Lesson.code == code.upper()),
    ThingKind.QUIZ: lambda code: select(Assessment.slug).where(Assessment.slug == code, Assessment.current_bank_id.is_not(None)),
    ThingKind.WORK_SAMPLE: lambda code: select(WorkTask.code).where(WorkTask.code == code, WorkTask.version.is_not(None)),
}


def named(session: Session, things: Iterable[Thing | tuple[str, str]]) -> dict[Thing, Named]:
    """Titles of things; one that was taken out keeps its code as title."""
    wanted = {Thing(*thing) for thing in things}
    titles: dict[Thing, Named] = {}
    for kind, query in _TITLES.items():
        codes = sorted(thing.code for thing in wanted if thing.kind == kind)
        if codes:
            titles |= {Thing(kind, row[0]): Named(Thing(kind, row[0]), Bilingual(row[1], row[2]), tuple(row[3:])) for row in session.execute(query(codes))}
    return {thing: titles.get(thing) or _untitled(thing) for thing in wanted}


def _untitled(thing: Thing) -> Named:
    if thing.kind == ThingKind.PLACEMENT:
        return Named(thing, Bilingual("岗位摸底测验", "Placement for the own post"), (thing.code,))
    return Named(thing, Bilingual(thing.code, thing.code))


def _courses(codes: Sequence[str]):
    query = select(Course.slug, CourseRevision.title_zh, CourseRevision.title_en, Course.slug)
    return query.join(CourseRevision, CourseRevision.id == Course.current_revision_id).where(Course.slug.in_(codes))


def _lessons(codes: Sequence[str]):
    query = select(Lesson.code, Lesson.title_zh, Lesson.title_en, Course.slug, Lesson.slug)
    return query.join(Course, Course.current_revision_id == Lesson.revision_id).where(Lesson.code.in_(codes))


def _quizzes(codes: Sequence[str]):
    query = select(Assessment.slug, CourseRevision.title_zh, CourseRevision.title_en, Assessment.slug)
    course = query.join(Course, Course.slug == Assessment.course_slug).join(CourseRevision, CourseRevision.id == Course.current_revision_id)
    return course.where(Assessment.slug.in_(codes))


def _works(codes: Sequence[str]):
    title = WorkTaskRevision.content["title"]
    query = select(WorkTask.code, title["zh"].as_string(), title["en"].as_string(), WorkTask.code)
    same = (WorkTaskRevision.task_id == WorkTask.id) & (WorkTaskRevision.version == WorkTask.version)
    return query.join(WorkTaskRevision, same).where(WorkTask.code.in_(codes))


_TITLES = {ThingKind.COURSE: _courses, ThingKind.LESSON: _lessons, ThingKind.QUIZ: _quizzes, ThingKind.WORK_SAMPLE: _works}


def choices(session: Session) -> dict[ThingKind, list[Named]]:
    """Everything that can be assigned, by kind, for forms; at most MOST of a kind."""
    every = {
        ThingKind.COURSE: select(Course.slug).where(Course.current_revision_id.is_not(None), is_offered()).order_by(Course.code),
        ThingKind.QUIZ: select(Assessment.slug).where(Assessment.current_bank_id.is_not(None), Assessment.course_slug.is_not(None)).order_by(Assessment.slug),
        ThingKind.LESSON: select(Lesson.code).join(Course, Course.current_revision_id == Lesson.revision_id).where(is_offered()).order_by(Lesson.code),
        ThingKind.WORK_SAMPLE: select(WorkTask.code).where(WorkTask.version.is_not(None)).order_by(WorkTask.code),
    }
    listed = {kind: [Thing(kind, code) for code in session.scalars(query.limit(MOST))] for kind, query in every.items()}
    listed[ThingKind.PLACEMENT] = [Thing(ThingKind.PLACEMENT, PLACEMENT)]
    titles = named(session, [thing for things in listed.values() for thing in things])
    return {kind: [titles[thing] for thing in things] for kind, things in listed.items()}
