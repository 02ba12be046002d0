"""From the rows of a file to units or officials, or to the list of everything that is wrong with them. Pure.

Two kinds of table are known by their headings. Rows count as the spreadsheet shows them. A blank row inside the table is a
fault (half the table may have been meant), blank rows after its end are not. No rule compares two cells of a row with each other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar

from lms.core.errors import Invalid
from lms.people import import_cells as cells
from lms.people.import_faults import CellFault, Fault, FaultKind
from lms.people.roster_columns import COLUMNS, Heading, TableKind, bare, heading_at
from lms.people.units import codes_in_cycles

Value = TypeVar("Value")

HEADING_WITHIN = 30  # rows: titles and notes above a heading
MOST_ROWS = 500_000
SHOWN = 200  # characters of a faulty value


class TableTooLong(Invalid):
    """More rows than one file may hold."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One row of a table of units. ``parent`` is empty for a root; ``name_en`` may be empty."""

    row: int
    code: str
    name_zh: str
    name_en: str
    parent: str
    tier: str
    connection: str


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One row of a roster. ``unit`` and ``position`` are codes, ``birth_month`` is like ``1978-03``; a date that names a month
    only is its first day."""

    row: int
    staff_no: str
    name: str
    unit: str
    position: str
    grade: str
    birth_month: str
    phone: str
    joined_on: date | None
    retires_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What exists already: units by code with the parent's code, and position codes by bare code or name."""

    units: Mapping[str, str] = field(default_factory=dict)
    positions: Mapping[str, str] = field(default_factory=dict)


def positions_by_word(positions: Iterable[Sequence[str]]) -> dict[str, str]:
    """From every bare word for a position to its code; each position is its code followed by its names."""
    return {bare(word): names[0] for names in positions for word in names if word}


@dataclass(slots=True)
class Reading:
    """What a file said. Without faults, ``rows`` are all its rows in order; ``count`` is the number of filled rows."""

    heading: Heading | None
    rows: list[UnitRow] | list[OfficialRow]
    faults: list[Fault]
    count: int = 0

    @property
    def kind(self) -> TableKind | None:
        return self.heading.kind if self.heading else None

    @property
    def columns(self) -> frozenset[str]:
        """Keys of the columns that the file has: only these may change anything."""
        return frozenset(self.heading.places) if self.heading else frozenset()

    @property
    def faulty_rows(self) -> int:
        return len({fault.row for fault in self.faults})


Tick = Callable[[int], None]


def read(rows: Iterable[Sequence[str]], *, known: Known, today: date, tick: Tick = lambda count: None) -> Reading:
    """Read a table; ``tick`` hears the number of rows read, every thousand. Raises :class:`TableTooLong`."""
    numbered = enumerate(rows, 1)
    heading = _find_heading(numbered)
    if heading is None:
        return Reading(None, [], [Fault(1, "", "", FaultKind.NO_HEADING)])
    reading = Reading(heading, [], _heading_faults(heading))
    if not reading.faults:
        _read_rows(reading, numbered, known, today, tick)
        reading.faults.sort(key=lambda fault: fault.row)
    return reading


def read_one(kind: TableKind, values: Mapping[str, str], *, known: Known, today: date) -> tuple[UnitRow | OfficialRow, dict[str, Fault]]:
    """The fields of a form by the same rules as a row of a file: what they say, and the fault of each faulty field by its key."""
    keys = tuple(column.key for column in COLUMNS[kind])
    heading = Heading(0, kind, keys, {key: place for place, key in enumerate(keys)}, (), ())
    place = _Place(heading, 0, [values.get(key, "") for key in keys])
    row = _unit(place) if kind is TableKind.UNITS else _official(place, known, today)
    faults = place.faults if kind is TableKind.ROSTER else [*place.faults, *_parent_faults(heading, [row], known)]
    return row, {fault.column: fault for fault in reversed(faults)}


def _find_heading(numbered: Iterator[tuple[int, Sequence[str]]]) -> Heading | None:
    for number, row in numbered:
        heading = heading_at(number, row)
        if heading or number >= HEADING_WITHIN:
            return heading
    return None


def _heading_faults(heading: Heading) -> list[Fault]:
    missing = [Fault(heading.row, name, "", FaultKind.COLUMN_MISSING) for name in heading.missing]
    return missing + [Fault(heading.row, name, name, FaultKind.COLUMN_TWICE) for name in heading.twice]


def _read_rows(reading: Reading, numbered: Iterator[tuple[int, Sequence[str]]], known: Known, today: date, tick: Tick) -> None:
    heading, faults = reading.heading, reading.faults
    parse = _unit if heading.kind is TableKind.UNITS else partial(_official, known=known, today=today)
    key = "code" if heading.kind is TableKind.UNITS else "staff_no"
    first_seen: dict[str, int] = {}
    again: dict[str, list[int]] = {}
    for number, row in _filled(numbered, faults):
        place = _Place(heading, number, row)
        parsed = parse(place)
        faults += place.summed_up()
        reading.rows.append(parsed)
        _note(getattr(parsed, key), number, first_seen, again)
        reading.count += 1
        if not reading.count % 1000:
            tick(reading.count)
    faults += _duplicates(heading.text(key), first_seen, again)
    if not reading.count:
        faults.append(Fault(heading.row, "", "", FaultKind.NO_ROWS))
    if heading.kind is TableKind.UNITS:
        faults += _parent_faults(heading, reading.rows, known)


