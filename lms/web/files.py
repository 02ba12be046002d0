"""Files to keep: where an answer becomes a download.

A table of any length goes out in the memory of one portion: read by a session of its own, each portion written down in the log, in a short write
transaction, before it leaves. As CSV it is sent while it is read; a workbook is written to a temporary file first, row by row.

Such a view must be a reading one (no ``db.writes``): what it logs while reading would wait for its own transaction.
"""

from __future__ import annotations

import codecs
import fcntl
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import IO, Any

from flask import Response, after_this_request, current_app, stream_with_context
from flask_babel import gettext as _
from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.core import db, sheets
from lms.core.errors import Refused, TooMany
from lms.core.sheets import Cell

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
SVG = "image/svg+xml"
ZIP = "application/zip"
XML = "application/xml; charset=utf-8"
KINDS = {"csv": CSV, "xlsx": XLSX, "pdf": PDF, "svg": SVG, "zip": ZIP, "xml": XML, "txt": "text/plain; charset=utf-8", "json": "application/json"}
"""What a file is, by the ending of its name."""

PORTION = 2000
PIECE = 1 << 18  # bytes
LARGE = 20_000
"""From so many rows on a file keeps a worker busy for many seconds: one such at a time, so that the others can answer."""

Row = Sequence[Cell]
Note = Callable[[Sequence[Any]], Iterable[audit.Event]]
"""What the log keeps of a portion of rows."""


def download(body: bytes, name: str) -> Response:
    """A file that is whole already; its kind follows from the ending of ``name``."""
    return Response(body, headers=_headers(name))


def archive(files: Mapping[str, bytes], name: str) -> Response:
    """Files by their places, packed. The same files give the same bytes: no date of packing, one order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(files):
            packed.writestr(zipfile.ZipInfo(path), files[path], zipfile.ZIP_DEFLATED)
    return download(out.getvalue(), name)


def table(rows: Iterable[Row], name: str, sheet: str) -> Response:
    """A bounded table, whole, as ``name`` ends: CSV or a workbook. ``sheet`` is the worksheet's name."""
    return workbook({sheet: rows}, name) if name.endswith(".xlsx") else download(sheets.write_csv(rows), name)


def workbook(pages: Mapping[str, Iterable[Row]], name: str) -> Response:
    """A workbook of several sheets, whole."""
    return download(sheets.write_xlsx(pages), name)


def long_table(heading: Row, portions: Iterable[Iterable[Row]], name: str, sheet: str, *, notes: tuple[str, Sequence[Row]] | None = None) -> Response:
    """A table of any length: ``heading``, then portions of rows as they are read. ``notes``: name and rows of what the file is (in CSV at its end)."""
    if name.endswith(".xlsx"):
        return _from_disk({sheet: _rows(heading, portions)} | ({notes[0]: notes[1]} if notes else {}), name)
    return Response(stream_with_context(_csv(heading, portions, notes[1] if notes else ())), headers=_headers(name))


def read(query: Select[Any], note: Note, *, actor: Actor, now: datetime, size: int = PORTION) -> Iterator[Sequence[Any]]:
    """The rows of ``query`` in portions; each is logged before it is given away. Raises TooMany while another large file is made."""

    def logged() -> Iterator[Sequence[Any]]:
        for rows in portions:
            with db.database().writing() as session:
                audit.record_many(session, actor=actor, now=now, events=note(rows))
            yield rows

    portions = portions_of(query, size)
    return logged()


def portions_of(query: Select[Any], size: int = PORTION) -> Iterator[Sequence[Any]]:
    """The rows of ``query`` in portions, by a session of their own. Raises TooMany."""
    held = ExitStack()
    if _is_large(query):
        held.enter_context(_turn())
    session = held.enter_context(db.database().reading())
    _close_with_answer(held)
    return _portions(query, size, session, held)


def _portions(query: Select[Any], size: int, session: Session, held: ExitStack) -> Iterator[Sequence[Any]]:
    with held:
        result = held.enter_context(session.execute(query.execution_options(yield_per=size)))
        for rows in result.partitions(size):
            yield rows
            stay_alive()


def _is_large(query: Select[Any]) -> bool:
    rows = query.order_by(None).subquery()
    return db.session().execute(select(literal(1)).select_from(rows).limit(1).offset(LARGE)).first() is not None


def _turn() -> IO[bytes]:
    """The lock of those who make a large file; it is given back when it is closed, at the latest when its process ends. Raises TooMany."""
    file = (current_app.config["SETTINGS"].instance / "large-file.lock").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise TooMany(_("Somebody else is having a large file made. Try again in a few minutes, or narrow the list.")) from None
    return file


def _close_with_answer(held: ExitStack) -> None:
    """Give back what is ``held`` when the answer has been sent, was broken off or became an error page, whoever still holds a generator left half-way."""

    @after_this_request
    def register(answer: Response) -> Response:
        answer.call_on_close(held.close)
        return answer


def stay_alive() -> None:
    """Tell the server that a long answer is being written; it ends workers that are silent for minutes."""
    told: Callable[[], object] = current_app.extensions.get("lms.alive", lambda: None)
    told()


def _headers(name: str) -> dict[str, str]:
    kind = KINDS[name.rpartition(".")[2]]
    return {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _rows(heading: Row, portions: Iterable[Iterable[Row]]) -> Iterator[Row]:
    yield heading
    for portion in portions:
        yield from portion


def _csv(heading: Row, portions: Iterable[Iterable[Row]], notes: Iterable[Row]) -> Iterator[bytes]:
    yield codecs.BOM_UTF8 + sheets.write_csv([heading], mark=False)
    for portion in portions:
        yield sheets.write_csv(portion, mark=False)
    if notes:
        yield sheets.write_csv([[], *notes], mark=False)


def _from_disk(pages: Mapping[str, Iterable[Row]], name: str) -> Response:
    """A workbook by way of a temporary file, which is gone when it has been sent."""
    with ExitStack() as held:
        file = held.enter_context(tempfile.TemporaryFile())
        try:
            sheets.write_long_xlsx(file, pages)
        except sheets.TooLong:
            raise Refused(_("This list is too long for a workbook. Take the table as CSV.")) from None
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        until_sent = held.pop_all()
    answer = Response(_pieces(file, until_sent), headers=_headers(name))
    answer.content_length = length
    answer.call_on_close(until_sent.close)
    return answer


def _pieces(file: IO[bytes], held: ExitStack) -> Iterator[bytes]:
    with held:
        while piece := file.read(PIECE):
            yield piece
