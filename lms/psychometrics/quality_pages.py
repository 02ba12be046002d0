"""What a course's quality page and its files show, as plain values for templates."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.core.i18n import pick
from lms.core.sheets import Cell as SheetCell
from lms.psychometrics import wording
from lms.psychometrics.beliefs import Finding
from lms.psychometrics.pages import competency_names, percent
from lms.psychometrics.quality_queries import FORMS, Cell, Cover, Idea, Quality

COVERS = {Cover.MISSING: _l("too few for one form"), Cover.THIN: _l("enough for one form only"), Cover.ENOUGH: _l("a second form differs")}
FINDINGS = {
    Finding.HELD: _l("really held: chosen more often than blind guessing would"),
    Finding.DRAWS: _l("held by those who do not know: it draws more wrong answers than the other wrong options"),
    Finding.UNCLEAR: _l("no more than blind guessing, as far as these answers tell"),
    Finding.REJECTED: _l("chosen less often than blind guessing would"),
}
SCALE = 200  # width of the picture of a share, in its own units


def page(found: Quality) -> dict[str, Any]:
    """The whole page."""
    names = competency_names()
    missing, thin = (sum(one.cover is cover for one in found.cells) for cover in (Cover.MISSING, Cover.THIN))
    ideas = [_idea(one) for one in found.ideas if one.row is not None]
    held = sum(one["kind"] in (Finding.HELD, Finding.DRAWS) for one in ideas)
    return {
        "slug": found.slug, "code": found.code, "title": found.title, "bank": found.bank, "as_of": found.as_of, "lines": [x for x in found.worth if x.n],
        "cells": [_cell(one, names) for one in found.cells], "outside": found.outside, "suspended": found.suspended,
        "missing": missing, "thin": thin, "held": held, "has_bank": bool(found.bank), "flagged": found.flagged,
        "held_or_open": [one for one in ideas if one["kind"] != Finding.REJECTED], "rejected": [one for one in ideas if one["kind"] == Finding.REJECTED],
        "unmet": [one.text for one in found.ideas if one.row is None],
        "stats": [
            {"value": str(found.live), "label": _("live questions and sets"), "note": _("drawn into forms today")},
            {"value": str(found.flagged), "label": _("to look at"), "url": url_for("psychometrics.items", course=found.bank, order="flags")},
            {"value": str(missing + thin), "label": _("thin cells"), "note": ngettext("of %(num)d cell", "of %(num)d cells", len(found.cells))},
            {"value": str(held), "label": _("wrong ideas really held"), "note": ngettext("of %(num)d", "of %(num)d", len(found.ideas))},
        ],
    }  # fmt: skip


def _cell(one: Cell, names: dict[str, str]) -> dict[str, Any]:
    return {
        "name": names.get(one.competency, one.competency), "competency": one.competency, "labels": _labels(one), "wanted": one.wanted, "live": one.live,
        "sets": one.sets, "cover": one.cover, "word": str(COVERS[one.cover]), "lacking": max(0, FORMS * one.wanted - one.live), "items": one.items,
        "answers": one.answers if one.known else None, "asked": one.asked if one.known else None, "few": one.live - one.known, "flagged": one.flagged,
        "filled": min(1.0, one.live / (FORMS * one.wanted)),
    }  # fmt: skip


def _labels(one: Cell) -> str:
    return _("%(cognitive)s, %(difficulty)s", cognitive=wording.cognitive(one.cognitive), difficulty=wording.difficulty(one.difficulty))


def _idea(one: Idea) -> dict[str, Any]:
    row = one.row
    return {
        "code": one.code, "text": one.text, "officials": row.officials, "answers": row.answers, "share": percent(row.share_milli),
        "interval": _("%(low)s to %(high)s", low=percent(row.low_milli), high=percent(row.high_milli)), "chance": _chance(row.chance_milli),
        "wrong": _wrong(row),
        "finding": str(FINDINGS[Finding(row.finding)]), "kind": row.finding, "items": row.items, "lessons": one.lessons,
        "picture": {name: round(SCALE * getattr(row, f"{name}_milli") / 1000, 1) for name in ("share", "low", "high", "chance")},
    }  # fmt: skip


def _wrong(row: Any) -> str:
    """How often the idea is chosen by those who answer wrong."""
    if row.wrong_answers is None:
        return ""
    shares = {"share": percent(row.wrong_share_milli), "chance": percent(row.wrong_chance_milli)}
    return _("%(share)s of %(n)d wrong answers; %(chance)s if all wrong options drew alike", n=row.wrong_answers, **shares)


def _chance(milli: int) -> str:
    """What blind guessing would choose, in words."""
    return _("%(share)s by blind guessing", share=percent(milli)) if milli else _("never by blind guessing")


def coverage_sheet(found: Quality) -> list[list[SheetCell]]:
    """The blueprint's cells as a table to keep; counts of answers empty where no question has five officials."""
    heading = [
        *(_("Competency"), _("Thinking"), _("Difficulty"), _("In a form"), _("Live questions and sets"), _("Sets among them"), _("Coverage")),
        *(_("Questions with five officials or more"), _("Answers to them"), _("Times asked"), _("To look at"), _("Questions")),
    ]
    return [heading, *(_coverage_row(one) for one in found.cells)]


def _coverage_row(one: Cell) -> list[SheetCell]:
    answers = [one.answers, one.asked] if one.known else [None, None]
    labels = [wording.cognitive(one.cognitive), wording.difficulty(one.difficulty)]
    return [one.competency, *labels, one.wanted, one.live, one.sets, str(COVERS[one.cover]), one.known, *answers, one.flagged, " ".join(one.items)]


def ideas_sheet(found: Quality) -> list[list[SheetCell]]:
    """The wrong ideas as a table to keep; empty numbers where fewer than five officials have met one."""
    heading = [
        *(_("Code"), _("Wrong idea"), _("Officials"), _("Answers"), _("Share that chose it"), _("Interval from"), _("Interval to")),
        *(_("Blind guessing"), _("Wrong answers"), _("Share of wrong answers"), _("If wrong options drew alike"), _("Finding"), _("Questions"), _("Lessons")),
    ]
    return [heading, *(_idea_row(one) for one in found.ideas)]


def _idea_row(one: Idea) -> list[SheetCell]:
    row = one.row
    if row is None:
        return [one.code, pick(one.text), *[None] * 9, _("fewer than five officials have met it"), "", ""]
    numbers = [
        row.officials,
        row.answers,
        *(value / 1000 for value in (row.share_milli, row.low_milli, row.high_milli, row.chance_milli)),
    ]
    wrong = [row.wrong_answers, *(None if value is None else value / 1000 for value in (row.wrong_share_milli, row.wrong_chance_milli))]
    return [one.code, pick(one.text), *numbers, *wrong, str(FINDINGS[Finding(row.finding)]), " ".join(row.items), " ".join(row.lessons)]
