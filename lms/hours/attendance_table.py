"""A list of attendance as people write it (pure): columns found by their headings, every fault with its row, column, value.

Hours are class hours with at most quarters (7.5), days whole or half; both become whole numbers of quarters and halves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from lms.hours.package import HALVES, QUARTERS

MOST_ROWS = 5000
MOST_HOURS_A_DAY = 12
LONGEST = 120
EXCEL_EPOCH = date(1899, 12, 30)


class Column(StrEnum):
    """The columns of a list; the first four must be there."""

    STAFF_NO = "staff_no"
    TITLE = "title"
    DATE = "date"
    HOURS = "hours"
    ENDS = "ends"
    DAYS = "days"
    ORGANISER = "organiser"
    TITLE_EN = "title_en"


NEEDED = (Column.STAFF_NO, Column.TITLE, Column.DATE, Column.HOURS)
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.STAFF_NO: ("工号", "人员编号", "staff_no", "staff number"),
    Column.TITLE: ("培训名称", "培训班名称", "名称", "title"),
    Column.DATE: ("日期", "开始日期", "培训日期", "date", "starts", "starts_on"),
    Column.HOURS: ("学时", "hours", "class hours"),
    Column.ENDS: ("结束日期", "ends", "ends_on", "last day"),
    Column.DAYS: ("天数", "days"),
    Column.ORGANISER: ("主办单位", "organiser"),
    Column.TITLE_EN: ("英文名称", "title_en"),
}


class FaultKind(StrEnum):
    """What can be wrong with a list or one of its cells."""

    EMPTY_FILE = "empty_file"
    TOO_MANY = "too_many"
    NO_COLUMN = "no_column"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_DATE = "not_a_date"
    IN_FUTURE = "in_future"
    TOO_EARLY = "too_early"
    ENDS_BEFORE = "ends_before"
    NOT_HOURS = "not_hours"
    NOT_DAYS = "not_days"
    TOO_MANY_HOURS = "too_many_hours"
    TOO_MANY_DAYS = "too_many_days"
    UNKNOWN_PERSON = "unknown_person"
    INACTIVE = "inactive"
    OUT_OF_SCOPE = "out_of_scope"
    TWICE = "twice"
    ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``row`` counts as the spreadsheet does; 0 is the file as a whole. ``note`` is what the sentence names."""

    row: int
    column: str
    value: str
    kind: FaultKind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be read."""

    number: int
    staff_no: str
    title: str
    title_en: str
    organiser: str
    starts_on: date
    ends_on: date
    quarters: int
    half_days: int


@dataclass(slots=True)
class Reading:
    """The rows that can be read and every fault."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a staff number: the official's id, whether active, whether the reader may enter hours for them."""

    official_id: int
    name: str
    active: bool
    in_scope: bool


class _CellFault(Exception):
    def __init__(self, kind: FaultKind, note: str = "") -> None:
        super().__init__(kind)
        self.kind, self.note = kind, note


def quarters(text: str) -> int:
    """Class hours as quarters: ``7.5`` is 30. Raises ValueError for anything that is no whole number of quarters above zero."""
    match = re.fullmatch(r"(\d{1,4})(?:\.(\d{1,2}))?", half_width(text))
    if match is None:
        raise ValueError(text)
    hundredths = int((match[2] or "0").ljust(2, "0"))
    found = int(match[1]) * QUARTERS + hundredths * QUARTERS // 100
    if hundredths * QUARTERS % 100 or found == 0:
        raise ValueError(text)
    return found


def half_days(text: str) -> int:
    """Days as half days: ``2.5`` is 5; nothing if empty. Raises ValueError."""
    found = half_width(text)
    match = re.fullmatch(r"(\d{1,3})(?:\.([05])0?)?", found)
    if match is None and found:
        raise ValueError(text)
    return 0 if match is None else int(match[1]) * HALVES + (match[2] == "5")


def half_width(text: str) -> str:
    """``text`` with half-width digits and without spaces at its ends."""
    return unicodedata.normalize("NFKC", text).strip()


def day(text: str) -> date:
    """A date as 2026-03-09, 2026/3/9, 2026.3.9, 2026年3月9日, or a spreadsheet's number of days. Raises ValueError."""
    found = half_width(text)
    if re.fullmatch(r"\d{5}", found):
        return EXCEL_EPOCH + timedelta(days=int(found))
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00)?)?", found)
    if match is None:
        raise ValueError(text)
    return date(*(int(part) for part in match.groups()))


def read(table: Iterable[Sequence[str]], *, today: date, earliest: date) -> Reading:
    """Read a list: all rows, all faults. Nothing is looked up yet."""
    reading = Reading()
    rows = [(number, row) for number, row in enumerate(table, start=1) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        reading.faults.append(Fault(0, "", "", FaultKind.EMPTY_FILE))
        return reading
    places = _places(rows[0][1])
    reading.faults += [Fault(rows[0][0], str(column), "", FaultKind.NO_COLUMN, HEADINGS[column][0]) for column in NEEDED if column not in places]
    if len(rows) - 1 > MOST_ROWS:
        reading.faults.append(Fault(0, "", str(len(rows) - 1), FaultKind.TOO_MANY, str(MOST_ROWS)))
    if reading.faults:
        return reading
    for number, row in rows[1:]:
        cells = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}
        _read_row(number, cells, reading, today, earliest)
    return reading


