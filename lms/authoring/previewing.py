"""A lesson of a draft as learners will see it: the renderer, the template and the style of the lesson's own page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from lms.authoring.course_lessons import Line
from lms.authoring.lesson_text import LessonParts, take_apart
from lms.authoring.models import CourseDraft
from lms.core.i18n import Bilingual
from lms.core.markdown import headings, render
from lms.courses.queries import LessonLine, LessonText, Section

LESSON_LINK = re.compile(r'(<a href=")(C\d+-L\d+)(")')


@dataclass(frozen=True, slots=True)
class DraftContents:
    """What the lesson's template asks of a course."""

    title: Bilingual
    lessons: tuple[LessonLine, ...]
    provisional: bool = True


def html(body: str, *, picture: Callable[[str], str], places: Mapping[str, str]) -> Markup:
    """The body of a lesson in sanitised HTML. ``places``: where links to other lessons, by their ids, lead."""
    found = render(body, asset_url=picture)
    linked = LESSON_LINK.sub(lambda match: match[1] + places.get(match[2], match[2]) + match[3], found)
    return Markup(linked)  # noqa: S704  (sanitised by the renderer)


def picture_url(draft: CourseDraft, hashes: Mapping[str, str]) -> Callable[[str], str]:
    """The address of a picture of the draft, which changes with the picture."""

    def address(name: str) -> str:
        return url_for("draft_pictures.picture", ref=draft.ref, name=name, v=hashes.get(f"assets/{name}", "missing")[:12])

    return address


def page(draft: CourseDraft, lines: list[Line], files: Mapping[str, Any], stem: str, language: str) -> Markup:
    """The lesson's page below the platform's frame."""
    texts = {line.file: {suffix: _parts(files, path) for suffix, path in zip(("zh", "en"), line.paths)} for line in lines}
    contents = DraftContents(
        Bilingual(draft.title_zh, draft.title_en),
        tuple(LessonLine(line.id, line.file, n, line.hours, _title(texts[line.file])) for n, line in enumerate(lines, start=1)),
    )
    place = next(n for n, line in enumerate(lines) if line.file == stem)
    body = texts[stem][language].body
    text = LessonText(
        html(body, picture=picture_url(draft, {path: file.hash for path, file in files.items()}), places={line.id: line.file for line in lines}),
        tuple(Section(h.id, h.text) for h in headings(body) if h.level == 2),
    )
    around = {"before": contents.lessons[place - 1] if place else None, "after": contents.lessons[place + 1] if place + 1 < len(lines) else None}
    shown = {"course": contents, "lesson": contents.lessons[place], "text": text, "learns": False, "done": {}, "has_check": False}
    return Markup(render_template("courses/_lesson_body.html", slug=draft.slug, **shown, **around))  # noqa: S704  (a template's output)


def _parts(files: Mapping[str, Any], path: str) -> LessonParts:
    return take_apart((files[path].text or "") if path in files else "")


def _title(texts: Mapping[str, LessonParts]) -> Bilingual:
    return Bilingual(texts["zh"].title, texts["en"].title)
