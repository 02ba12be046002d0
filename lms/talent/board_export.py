"""The gap board as files to pass on: always the suppressed snapshot, whoever asks. The file of all units is written while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, select

from lms.competency.models import SnapshotCell
from lms.core.sheets import Cell
from lms.people.calendar_queries import today
from lms.people.models import Unit
from lms.talent import board, board_words, tables
from lms.talent.board import Line
from lms.talent.queries import View
from lms.web import files


def heading() -> list[Cell]:
    """Columns of the lines."""
    return [
        *(gettext("Group code"), gettext("Group"), gettext("Competency"), gettext("Name of the competency"), gettext("Critical"), gettext("Standing")),
        *(gettext("Mean shortfall"), gettext("Standard error"), gettext("Certainly below"), gettext("Unclear"), gettext("Met")),
        *(gettext("Required"), gettext("With evidence"), gettext("Decided, per cent"), gettext("First step"), gettext("As of")),
    ]


def rows(view: View, lines: Sequence[Line]) -> list[list[Cell]]:
    """Heading and lines; a hidden number is empty and says so."""
    day = today(view.snapshot.taken_at).isoformat() if view.snapshot else ""
    return [heading(), *(_row(line, day) for line in lines)]


def _row(line: Line, day: str) -> list[Cell]:
    rule, cell = board.rules(), line.cell
    said = board_words.standing(board.standing(cell, rule), cell)
    head: list[Cell] = [line.key, line.name, line.code, line.competency, gettext("yes") if line.critical else "", said]
    if cell is None:
        return [*head, *[None] * 9, day]
    steps = board.advice(cell, rule, critical=line.critical)
    numbers: list[Cell] = [None if value is None else round(value, 3) for value in (cell.gap, cell.se)]
    counts = (cell.not_yet, cell.unclear, cell.met, cell.n_required, cell.n_evidence, board.decided_percent(cell) if cell.n_evidence else None)
    return [*head, *numbers, *counts, board_words.steps()[steps[0].step] if steps else "", day]


def workbook(view: View, lines: Sequence[Line], title: str) -> dict[str, list[list[Cell]]]:
    """The lines, and what the file is."""
    return {gettext("Gaps"): rows(view, lines), gettext("About this file"): tables.note_rows(view, title)}


def units_heading() -> list[Cell]:
    """Columns of the file of all units."""
    place: list[Cell] = [gettext("Unit code"), gettext("Unit"), gettext("Competency"), gettext("Directly at the unit")]
    return [*place, *heading()[6:13], gettext("As of"), gettext("Note")]


def all_units(snapshot_id: int, path: str, day: str) -> Iterator[list[list[Cell]]]:
    """Every published cell at and below ``path``, in portions; holds one at a time."""
    yes, hidden = gettext("yes"), gettext("hidden: too few people")
    return ([_cell(row, day, yes, hidden) for row in rows] for rows in files.portions_of(_published_cells(snapshot_id, path)))


def _published_cells(snapshot_id: int, path: str) -> Select[Any]:
    c = SnapshotCell
    return (
        select(Unit.code, Unit.name_zh, c.competency, c.direct, c.gap_milli, c.se_milli, c.not_yet, c.unclear, c.met, c.n_required, c.n_evidence)
        .join(Unit, Unit.id == c.unit_id)
        .where(c.snapshot_id == snapshot_id, Unit.path.startswith(path, autoescape=True))
        .order_by(c.unit_id, c.direct, c.competency)
    )


def _cell(row: Sequence[Cell], day: str, yes: str, hidden: str) -> list[Cell]:
    code, name, competency, direct, gap, se, *counts = row
    logits = [None if value is None else value / 1000 for value in (gap, se)]  # type: ignore[operator]
    return [code, name, competency, yes if direct else "", *logits, *counts, day, hidden if counts[3] is None else ""]
