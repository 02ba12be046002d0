"""Decisions and yearly plans in words (pure but for translation)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core import framework
from lms.core.i18n import pick
from lms.decisions.enums import DecisionState, Finding, Measure, OptionKind, Part, YearState

STATES = {
    DecisionState.DRAFT: _l("draft"),
    DecisionState.DECIDED: _l("decided"),
    DecisionState.REVIEWED: _l("reviewed"),
    DecisionState.AMENDED: _l("replaced by a new version"),
}
FINDINGS = {
    Finding.REACHED: _l("It reached what it was for"),
    Finding.PARTLY: _l("It reached part of it"),
    Finding.NOT_REACHED: _l("It did not reach it"),
    Finding.CANNOT_TELL: _l("The evidence does not tell"),
}
MEASURES = {
    Measure.MET: _l("share of those asked who meet the target"),
    Measure.COVERAGE: _l("share of those asked who have evidence"),
    Measure.SHORTFALL: _l("mean shortfall in levels, of those with evidence"),
}
KINDS = {OptionKind.WORDS: _l("in words"), OptionKind.PLAN: _l("training plan"), OptionKind.WHAT_IF: _l("transfer tried out")}
YEAR_STATES = {YearState.DRAFT: _l("draft"), YearState.ADOPTED: _l("adopted"), YearState.REVIEWED: _l("reviewed")}
PARTS = {Part.OUTLOOK: _l("Ideas and outlook"), Part.FUNCTIONS: _l("Functions"), Part.ABILITY: _l("Ability")}


def competency_name(code: str) -> str:
    """A competency's name, or that all are meant."""
    return pick(framework.read().competency(code).name) if code else gettext("all competencies")


def measure_words(measure: str, competency: str) -> str:
    """What is measured, in one line."""
    return _("%(competency)s: %(measure)s", competency=competency_name(competency), measure=MEASURES[Measure(measure)])


def value_words(measure: str, milli: int | None) -> str:
    """A measured value: per cent, or levels; words where there is none."""
    if milli is None:
        return _("cannot be shown")
    return f"{milli / 1000:.2f}" if measure == Measure.SHORTFALL else f"{milli / 10:.1f}%"


def day_of(text: str | None) -> str:
    """An ISO moment or date as a date in the reader's language."""
    if not text:
        return ""
    return format_date(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text), "long")


def yuan(fen: int) -> str:
    """Money with its sign: fen as yuan."""
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def competency_choices() -> list[tuple[str, str]]:
    """All competencies for a list to choose from, and all of them together."""
    return [("", gettext("all competencies")), *((one.code, f"{one.code} {pick(one.name)}") for one in framework.read().competencies)]


def cell_rows(cells: dict[str, Any]) -> list[dict[str, Any]]:
    """Frozen cells for a table, in the framework's order; hidden ones say so."""
    found = []
    for code in framework.read().codes:
        if code in cells:
            cell = cells[code]
            shown = {"code": code, "name": competency_name(code), "hidden": cell is None}
            found.append(shown | ({} if cell is None else dict(cell) | {"gap": value_words(Measure.SHORTFALL, cell["gap_milli"])}))
    return found
