"""Load checked packages into revisions: the same content is left alone, another content needs another version.

Markdown is rendered here, once a revision and language, and the search index is written with it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.audit import Action, record
from lms.core.errors import Refused
from lms.core.ids import new_ref
from lms.core.markdown import headings, render
from lms.courses import search_terms, sources
from lms.courses.models import Course, CourseAsset, CourseRevision, Lesson, SearchTerm
from lms.courses.package import SUFFIXES, Package, content_hash
from lms.courses.package import Lesson as PackageLesson

MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Loaded:
    """What became of a package: its revision, and whether the revision is a new one."""

    revision: CourseRevision
    new: bool


def load_package(session: Session, package: Package, *, actor: Actor, now: datetime, overdue: bool = False, review_ref: str | None = None) -> Loaded:
    """Make the package the course's current revision.

    A package with overdue reviews is readable but counts as unreviewed. Raises Refused when the version exists with
    other content (naming both hashes), when it is older than the current one, or when its code belongs to another course.
    `review_ref`: of the review in which it is released here.
    """
    identity = content_hash(package)
    course = _course(session, package)
    revisions = {revision.version: revision for revision in course.revisions}
    same = next((revision for revision in revisions.values() if revision.hash == identity), None)
    if same is not None:
        sources.keep(session, same, package.sources)
        return Loaded(same, new=False)
    _ensure_new_version(package, identity, course, revisions)
    revision = _revision(course, package, identity, now, provisional=package.provisional or overdue)
    revision.review_ref = review_ref
    session.add(revision)
    session.flush()  # the lessons' rows need its key
    _add_assets(session, revision, package)
    sources.keep(session, revision, package.sources)
    _index(session, course, revision, package)
    course.current_revision_id = revision.id
    session.flush()
    session.expire(course, ["current", "revisions"])
    subject = f"{package.meta.slug} {package.meta.version}"
    record(session, actor=actor, action=Action.COURSE_LOADED, subject=subject, now=now, hash=identity, status=str(package.meta.status))
    return Loaded(revision, new=True)


def _course(session: Session, package: Package) -> Course:
    course = session.scalar(select(Course).where(Course.slug == package.meta.slug))
    if course is None:
        taken = session.scalar(select(Course.slug).where(Course.code == package.meta.code))
        if taken:
            raise Refused(_("The course code %(code)s belongs to %(slug)s.", code=package.meta.code, slug=taken))
        course = Course(slug=package.meta.slug, code=package.meta.code)
        session.add(course)
        session.flush()
    return course


def _ensure_new_version(package: Package, identity: str, course: Course, revisions: dict[str, CourseRevision]) -> None:
    meta = package.meta
    if meta.version in revisions:
        stored = revisions[meta.version].hash
        sentence = _("Version %(version)s of %(slug)s is loaded already, with other content. Raise the version.", version=meta.version, slug=meta.slug)
        raise Refused(sentence, details=[_("loaded: %(hash)s", hash=stored), _("offered: %(hash)s", hash=identity)])
    if course.current is not None and older(meta.version, course.current.version):
        values = {"version": meta.version, "slug": meta.slug, "current": course.current.version}
        raise Refused(_("Version %(version)s of %(slug)s is older than the current one, %(current)s.", **values))


def older(version: str, than: str) -> bool:
    """Whether one version comes before another."""
    return _number(version) < _number(than)


def live_revision(session: Session, slug: str, code: str) -> CourseRevision | None:
    """The current revision of the course with that slug, or else with that code."""
    current = select(CourseRevision).join(Course, Course.current_revision_id == CourseRevision.id)
    found = session.scalar(current.where(Course.slug == slug))
    return found if found is not None else session.scalar(current.where(Course.code == code))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _revision(course: Course, package: Package, identity: str, now: datetime, *, provisional: bool) -> CourseRevision:
    meta = package.meta
    return CourseRevision(
        ref=new_ref(),
        course_id=course.id,
        version=meta.version,
        hash=identity,
        status=str(meta.status),
        provisional=provisional,
        title_zh=meta.title.zh,
        title_en=meta.title.en,
        summary_zh=meta.summary.zh,
        summary_en=meta.summary.en,
        hours=meta.hours,
        assessment_slug=meta.assessment,
        meta=meta.model_dump(mode="json", by_alias=True, exclude_none=True),
        loaded_at=now,
        lessons=[_lesson(package, place, lesson) for place, lesson in enumerate(package.lessons, start=1)],
    )


def _lesson(package: Package, place: int, lesson: PackageLesson) -> Lesson:
    zh, en = lesson.texts["zh-Hans"], lesson.texts["en"]
    places = {other.entry.id: other.entry.file for other in package.lessons}
    return Lesson(
        place=place,
        code=lesson.entry.id,
        slug=lesson.entry.file,
        hours=lesson.entry.hours,
        title_zh=zh.meta.title,
        title_en=en.meta.title,
        html_zh=_html(zh.text, package, places),
        html_en=_html(en.text, package, places),
        meta={SUFFIXES[language]: _lesson_meta(text) for language, text in lesson.texts.items()},
    )


def _lesson_meta(text: Any) -> dict[str, Any]:
    sections = [{"id": h.id, "text": h.text} for h in headings(text.text) if h.level == 2]
    return {"front": text.meta.model_dump(mode="json"), "body": text.body, "sections": sections}


def _html(text: str, package: Package, places: dict[str, str]) -> str:
    """Stored HTML: pictures and lessons are addressed relative to the lesson's page, so a path prefix does no harm."""
    html = render(text, asset_url=lambda name: f"assets/{_picture_hash(package, name)}/{name}")
    return re.sub(r'(<a href=")(C\d+-L\d+)(")', lambda match: match[1] + places.get(match[2], match[2]) + match[3], html)


def _picture_hash(package: Package, name: str) -> str:
    return sha256(package.assets.get(name, b"")).hexdigest()[:16]


def _add_assets(session: Session, revision: CourseRevision, package: Package) -> None:
    for name, content in package.assets.items():
        media_type = MEDIA_TYPES["." + name.rpartition(".")[2]]
        digest = sha256(content).hexdigest()
        session.add(CourseAsset(revision_id=revision.id, name=name, media_type=media_type, hash=digest, content=content))


def _index(session: Session, course: Course, revision: CourseRevision, package: Package) -> None:
    """Newcomers search what they can begin: the index holds current revisions only."""
    old = select(Lesson.id).join(CourseRevision, Lesson.revision_id == CourseRevision.id).where(CourseRevision.course_id == course.id)
    session.execute(delete(SearchTerm).where(SearchTerm.lesson_id.in_(old)))
    rows = [row for stored, lesson in zip(revision.lessons, package.lessons, strict=True) for row in _rows(stored.id, lesson, package)]
    session.execute(insert(SearchTerm), rows)


def _rows(lesson_id: int, lesson: PackageLesson, package: Package) -> list[dict[str, Any]]:
    rows = []
    for language, text in lesson.texts.items():
        key = SUFFIXES[language]
        about = " ".join([getattr(package.meta.title, key), getattr(package.meta.summary, key), package.meta.code, lesson.entry.id])
        found = search_terms.weighted(text.meta.title, [heading.text for heading in headings(text.text)], text.text, extra=about)
        rows += [{"lesson_id": lesson_id, "language": language, "term": term, "weight": weight} for term, weight in found.items()]
    return rows
