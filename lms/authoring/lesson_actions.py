"""What changes several files of a draft at once: the list of lessons, a lesson's head, the canonical form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.authoring import actions, course_lessons, queries
from lms.authoring.actions import Saved
from lms.authoring.enums import EditKind, Outcome
from lms.authoring.lesson_text import put_together, take_apart
from lms.authoring.models import CourseDraft
from lms.authoring.yaml_text import Unreadable
from lms.core.errors import Conflict, Invalid
from lms.courses import package_queries as packages
from lms.people.calendar_queries import today as day_of


@dataclass(frozen=True, slots=True)
class Written:
    """One language of a lesson as somebody sends it: written on version ``base``; None keeps a value as it was there."""

    base: int
    title: str | None
    body: str | None
    head: Mapping[str, Any]


def save_lesson(
    session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, stem: str, texts: Mapping[str, Written], kind: EditKind
) -> dict[str, Saved]:
    """Save a lesson's languages (``zh``, ``en``), each on its own; class hours that changed go into ``course.yaml`` too.

    Raises what :func:`actions.save` raises.
    """
    found = {language: _save_text(session, actor, now, draft, stem, language, one, kind) for language, one in texts.items()}
    hours = next((one.head["hours"] for one in texts.values() if "hours" in one.head), None)
    if hours is not None and kind is not EditKind.AUTOSAVE:
        _follow_hours(session, actor, now, draft, stem, hours)
    return found


def _save_text(session: Session, actor: Actor, now: datetime, draft: CourseDraft, stem: str, language: str, one: Written, kind: EditKind) -> Saved:
    path = f"lessons/{stem}.{language}.md"
    file = queries.file_row(session, draft.id, path)
    base = (queries.at(session, file.id, min(one.base, file.number)).text or "") if file is not None and one.base else ""
    return actions.save(session, actor=actor, now=now, draft=draft, path=path, text=composed(base, one), base=one.base, kind=kind)


def composed(base: str, one: Written) -> str:
    """The file that ``one`` makes of ``base``; a head that can't be read stays as it is."""
    changes = dict(one.head) | ({"title": one.title} if one.title else {})
    body = None if one.body is None else one.body.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return put_together(base, changes, body)
    except Unreadable:
        return put_together(base, {}, body)


def _follow_hours(session: Session, actor: Actor, now: datetime, draft: CourseDraft, stem: str, hours: int) -> None:
    course = queries.file_now(session, draft.id, "course.yaml")
    try:
        text = course_lessons.with_hours(course.text or "", stem, hours)
    except Unreadable:
        return  # the check says what is wrong with the head
    actions.save(session, actor=actor, now=now, draft=draft, path=course.path, text=text, base=course.number, kind=EditKind.STRUCTURE)


def add_lesson(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, name: str, title_zh: str, title_en: str) -> str:
    """Add a lesson at the end; returns the name of its files. Raises Invalid, Conflict."""
    titles = {"title_zh": title_zh.strip(), "title_en": title_en.strip()}
    if not all(titles.values()):
        raise Invalid(_("Give the lesson a title in both languages."))
    try:
        changed = course_lessons.added(_texts(session, draft), name=name.strip(), today=day_of(now), **titles)
    except Unreadable:
        raise Invalid(_("The short name has lower-case letters, digits and hyphens; and course.yaml must be in order.")) from None
    _save_all(session, actor, now, draft, changed)
    return max(path for path in changed if path.startswith("lessons/")).removeprefix("lessons/").split(".")[0]


def arrange(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, stems: Sequence[str]) -> None:
    """Put the lessons into this order; those left out are removed, their versions stay. Raises Conflict.

    Lessons of a released course keep their numbers: what learners have done is kept by them.
    """
    files = _texts(session, draft)
    known = [line.file for line in _lines(files["course.yaml"])]
    if not set(stems) <= set(known) or len(set(stems)) != len(stems) or not stems:
        raise Conflict(_("The list of lessons has changed in the meantime. Look at it again."))
    if draft.based_on_id is not None and list(stems) != known[: len(stems)]:
        raise Conflict(_("This course was released: its lessons keep their places, because what learners have done is kept by a lesson's number."))
    _save_all(session, actor, now, draft, course_lessons.arranged(files, stems))
    for stem in sorted(set(known) - set(stems)):
        for path in (f"lessons/{stem}.zh.md", f"lessons/{stem}.en.md"):
            if path in files:
                actions.remove_file(session, actor=actor, now=now, draft=draft, path=path)


def tidy(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft) -> int:
    """Put all texts into the canonical form, which changes no content; returns how many files changed."""
    changed = {path: new for path, text in _texts(session, draft).items() if (new := _canonical(path)(text)) != text}
    _save_all(session, actor, now, draft, changed)
    return len(changed)


def _canonical(path: str) -> Callable[[str], str]:
    if path == "course.yaml":
        return packages.format_course
    return packages.format_lesson if path.startswith("lessons/") else lambda text: text


def _lines(course: str) -> list[course_lessons.Line]:
    try:
        return course_lessons.lines(course)
    except Unreadable:
        raise Conflict(_("course.yaml can't be read. Put it right first; the checks say where.")) from None


def lines_of(session: Session, draft: CourseDraft) -> list[course_lessons.Line]:
    """The draft's lessons in order. Raises Conflict when ``course.yaml`` can't be read."""
    return _lines(queries.file_now(session, draft.id, "course.yaml").text or "")


def lines_or_none(session: Session, draft: CourseDraft) -> list[course_lessons.Line]:
    """The draft's lessons in order; none when ``course.yaml`` can't be read."""
    try:
        return lines_of(session, draft)
    except Conflict:
        return []


def titles(session: Session, draft: CourseDraft, stem: str) -> dict[str, str]:
    """A lesson's title by language, as far as its files are there."""
    files = queries.files(session, draft.id)
    paths = {language: f"lessons/{stem}.{language}.md" for language in ("zh", "en")}
    return {language: take_apart(files[path].text or "").title for language, path in paths.items() if path in files}


def _texts(session: Session, draft: CourseDraft) -> dict[str, str]:
    return {path: file.text for path, file in queries.files(session, draft.id).items() if file.text is not None}


def _save_all(session: Session, actor: Actor, now: datetime, draft: CourseDraft, changed: Mapping[str, str]) -> None:
    """Save what the platform changed; somebody who is writing meanwhile has it merged into their text."""
    for path, text in sorted(changed.items()):
        file = queries.file_row(session, draft.id, path)
        base = file.number if file is not None else 0
        saved = actions.save(session, actor=actor, now=now, draft=draft, path=path, text=text, base=base, kind=EditKind.STRUCTURE)
        if saved.outcome is Outcome.CONFLICT:  # pragma: no cover  (the draft is held: nobody comes between)
            raise Conflict(_("Somebody else is changing this draft. Try again."))
