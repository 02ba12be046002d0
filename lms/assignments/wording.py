"""Assignments in words: things with their kind, dates, reasons, and where each thing is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from lms.assignments.enums import ThingKind
from lms.assignments.thing_queries import Named, Thing
from lms.core.i18n import pick
from lms.web.filters import day

_SENTENCES = {
    ThingKind.COURSE: lambda title: _("Course “%(title)s”", title=title),
    ThingKind.LESSON: lambda title: _("Lesson “%(title)s”", title=title),
    ThingKind.QUIZ: lambda title: _("Quiz of “%(title)s”", title=title),
    ThingKind.PLACEMENT: lambda _title: _("Placement for your post"),
    ThingKind.WORK_SAMPLE: lambda title: _("Work sample “%(title)s”", title=title),
}
_ADDRESSES = {
    ThingKind.COURSE: lambda slug: url_for("courses.course", slug=slug),
    ThingKind.LESSON: lambda slug, lesson: url_for("courses.lesson", slug=slug, lesson=lesson),
    ThingKind.QUIZ: lambda slug: url_for("assessments.intro", slug=slug),
    ThingKind.PLACEMENT: lambda _code: url_for("placement.intro"),
    ThingKind.WORK_SAMPLE: lambda _code: url_for("portfolio.my_evidence"),
}


def title(named: Named) -> str:
    """The kind and the title of a thing, as one phrase."""
    return phrase(named.thing.kind, pick(named.title))


def phrase(kind: str, title: str) -> str:
    """As :func:`title`, from its parts."""
    return _SENTENCES[ThingKind(kind)](title)


def address(named: Named) -> str:
    """Where the thing is done; empty when it was taken out."""
    return _ADDRESSES[ThingKind(named.thing.kind)](*named.path) if named.path else ""


def action(thing: Thing) -> str:
    """The words on the button that leads to a thing."""
    return {
        ThingKind.COURSE: _("Open the course"),
        ThingKind.LESSON: _("Read the lesson"),
        ThingKind.QUIZ: _("Go to the quiz"),
        ThingKind.PLACEMENT: _("Go to the placement"),
        ThingKind.WORK_SAMPLE: _("Go to the work sample"),
    }[ThingKind(thing.kind)]


def due(on: date | None) -> str:
    """By when, as a phrase."""
    return _("by %(day)s", day=day(on)) if on else _("without a due date")


def titles(named: Mapping[Thing, Named]) -> dict[Thing, str]:
    """Phrases of many things."""
    return {thing: title(one) for thing, one in named.items()}
