"""A unit's skills as tables to pass on: always the suppressed snapshot, whoever asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from lms.charts.series import Look
from lms.core.sheets import Cell
from lms.people.calendar_queries import today
from lms.talent import heat, wording
from lms.talent.heat import Column, Row
from lms.talent.queries import View

COUNTS = ("n_required", "n_evidence", "met", "not_yet", "unclear", "no_evidence")
LOGITS = ("mean", "se", "gap")


def number_rows(rows: Sequence[tuple[str, Row]], columns: Sequence[Column], day: str) -> list[list[Cell]]:
    """One line a unit and competency; a hidden number is empty and says so. Mean, se and gap in logits."""
    return [_heading(), *(_line(name, row, column, day) for name, row in rows for column in columns if heat.look(row, column.code) is not Look.NOT_REQUIRED)]


def _heading() -> list[Cell]:
    return [
        *(gettext("Unit code"), gettext("Unit"), gettext("Competency"), gettext("Name of the competency")),
        *(gettext("Required"), gettext("With evidence"), gettext("Met"), gettext("Not yet"), gettext("Unclear"), gettext("No evidence")),
        *(gettext("Mean"), gettext("Standard error"), gettext("Mean shortfall"), gettext("As of"), gettext("Note")),
    ]


def _line(name: str, row: Row, column: Column, day: str) -> list[Cell]:
    numbers = row.cells[column.code]
    head: list[Cell] = [row.code, name, column.code, column.name]
    if numbers is None:
        return [*head, *[None] * (len(COUNTS) + len(LOGITS)), day, gettext("hidden: too few people")]
    logits = [None if getattr(numbers, key) is None else round(getattr(numbers, key), 3) for key in LOGITS]
    return [*head, *(getattr(numbers, key) for key in COUNTS), *logits, day, ""]


def share_rows(rows: Sequence[tuple[str, Row]], columns: Sequence[Column]) -> list[list[Cell]]:
    """The heat map as a table: per cent met of those with evidence; a dash where too few, empty where nobody."""
    heading = [gettext("Unit"), *(f"{column.code} {column.name}" for column in columns)]
    return [heading, *([name, *(_share(row, c.code) for c in columns)] for name, row in rows)]


def _share(row: Row, code: str) -> Cell:
    drawn = heat.cell(row, code)
    return drawn.met if drawn.look is Look.SHOWN else "–" if drawn.look is Look.TOO_FEW else None


def note_rows(view: View, title: str) -> list[list[Cell]]:
    """What the file is, so that it can be read on its own."""
    return [
        [title],
        [wording.as_of(view)],
        [gettext("The shares count only people with evidence. They say nothing about those without.")],
        [gettext("Means and shortfalls are in logits; a level is about one logit wide.")],
        [gettext("While the questions are not calibrated, the standard error is the least it can be.")],
        [gettext("For planning training only; never the sole ground for appointment, reward or punishment.")],
    ]


def workbook(view: View, rows: Sequence[tuple[str, Row]], columns: Sequence[Column], title: str) -> dict[str, list[list[Cell]]]:
    """Three sheets: shares, numbers, notes."""
    numbers = published_rows(view, rows, columns)
    return {gettext("Share met"): share_rows(rows, columns), gettext("Numbers"): numbers, gettext("About this file"): note_rows(view, title)}


def published_rows(view: View, rows: Sequence[tuple[str, Row]], columns: Sequence[Column]) -> list[list[Cell]]:
    """The numbers with the day of their snapshot."""
    return number_rows(rows, columns, today(view.snapshot.taken_at).isoformat() if view.snapshot else "")