def _filled(numbered: Iterator[tuple[int, Sequence[str]]], faults: list[Fault]) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with anything in them; blank ones between them become faults."""
    blank: list[int] = []
    for number, row in numbered:
        if number > MOST_ROWS:
            raise TableTooLong(str(MOST_ROWS))
        if not any(cell.strip() for cell in row):
            blank.append(number)
            continue
        faults += [Fault(gap, "", "", FaultKind.BLANK_ROW) for gap in blank]
        blank.clear()
        yield number, row


def _note(key: str | None, number: int, first_seen: dict[str, int], again: dict[str, list[int]]) -> None:
    if key and first_seen.setdefault(key, number) != number:
        again.setdefault(key, []).append(number)


def _duplicates(column: str, first_seen: Mapping[str, int], again: Mapping[str, list[int]]) -> Iterator[Fault]:
    """Each row that shares its key with others: nobody can tell which of them is right."""
    for key, later in again.items():
        numbers = [first_seen[key], *later]
        for number in numbers:
            others = ", ".join(str(other) for other in numbers[:9] if other != number)
            yield Fault(number, column, key, FaultKind.DUPLICATE, others)


class _Place:
    """One row while it is read: hands out cells and gathers what is wrong with them."""

    __slots__ = ("faults", "heading", "number", "row")

    def __init__(self, heading: Heading, number: int, row: Sequence[str]) -> None:
        self.heading, self.number, self.row = heading, number, row
        self.faults: list[Fault] = []

    def text(self, key: str) -> str:
        place = self.heading.places.get(key, -1)
        return self.row[place] if 0 <= place < len(self.row) else ""

    def take(self, key: str, reader: Callable[[str], Value], *, needed: bool = False) -> Value | None:
        """The cell of column ``key`` as ``reader`` understands it, or nothing and a fault."""
        text = self.text(key)
        try:
            value = reader(text)
        except CellFault as fault:
            self.fail(key, fault.kind, fault.detail)
            return None
        if needed and not value:
            self.fail(key, FaultKind.EMPTY)
        return value

    def fail(self, key: str, kind: FaultKind, detail: str = "") -> None:
        self.faults.append(Fault(self.number, self.heading.text(key), self.text(key).strip()[:SHOWN], kind, detail))

    def summed_up(self) -> list[Fault]:
        """The faults of the row: one for all if its cells do not stand under the headings."""
        width = len(self.heading.cells)
        if any(cell.strip() for cell in self.row[width:]):
            return [self._whole(FaultKind.CELLS_BEYOND, width)]
        if len(self.faults) > 1 and len(self.row) < width:
            return [self._whole(FaultKind.CELLS_SHIFTED, width)]
        return self.faults

    def _whole(self, kind: FaultKind, width: int) -> Fault:
        shown = " | ".join(cell.strip() for cell in self.row)
        return Fault(self.number, "", shown[:SHOWN], kind, f"{len(self.row)}/{width}")


def _unit(place: _Place) -> UnitRow:
    return UnitRow(
        row=place.number,
        code=place.take("code", cells.code, needed=True),
        name_zh=place.take("name_zh", cells.title, needed=True),
        name_en=place.take("name_en", cells.title),
        parent=place.take("parent", cells.code),
        tier=place.take("tier", cells.tier, needed=True),
        connection=place.take("connection", cells.connection, needed=True),
    )


def _official(place: _Place, known: Known, today: date) -> OfficialRow:
    return OfficialRow(
        row=place.number,
        staff_no=place.take("staff_no", cells.code, needed=True),
        name=place.take("name", cells.name, needed=True),
        unit=place.take("unit", partial(_known_unit, known=known), needed=True),
        position=place.take("position", partial(_known_position, known=known), needed=True),
        grade=place.take("grade", cells.grade),
        birth_month=place.take("birth_month", partial(cells.past_month, today=today)),
        phone=place.take("phone", cells.phone),
        joined_on=place.take("joined_on", partial(cells.past, today=today)),
        retires_on=place.take("retires_on", cells.day),
    )


def _known_unit(text: str, known: Known) -> str:
    found = cells.code(text)
    if found and found not in known.units:
        raise CellFault(FaultKind.UNKNOWN_UNIT)
    return sys.intern(found)


def _known_position(text: str, known: Known) -> str:
    found = known.positions.get(bare(text), "")
    if text.strip() and not found:
        raise CellFault(FaultKind.UNKNOWN_POSITION, ", ".join(dict.fromkeys(known.positions.values())))
    return found


def _parent_faults(heading: Heading, rows: Sequence[UnitRow], known: Known) -> Iterator[Fault]:
    """Parents that are nowhere, in the file or outside, and parents in a circle. A parent may stand below its child."""
    parents = {**known.units, **{row.code: row.parent or "" for row in rows if row.code}}
    looping = codes_in_cycles(parents)
    for row in rows:
        if row.parent and row.parent not in parents:
            yield Fault(row.row, heading.text("parent"), row.parent, FaultKind.UNKNOWN_PARENT)
        elif row.code in looping:
            yield Fault(row.row, heading.text("parent"), row.parent, FaultKind.CYCLE)
