"""Reads one workbook from standard input and writes its rows, as text and in batches, to standard output.

Run by :mod:`lms.core.sheets` in a process of its own, with a memory limit. The stream is a series of marshalled lists of rows;
``None`` says that all came, a word says why none did (the reasons of ``UnreadableTable``).
"""

from __future__ import annotations

import io
import marshal
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any

MEMORY = 1 << 30  # bytes of address space: a hundred thousand rows of twelve columns need a fifth of it
BATCH = 500  # rows


def main() -> None:
    """Serve one workbook."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _pump(sys.stdin.buffer.read(), sys.stdout.buffer)


def _pump(data: bytes, out: IO[bytes]) -> None:
    from python_calamine import CalamineError, PasswordError

    try:
        for batch in _batches(data):
            marshal.dump(batch, out)
        marshal.dump(None, out)
    except PasswordError:
        marshal.dump("password", out)
    except (CalamineError, MemoryError, ValueError):
        marshal.dump("workbook", out)


def _batches(data: bytes) -> Iterator[list[list[str]]]:
    batch: list[list[str]] = []
    for row in _rows(data):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _rows(data: bytes) -> Iterator[list[str]]:
    sheet = _first_used_sheet(data)
    if sheet is not None:
        for row in sheet.iter_rows():
            yield _texts(row)


def _first_used_sheet(data: bytes) -> Any:
    from python_calamine import SheetVisibleEnum, load_workbook

    book = load_workbook(io.BytesIO(data))
    for number, sheet in enumerate(book.sheets_metadata):
        if sheet.visible == SheetVisibleEnum.Visible:
            found = book.get_sheet_by_index(number)
            if found.height:
                return found
    return None


def _texts(row: list[Any]) -> list[str]:
    """Cells as text, without the empty ones at the end."""
    cells = [_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat() if isinstance(cell, date | time) else str(cell)


if __name__ == "__main__":
    main()
