"""Tables in and out: CSV in the encodings that offices use, XLSX by python-calamine and XlsxWriter.

A table is rows of text, row 1 of the file first and blank rows kept, so that a place can be named as the spreadsheet
shows it. Cells keep their spaces; dates come as ISO text, whole numbers without ``.0``. The first visible worksheet
that holds anything is the table.
"""

from __future__ import annotations

import codecs
import csv
import io
import marshal
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from lms.core.errors import Invalid

Source = str | os.PathLike[str] | bytes
Cell = str | int | float | date | datetime | bool | None

DELIMITERS = (",", ";", "\t")
XLSX_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WIDEST = 48  # characters, of a column that write_xlsx makes as wide as its text
WIDTHS_FROM = 200  # rows
MOST_ROWS = 1_048_576  # of a worksheet

# A spreadsheet program takes a text with such a beginning for a formula, a Chinese one the full-width signs too; the apostrophe says that it is a text.
_NEEDS_APOSTROPHE = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_HAS_APOSTROPHE = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_BAD_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


class UnreadableTable(Invalid):
    """The file is no table that can be read; ``reason`` is one of ``encoding``, ``binary``, ``csv``, ``password``, ``workbook``."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


def read_table(source: Source, filename: str = "") -> list[list[str]]:
    """All rows of ``source`` (a path or the file's bytes); raises :class:`UnreadableTable`."""
    return list(iter_table(source, filename))


def iter_table(source: Source, filename: str = "") -> Iterator[list[str]]:
    """The rows of ``source`` one by one. What it is, is seen from its first bytes; ``filename`` only helps error messages."""
    with _opened(source) as file:
        head = file.read(4)
        file.seek(0)
        if head in XLSX_SIGNATURES:
            yield from _workbook_rows(file)
        else:
            yield from _csv_rows(decode(file.read()))


@contextmanager
def _opened(source: Source) -> Iterator[IO[bytes]]:
    if not isinstance(source, bytes):
        with Path(source).open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as file:  # a real file: the reader of workbooks is another process
        file.write(source)
        file.seek(0)
        yield file


def decode(data: bytes) -> str:
    """Text of ``data``: by its byte order mark, else UTF-8, else GB18030 (which contains GBK and GB2312)."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _decode_or_refuse(data, encoding)
    if b"\0" in data:
        raise UnreadableTable("binary")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_or_refuse(data, "gb18030")


def _decode_or_refuse(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableTable("encoding", f"byte {error.start + 1}") from error


def _csv_rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        for row in reader:
            yield [_without_apostrophe(cell) for cell in row]
    except csv.Error as error:
        raise UnreadableTable("csv", f"{error}, line {reader.line_num}") from error


def delimiter_of(text: str, sample: int = 20) -> str:
    """The delimiter that cuts the first rows into the most columns, by the number of columns most of them have."""
    return max(DELIMITERS, key=lambda delimiter: _usual_width(text, delimiter, sample))


def _usual_width(text: str, delimiter: str, sample: int) -> int:
    try:
        rows = islice(csv.reader(io.StringIO(text[:65536], newline=""), delimiter=delimiter), sample)
        widths = Counter(len(row) for row in rows if row)
    except csv.Error:
        return 0
    return widths.most_common(1)[0][0] if widths else 0


def _without_apostrophe(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _HAS_APOSTROPHE.match(cell) else cell


def _workbook_rows(file: IO[bytes]) -> Iterator[list[str]]:
    """Rows read by a child process with a memory limit: one cell far down and right asks for hundreds of gigabytes, and
    the reader then aborts its process (seen with calamine 0.9), which must not be the server."""
    command = [sys.executable, "-m", "lms.core.workbook_reader"]
    os.lseek(file.fileno(), 0, os.SEEK_SET)  # the child inherits the descriptor, not our buffer
    with subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=_root()) as child:
        try:
            yield from _unpacked(child)
        finally:
            child.kill()


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def _unpacked(child: subprocess.Popen[bytes]) -> Iterator[list[str]]:
    while True:
        try:
            batch = marshal.load(child.stdout)  # noqa: S302 - written by our own child
        except (EOFError, ValueError, TypeError):
            raise UnreadableTable("workbook") from None
        if isinstance(batch, str):
            raise UnreadableTable(batch)
        if batch is None:
            return
        yield from batch


def write_csv(rows: Iterable[Sequence[Cell]], *, mark: bool = True) -> bytes:
    """CSV for spreadsheet programs: UTF-8, CRLF, with the byte order mark that they know it by (``mark=False`` for scripts). Text that
    would be taken for a formula gets a leading apostrophe, which :func:`read_table` takes off again; numbers stay numbers."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return (codecs.BOM_UTF8 if mark else b"") + out.getvalue().encode()


def _csv_cell(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return f"'{cell}" if _NEEDS_APOSTROPHE.match(cell) else cell
    return cell.isoformat() if isinstance(cell, date) else cell


OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd"}


def write_xlsx(sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """A workbook of one worksheet for each name; the first row of each is its heading (bold, frozen, with a filter)."""
    out = io.BytesIO()
    _write_book(out, sheets, {"in_memory": True})
    return out.getvalue()


def write_long_xlsx(out: IO[bytes], sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> None:
    """The same into a file, in the memory of one row: rows are read one by one and wait in temporary files. Raises :class:`TooLong`."""
    _write_book(out, sheets, {"constant_memory": True})


class TooLong(Invalid):
    """More rows than a worksheet has."""


def _write_book(out: IO[bytes], sheets: Mapping[str, Iterable[Sequence[Cell]]], options: dict[str, Any]) -> None:
    import xlsxwriter  # here: only exports need it, and start-up should not pay for it

    with xlsxwriter.Workbook(out, OPTIONS | options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        used: set[str] = set()
        for name, rows in sheets.items():
            _write_sheet(book.add_worksheet(sheet_name(name, used)), rows, bold)


def _write_sheet(sheet: Any, rows: Iterable[Sequence[Cell]], bold: Any) -> None:
    first: list[Sequence[Cell]] = []
    number = -1
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise TooLong
        if number < WIDTHS_FROM:
            first.append(row)
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, None if number else bold)
    for column, width in enumerate(_widths(first)):
        sheet.set_column(column, column, width)
    if first and first[0]:
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, number, len(first[0]) - 1)


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    if cell is None or cell != cell:  # NaN too: a workbook cannot hold it
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell[:32767], style)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell, style)
    else:
        sheet.write_number(row, column, cell, style)


def _widths(rows: list[Sequence[Cell]]) -> list[int]:
    widths: dict[int, int] = {}
    for row in rows:
        for column, cell in enumerate(row):
            widths[column] = max(widths.get(column, 6), display_width(str(cell)) + 2)
    return [min(widths[column], WIDEST) for column in sorted(widths)]


def display_width(text: str) -> int:
    """Width of ``text`` in half-width characters: a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def sheet_name(name: str, used: set[str]) -> str:
    """``name`` as a worksheet's name: 31 characters, none that Excel forbids, not twice; adds it to ``used``."""
    base = _BAD_SHEET_NAME.sub(" ", name).strip()[:31] or "Sheet"
    chosen, number = base, 2
    while chosen.lower() in used:
        chosen, number = f"{base[:27]} {number}", number + 1
    used.add(chosen.lower())
    return chosen
