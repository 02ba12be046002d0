"""Where facts are cited: in lessons of courses in force and in questions of banks in force, and who answers for those courses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.assessments import suspension_queries as questions
from lms.assessments.enums import Use
from lms.core.i18n import Bilingual
from lms.courses.models import Course, CourseRevision, Lesson
from lms.facts.enums import Subject

Partners = Callable[[Session], Mapping[str, int]]
"""From nothing to {course slug: id of the partner organisation whose authors answer for it}."""
Underway = Callable[[Session, int], Sequence[int]]
"""From a course's id to the officials who have begun and not completed it."""


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where a draft that is being written or reviewed cites a fact, in words; ``standing``: what is to be said of it, "" for nothing."""

    draft: str
    place: str
    url: str
    standing: str = ""


Drafts = Callable[[Session, Actor, str], Sequence[DraftPlace]]
"""From a reader and a fact's id to where the running drafts within reach cite it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact is cited. ``live``: a question that forms are drawn from; ``item_ids``: its item and the parts of its case."""

    subject: Subject
    code: str
    course_slug: str
    title: Bilingual
    version: str
    facts: frozenset[str]
    live: bool = False
    slug: str = ""
    item_ids: tuple[int, ...] = ()


_known: WeakKeyDictionary[Any, tuple[Any, list[Place]]] = WeakKeyDictionary()
_ties: list[tuple[Partners, Underway, Drafts]] = []


def connect(partners: Partners, underway: Underway, drafts: Drafts) -> None:
    """Name who knows which organisation answers for which course, who is learning in it, and what drafts say; called once, by ``wiring``."""
    _ties[:] = [(partners, underway, drafts)]


def partner_of_courses(session: Session) -> Mapping[str, int]:
    """Course slug -> partner organisation whose authors answer for it; courses without one are the administrator's."""
    return _ties[0][0](session) if _ties else {}


def underway(session: Session, course_id: int) -> Sequence[int]:
    """Officials who have begun a course and not completed it."""
    return _ties[0][1](session, course_id) if _ties else ()


def drafts_citing(session: Session, actor: Actor, fact: str) -> Sequence[DraftPlace]:
    """Where the running drafts that ``actor`` may write cite a fact."""
    return _ties[0][2](session, actor, fact) if _ties else ()


def course_titles(session: Session) -> dict[str, Bilingual]:
    """Course slug -> title of the revision in force."""
    query = select(Course.slug, CourseRevision.title_zh, CourseRevision.title_en).join(CourseRevision, CourseRevision.id == Course.current_revision_id)
    return {slug: Bilingual(zh, en) for slug, zh, en in session.execute(query)}


def places(session: Session) -> list[Place]:
    """Everything in force that cites a fact: lessons first, by code. Read once a process for the same revisions and banks."""
    revisions = dict(session.execute(select(Course.slug, Course.current_revision_id).where(Course.current_revision_id.is_not(None))).all())
    cited = questions.cited(session)
    bind = session.get_bind()
    held = _known.get(bind)
    mark = revisions, id(cited)
    if held is None or held[0] != mark:
        held = _known[bind] = (mark, _read(session, cited))
    return held[1]


def _read(session: Session, cited: list[questions.Citing]) -> list[Place]:
    query = (
        select(Lesson.code, Lesson.title_zh, Lesson.title_en, Lesson.meta, CourseRevision.version, Course.slug)
        .join(CourseRevision, CourseRevision.id == Lesson.revision_id)
        .join(Course, Course.current_revision_id == CourseRevision.id)
        .order_by(Course.code, Lesson.place)
    )
    found = [
        Place(Subject.LESSON, code, slug, Bilingual(zh, en), version, facts)
        for code, zh, en, meta, version, slug in session.execute(query)
        if (facts := _facts(meta))
    ]
    return found + [_question(one) for one in cited]


def _facts(meta: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(fact for text in meta.values() for fact in text["front"].get("facts") or ())


def _question(one: questions.Citing) -> Place:
    named = Bilingual(one.code, one.code)
    live = one.use is Use.LIVE
    return Place(Subject.QUESTION, one.code, one.course_slug or "", named, str(one.version), one.facts, live, one.slug, one.item_ids)


def citing(session: Session, facts: Collection[str]) -> list[Place]:
    """Everything in force that cites one of these facts."""
    return [one for one in places(session) if not one.facts.isdisjoint(facts)]


def counted(session: Session) -> Counter[str]:
    """In how many lessons and questions each fact is cited."""
    return Counter(fact for one in places(session) for fact in one.facts)
