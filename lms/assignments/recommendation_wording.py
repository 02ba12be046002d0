"""Recommendations in plain words: what, why, and what it may be expected to bring."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.assignments import wording
from lms.assignments.recommendation_queries import Recommended
from lms.assignments.recommending import Gap, Recommendation
from lms.assignments.rule_wording import competency_name
from lms.assignments.thing_queries import Thing
from lms.core.i18n import pick


@dataclass(frozen=True, slots=True)
class Card:
    """A recommendation as pages show it; ``url`` is where it begins."""

    thing: Thing
    title: str
    why: str
    gain: str
    url: str
    action: str


def card(one: Recommended) -> Card:
    """A recommendation in words."""
    if not one.step.slug:
        return _placement(one)
    lesson = one.lesson
    url = url_for("courses.lesson", slug=one.thing.code, lesson=lesson[0]) if lesson else url_for("courses.course", slug=one.thing.code)
    action = _("Begin with “%(lesson)s”", lesson=pick(lesson[1])) if lesson else _("Open the course")
    why = _why(one.step)
    gain = _gain(one.step, pick(one.first_for or one.title))
    if one.first_for is not None:
        gain += " " + _("“%(first)s” comes before it.", first=pick(one.title))
    return Card(one.thing, wording.phrase(one.thing.kind, pick(one.title)), why, gain, url, action)


def _placement(one: Recommended) -> Card:
    why = ngettext(
        "For %(num)d competency of your post too little is known to say where you stand.",
        "For %(num)d competencies of your post too little is known to say where you stand.",
        one.step.unknown,
    )
    gain = _("A placement asks only what is still open, and then you know what you need not learn.")
    return Card(one.thing, wording.phrase(one.thing.kind, ""), why, gain, url_for("placement.intro"), _("Go to the placement"))


def _why(step: Recommendation) -> str:
    gap = _gap(step)
    known = {"code": competency_name(gap.competency), "points": gap.points, "begins": gap.begins}
    if gap.critical:
        return _("%(code)s: you stand at about %(points)d, the level that your post hinges on begins at %(begins)d.", **known)
    return _("%(code)s: you stand at about %(points)d, the level of your post begins at %(begins)d.", **known)


def _gain(step: Recommendation, course: str) -> str:
    gap = _gap(step)
    reach = (gap.points or 0) + step.gain
    if step.n:
        known = {"course": course, "gain": step.gain, "n": step.n}
        said = _("“%(course)s” is expected to bring about %(gain)d points, learned from how %(n)d officials changed around it.", **known)
    else:
        said = _("“%(course)s” is assumed to bring about %(gain)d points, until enough people have completed it.", course=course, gain=step.gain)
    if reach >= gap.begins:
        return said + " " + _("That would be enough to reach the level, if later answers show it.")
    return said + " " + _("That would be a part of the way.")


def _gap(step: Recommendation) -> Gap:
    assert step.gap is not None
    return step.gap
