"""What the pages of authoring say of states, files and versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.authoring.enums import DraftState, EditKind, Outcome
from lms.authoring.problem_words import place  # noqa: F401 - pages ask this module for all their words

STATES = {
    DraftState.DRAFT: _l("being written"),
    DraftState.IN_REVIEW: _l("in review"),
    DraftState.RELEASED: _l("released"),
    DraftState.CLOSED: _l("discarded"),
}
ORDERS = (("changed", _l("last change")), ("code", _l("code")), ("title", _l("title")), ("state", _l("state")))
KINDS = {
    EditKind.CREATED: _l("begun"),
    EditKind.IMPORTED: _l("brought in from a file"),
    EditKind.AUTOSAVE: _l("saved by itself while writing"),
    EditKind.SAVED: _l("saved"),
    EditKind.SIDE: _l("as it was sent, before it was put together"),
    EditKind.MERGED: _l("put together with what others had saved"),
    EditKind.RESOLVED: _l("a conflict settled"),
    EditKind.RESTORED: _l("an earlier version taken up again"),
    EditKind.STRUCTURE: _l("followed a change of the course"),
    EditKind.REMOVED: _l("removed"),
}
CHANGES = {"new": _l("new"), "removed": _l("removed"), "changed": _l("changed")}
WEIGHTS = {"error": _l("Error"), "warning": _l("Warning"), "advice": _l("Advice")}
LANGUAGES = {"zh": _l("Chinese"), "en": _l("English")}
LANGUAGE_CODES = {"zh": "zh-Hans", "en": "en"}


def saved(outcome: Outcome) -> str:
    """How a save ended."""
    if outcome is Outcome.MERGED:
        return _("Saved, and put together with what somebody else had saved meanwhile.")
    return _("Saved.") if outcome is Outcome.SAVED else _("Nothing had changed.")


@dataclass(frozen=True, slots=True)
class FileName:
    """A path in words: ``Lesson 2 (Chinese)``; ``stem`` and ``language`` for lessons only."""

    path: str
    stem: str = ""
    language: str = ""


def taken_apart(path: str) -> FileName:
    """A lesson's path as its name and language."""
    if not path.startswith("lessons/"):
        return FileName(path)
    stem, _dot, rest = path.removeprefix("lessons/").partition(".")
    return FileName(path, stem, rest.partition(".")[0])


def file_words(path: str, lessons: Sequence[str] = ()) -> str:
    """A file's name for somebody who knows no files. ``lessons``: the names of the lessons in order."""
    if path == "course.yaml":
        return _("Head of the course")
    if path == "bank.yaml":
        return _("Questions")
    name = taken_apart(path)
    if not name.stem:
        return _("Picture %(name)s", name=path.removeprefix("assets/"))
    language = LANGUAGES.get(name.language, name.language)
    if name.stem in lessons:
        return _("Lesson %(n)d (%(language)s)", n=lessons.index(name.stem) + 1, language=language)
    return _("Lesson %(name)s (%(language)s)", name=name.stem, language=language)


def place_url(ref: str, path: str, line: int = 0) -> str:
    """Where a file's line is edited: the editor of the lesson, the question or the head, the plain text for the rest."""
    name = taken_apart(path)
    if name.stem:
        return url_for("draft_lessons.edit", ref=ref, stem=name.stem, line=line or None, language=name.language, _anchor=f"write-{name.language}")
    if path.startswith("assets/"):
        return url_for("draft_pictures.pictures", ref=ref)
    if path == "bank.yaml" and line:
        return url_for("draft_items.at_line", ref=ref, line=line)
    if path == "course.yaml" and line:
        return url_for("draft_course.head", ref=ref)
    if path == "bank.yaml":
        return url_for("draft_items.at_line", ref=ref, line=line) if line else url_for("draft_items.items", ref=ref)
    return url_for("drafts.file", ref=ref, file=path, line=line, _anchor="text") if line else url_for("draft_course.head", ref=ref)


def known(endpoint: str, **values: object) -> str | None:
    """The address of a page that another part of the platform may offer, or None."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
