"""A foreign file of questions, whatever its format: recognised by its content and read into drafts. Pure."""

import re
from collections.abc import Callable
from pathlib import PurePath

from lms.core import sheets
from lms.core.errors import Invalid, Refused
from lms.interop import aiken, archive, gift, moodle, qti, safe_xml, table
from lms.interop.drafts import Import, Imported
from lms.interop.limits import LIMITS, Limits

FORMATS = ("gift", "moodle", "aiken", "qti", "table")
_GZIP, _OLD_WORKBOOK = b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_TABLE_NAMES = (".csv", ".tsv", ".xlsx", ".xls")


def read(data: bytes, filename: str, *, form: str = "auto", language: str | None = None, limits: Limits = LIMITS) -> Imported:
    """The questions of a file as drafts, and all that was left. `language` (zh or en) is that of texts which don't say theirs.

    Raises Refused for what is dangerous or too large, Invalid for what can't be read, and nothing else.
    """
    if len(data) > limits.file_bytes:
        raise Refused(f"{filename}: the file is larger than {limits.file_bytes // 1_000_000} MB")
    if not data.strip():
        raise Invalid(f"{filename}: the file is empty")
    form = recognised(data, filename, limits) if form == "auto" else form
    prefix = re.sub(r"[^A-Za-z0-9]+", "-", PurePath(filename).stem).strip("-")[:30] or "IMPORT"
    return _READERS[form](data, filename, Import(form, prefix, language, limits))


def recognised(data: bytes, filename: str, limits: Limits = LIMITS) -> str:
    """The format of a file by its content. Raises Invalid if it is none of ours."""
    if data.startswith(archive.SIGNATURE):
        return "table" if "xl/workbook.xml" in archive.read(data, filename, limits) else "qti"
    if data.startswith(_GZIP):
        raise Invalid(f"{filename}: a backup (.mbz) or packed file is not read. In Moodle, export the question bank as Moodle XML.")
    if data.startswith(_OLD_WORKBOOK):
        return "table"
    text = _text(data, filename).lstrip("\ufeff \t\r\n")
    if text.startswith("<") and not aiken.begins_with_markup(text):
        root = safe_xml.parse(data, filename, limits)
        return "moodle" if root.tag == "quiz" else "qti"
    if filename.lower().endswith(_TABLE_NAMES):
        return "table"
    if aiken.looks_like(text):
        return "aiken"
    if "{" in text and "}" in text:
        return "gift"
    raise Invalid(f"{filename}: the format can't be recognised. Name it with --format: {', '.join(FORMATS)}.")


def _text(data: bytes, filename: str) -> str:
    try:
        return sheets.decode(data)
    except sheets.UnreadableTable as error:
        raise Invalid(f"{filename}: the file is no text in UTF-8 or GB18030 and no known format") from error


def _qti(data: bytes, filename: str, work: Import) -> Imported:
    if data.startswith(archive.SIGNATURE):
        return qti.read_package(archive.read(data, filename, work.limits), filename, work)
    return qti.read_item(safe_xml.parse(data, filename, work.limits), filename, work)


def _table(data: bytes, filename: str, work: Import) -> Imported:
    if data.startswith(archive.SIGNATURE):
        archive.read(data, filename, work.limits)  # a workbook is a ZIP file too: bombs and tricks are refused before it is opened
    try:
        rows = sheets.read_table(data, filename)
    except sheets.UnreadableTable as error:
        raise Invalid(f"{filename}: the table can't be read ({error})") from error
    return table.read(rows, work)


_READERS: dict[str, Callable[[bytes, str, Import], Imported]] = {
    "gift": lambda data, filename, work: gift.read(_text(data, filename), work),
    "aiken": lambda data, filename, work: aiken.read(_text(data, filename), work),
    "moodle": lambda data, filename, work: moodle.read(safe_xml.parse(data, filename, work.limits), work),
    "qti": _qti,
    "table": _table,
}
