"""From a unit's cells to what a page, a picture and a file show: shares, looks, urgency, ranking (pure).

A cell's numbers come as they may be shown to the reader: live for HR, suppressed for everyone else. Nothing here adds
a number that its reader could not see anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from lms.charts.series import HeatCell, HeatColumn, Look


class Numbers(Protocol):
    """A cell of a unit and competency; ``mean``, ``se`` and ``gap`` in logits, None where nobody has evidence."""

    n_required: int
    n_evidence: int
    met: int
    not_yet: int
    unclear: int
    no_evidence: int
    mean: float | None
    se: float | None
    gap: float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A competency as a column: ``area`` and ``strand`` are codes, the names are in the reader's language."""

    code: str
    name: str
    area: str
    area_name: str
    strand: str


@dataclass(frozen=True, slots=True)
class Row:
    """A unit with its cells by competency code; None = hidden, missing = no target there."""

    code: str
    name: str
    cells: Mapping[str, Numbers | None]
    total: bool = False
    direct: bool = False


def look(row: Row, code: str) -> Look:
    """How the cell looks to its reader."""
    if code not in row.cells:
        return Look.NOT_REQUIRED
    numbers = row.cells[code]
    if numbers is None:
        return Look.TOO_FEW
    if not numbers.n_required:
        return Look.NOT_REQUIRED
    return Look.SHOWN if numbers.n_evidence else Look.NO_EVIDENCE


def cell(row: Row, code: str) -> HeatCell:
    """The cell in whole per cent, ready to draw."""
    kind = look(row, code)
    numbers = row.cells.get(code)
    if kind is not Look.SHOWN or numbers is None:
        return HeatCell(kind)
    met = percent(numbers.met, numbers.n_evidence)
    return HeatCell(
        kind,
        met=met,
        unclear=percent(numbers.met + numbers.unclear, numbers.n_evidence) - met,
        coverage=percent(numbers.n_evidence, numbers.n_required),
        urgent=urgent(numbers),
    )


def percent(part: int, whole: int) -> int:
    """Whole per cent, where 0 and 100 are said only of none and all."""
    if part in (0, whole):
        return 100 * part // whole if whole else 0
    return min(max(round(100 * part / whole), 1), 99)


def urgent(numbers: Numbers) -> bool:
    """Framed: at least half of those with evidence have certainly not reached the target."""
    return numbers.n_evidence > 0 and 2 * numbers.not_yet >= numbers.n_evidence


def drawn_columns(columns: Sequence[Column]) -> tuple[HeatColumn, ...]:
    """The columns as the picture needs them."""
    return tuple(HeatColumn(column.code, column.name, column.area_name) for column in columns)


@dataclass(frozen=True, slots=True)
class Group:
    """A run of columns under one heading."""

    name: str
    span: int


def groups(columns: Sequence[Column]) -> list[Group]:
    """The headings over the columns, in their order."""
    return [Group(name, len(list(run))) for name, run in groupby(column.area_name for column in columns)]


def starts_group(columns: Sequence[Column], index: int) -> bool:
    """Whether a new heading begins at that column."""
    return index > 0 and columns[index].area_name != columns[index - 1].area_name


def chosen(columns: Sequence[Column], *, area: str = "", strand: str = "") -> list[Column]:
    """The columns of an area and a strand; an unknown or empty filter keeps all."""
    known = {column.area for column in columns}
    return [c for c in columns if (area not in known or c.area == area) and (strand not in ("T", "G") or c.strand == strand)]


@dataclass(frozen=True, slots=True)
class Gap:
    """A line of the ranking; ``gap`` and ``se`` in levels, counts of people."""

    column: Column
    gap: float
    se: float
    not_yet: int
    unclear: int
    n_evidence: int
    n_required: int


def gap_ranking(row: Row, columns: Iterable[Column]) -> list[Gap]:
    """The row's shown cells by mean shortfall, largest first. Hidden ones are left out: their order would tell."""
    found = []
    for column in columns:
        numbers = row.cells.get(column.code)
        if numbers is not None and numbers.n_evidence and numbers.gap is not None:
            found.append(Gap(column, numbers.gap, numbers.se or 0.0, numbers.not_yet, numbers.unclear, numbers.n_evidence, numbers.n_required))
    return sorted(found, key=lambda gap: (-gap.gap, gap.column.code))


def by_gap(columns: Sequence[Column], ranking: Sequence[Gap]) -> list[Column]:
    """The columns with the largest gap first; those without a number keep their order at the end."""
    place = {gap.column.code: i for i, gap in enumerate(ranking)}
    return sorted(columns, key=lambda column: place.get(column.code, len(place)))


@dataclass(frozen=True, slots=True)
class Headline:
    """A row in a few numbers, over its shown cells: pairs of person and competency."""

    people: int
    required: int
    evidence: int
    met: int
    unclear: int
    hidden: int

    @property
    def coverage(self) -> int:
        """Per cent of what the posts ask for that has evidence."""
        return percent(self.evidence, self.required)

    @property
    def met_share(self) -> int:
        """Per cent met of those with evidence: the least it can be."""
        return percent(self.met, self.evidence)

    @property
    def at_most(self) -> int:
        """Per cent met if everything unclear turned out met."""
        return percent(self.met + self.unclear, self.evidence)


def headline(row: Row, columns: Iterable[Column]) -> Headline:
    """The sums over the shown cells of the given columns; ``people`` is the largest number required in one of them."""
    cells = [row.cells[column.code] for column in columns if column.code in row.cells]
    shown = [numbers for numbers in cells if numbers is not None]
    return Headline(
        people=max((n.n_required for n in shown), default=0),
        required=sum(n.n_required for n in shown),
        evidence=sum(n.n_evidence for n in shown),
        met=sum(n.met for n in shown),
        unclear=sum(n.unclear for n in shown),
        hidden=len(cells) - len(shown),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One competency of a unit at two dates; either side is None where it was hidden or absent then."""

    column: Column
    before: Numbers | None
    after: Numbers | None

    def difference(self, name: str) -> int:
        """How much a count grew; 0 unless both sides may be seen."""
        if self.before is None or self.after is None:
            return 0
        return getattr(self.after, name) - getattr(self.before, name)

    @property
    def people_moved(self) -> int:
        """The smallest number of people whose movement explains the difference; 0 unless both sides may be seen."""
        parts = [self.difference(name) for name in ("met", "not_yet", "unclear", "no_evidence")]
        return max(sum(part for part in parts if part > 0), -sum(part for part in parts if part < 0))


def changes(before: Row, after: Row, columns: Iterable[Column], *, least: int = 1) -> list[Change]:
    """The competencies in which at least ``least`` people moved between two dates, the largest movement first."""
    found = [Change(column, before.cells.get(column.code), after.cells.get(column.code)) for column in columns]
    moved = [change for change in found if change.people_moved >= least]
    return sorted(moved, key=lambda change: (-change.people_moved, change.column.code))
