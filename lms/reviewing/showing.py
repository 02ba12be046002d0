"""Files of a course as reviewers read them: rendered as learners see them, as text with line numbers, and both compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from lms.core.i18n import language
from lms.core.markdown import render
from lms.courses.package_queries import split_front
from lms.reviewing import rendered
from lms.reviewing.changes import PICTURES, Files, lesson_titles, text_of

LESSON_LINK = re.compile(r'<a href="C\d+-L\d+">')
TITLE = re.compile(r"<(/?)h1\b")
PictureUrl = Callable[[str], str]
"""The address of a picture by its name."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A lesson as HTML; ``concerned``: how many of its blocks differ from the older state (None: compared with nothing)."""

    html: Markup
    concerned: int | None = None


def lesson(files: Files, path: str, picture: PictureUrl) -> Rendered:
    """The lesson as learners see it."""
    return Rendered(Markup(_html(files, path, picture)))  # noqa: S704  (sanitised by the renderer)


def lesson_compared(old: Files, new: Files, path: str, pictures: tuple[PictureUrl, PictureUrl]) -> Rendered:
    """Both states of a lesson in one, changed passages marked."""
    before = _unless_same(old, new, pictures)
    html, concerned = rendered.compare(_html(old, path, before), _html(new, path, pictures[1]))
    return Rendered(Markup(html), concerned)  # noqa: S704  (sanitised by the comparison)


def _unless_same(old: Files, new: Files, pictures: tuple[PictureUrl, PictureUrl]) -> PictureUrl:
    """Addresses of the older pictures; one that is still the same has the new address, so that it doesn't count as changed."""
    return lambda name: pictures[old.get(f"{PICTURES}{name}") == new.get(f"{PICTURES}{name}")](name)


def _html(files: Files, path: str, picture: PictureUrl) -> str:
    """The body with its title. Links to other lessons lead nowhere here."""
    text = text_of(files.get(path))
    parts = split_front(text)
    html = LESSON_LINK.sub("<a>", render(parts[1] if parts else text, asset_url=picture))
    return TITLE.sub(r"<\1h2", html)  # the page has a title of its own


def titles(*states: Files) -> dict[str, str]:
    """The lessons' titles in the reader's language, by path; of several states the last that has the file."""
    return {path: title for files in states for path, title in lesson_titles(files, "en" if language() == "en" else "zh").items()}


def language_of(path: str) -> str:
    """In which language a file's text is, for readers' software; '' for files of both."""
    return "zh-Hans" if path.endswith(".zh.md") else "en" if path.endswith(".en.md") else ""


def is_lesson(path: str) -> bool:
    """Whether a file is a lesson."""
    return path.startswith("lessons/") and path.endswith(".md")