def _places(heading: Sequence[str]) -> dict[Column, int]:
    words = {word: column for column, names in HEADINGS.items() for word in names}
    found: dict[Column, int] = {}
    for place, cell in enumerate(heading):
        column = words.get(half_width(cell).lower())
        if column is not None:
            found.setdefault(column, place)
    return found


def _read_row(number: int, cells: Mapping[Column, str], reading: Reading, today: date, earliest: date) -> None:
    faults: list[Fault] = []

    def read_cell(column: Column, how, default=None):
        try:
            return how(cells.get(column, ""))
        except _CellFault as fault:
            faults.append(Fault(number, str(column), cells.get(column, ""), fault.kind, fault.note))
            return default

    staff_no = read_cell(Column.STAFF_NO, lambda text: _needed(half_width(text).upper()))
    title = read_cell(Column.TITLE, lambda text: _text(_needed(text)))
    title_en, organiser = (read_cell(column, _text) for column in (Column.TITLE_EN, Column.ORGANISER))
    starts = read_cell(Column.DATE, lambda text: _date(_needed(text), today, earliest))
    ends = read_cell(Column.ENDS, lambda text: _date(text, today, earliest) if text else starts)
    worth = read_cell(Column.HOURS, lambda text: _number(_needed(text), quarters, FaultKind.NOT_HOURS))
    halves = read_cell(Column.DAYS, lambda text: _number(text, half_days, FaultKind.NOT_DAYS), 0)
    if starts and ends:
        faults += [Fault(number, *one) for one in span_faults(starts, ends, worth or 0, halves, cells)]
    if faults:
        reading.faults += faults
    else:
        reading.rows.append(Row(number, staff_no, title, title_en, organiser, starts, ends, worth, halves))


def span_faults(starts: date, ends: date, worth: int, halves: int, cells: Mapping[Column, str]) -> Iterator[tuple[str, str, FaultKind, str]]:
    """What can't be within the days of a training: (column, value, kind, note)."""
    if ends < starts:
        yield str(Column.ENDS), cells.get(Column.ENDS, ""), FaultKind.ENDS_BEFORE, ""
        return
    days = (ends - starts).days + 1
    if worth > days * MOST_HOURS_A_DAY * QUARTERS:
        yield str(Column.HOURS), cells.get(Column.HOURS, ""), FaultKind.TOO_MANY_HOURS, str(days * MOST_HOURS_A_DAY)
    if halves > days * HALVES:
        yield str(Column.DAYS), cells.get(Column.DAYS, ""), FaultKind.TOO_MANY_DAYS, str(days)


def _needed(text: str) -> str:
    if not text:
        raise _CellFault(FaultKind.EMPTY)
    return text


def _text(text: str) -> str:
    found = " ".join(text.split())
    if len(found) > LONGEST:
        raise _CellFault(FaultKind.TOO_LONG, str(LONGEST))
    return found


def _date(text: str, today: date, earliest: date) -> date:
    try:
        found = day(text)
    except ValueError:
        raise _CellFault(FaultKind.NOT_A_DATE) from None
    if found > today:
        raise _CellFault(FaultKind.IN_FUTURE, today.isoformat())
    if found < earliest:
        raise _CellFault(FaultKind.TOO_EARLY, earliest.isoformat())
    return found


def _number(text: str, how, kind: FaultKind) -> int:
    try:
        return how(text)
    except ValueError:
        raise _CellFault(kind) from None


def look_up(rows: Iterable[Row], known: Mapping[str, Known], entered: Collection[tuple[int, str, date]]) -> list[Fault]:
    """The faults that only the people and what is entered already can show."""
    faults: list[Fault] = []
    seen: dict[tuple[str, str, date], int] = {}
    for row in rows:
        fault = _person_fault(known.get(row.staff_no))
        if fault is not None:
            faults.append(Fault(row.number, str(Column.STAFF_NO), row.staff_no, fault))
            continue
        key = (row.staff_no, row.title, row.starts_on)
        if key in seen:
            faults.append(Fault(row.number, str(Column.TITLE), row.title, FaultKind.TWICE, str(seen[key])))
        elif (known[row.staff_no].official_id, row.title, row.starts_on) in entered:
            faults.append(Fault(row.number, str(Column.TITLE), row.title, FaultKind.ENTERED))
        seen.setdefault(key, row.number)
    return faults


def _person_fault(found: Known | None) -> FaultKind | None:
    if found is None:
        return FaultKind.UNKNOWN_PERSON
    if not found.in_scope:
        return FaultKind.OUT_OF_SCOPE
    return None if found.active else FaultKind.INACTIVE
