"""Whether a file is what its name claims: decided by its content alone (pure but for reading the bytes it is given).

Nothing is ever opened by the server in the sense of a program that renders it; files are stored and handed back as
downloads. These checks keep out what could harm the assessor who opens a download: programs under a borrowed name,
documents with macros, scripts in pictures, archives that swell.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import PurePosixPath
from xml.parsers import expat

KINDS = ("pdf", "docx", "xlsx", "pptx", "odt", "ods", "png", "jpg", "txt", "csv", "md")
SAME = {"jpeg": "jpg", "markdown": "md", "text": "txt"}
MIME = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}
"""Types that are named when a file is handed out; all others go as plain bytes."""

MOST_PARTS = 4000
MOST_UNPACKED = 100_000_000
MOST_RATIO = 120  # office XML packs about 20:1; a bomb packs 1000:1
_SMALL_PART = 1_000_000
_PDF_HEAD = 400  # bytes before a stream in which it says what it is
_OFFICE = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
_OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
_MARKUP = re.compile(r"\s*(<!doctype|<html|<svg|<\?xml|<script|<\?php|#!)", re.IGNORECASE)
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|SubmitForm|ImportData)\b")
_PDF_LOCKED = re.compile(rb"/Encrypt\b")
_PDF_SPELLED = re.compile(rb"#([0-9A-Fa-f]{2})")  # a name may spell its letters as numbers


class Fault(StrEnum):
    """Why a file is not taken."""

    KIND = "kind"
    EMPTY = "empty"
    NOT_AS_NAMED = "not_as_named"
    MACROS = "macros"
    ENCRYPTED = "encrypted"
    SWELLS = "swells"
    DAMAGED = "damaged"
    ACTIVE = "active"


class Refused(ValueError):
    """The file is not taken; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def plain_name(name: str) -> str:
    """The last part of a file's name without path, control signs or anything a file system could stumble over; never empty."""
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\u202a-\u202e\u2066-\u2069]", "", last).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    return (f"{stem[:100]}{dot}{ending[:10]}" if dot else kept[:100]) or "file"


def claimed(name: str, kinds: tuple[str, ...] = KINDS) -> str:
    """The kind that a file's name claims. Raises Refused for kinds that are not taken."""
    ending = PurePosixPath(plain_name(name)).suffix[1:].lower()
    kind = SAME.get(ending, ending)
    if kind not in kinds:
        raise Refused(Fault.KIND)
    return kind


def sniff(data: bytes, name: str, kinds: tuple[str, ...] = KINDS) -> str:
    """The kind of a file whose content is what its name claims. Raises Refused otherwise."""
    kind = claimed(name, kinds)
    if not data:
        raise Refused(Fault.EMPTY)
    _CHECKS[kind](data, kind)
    return kind


def _is(true: object, fault: Fault = Fault.NOT_AS_NAMED) -> None:
    if not true:
        raise Refused(fault)


def _pdf(data: bytes, _kind: str) -> None:
    _is(data.startswith(b"%PDF-"))
    _is(b"%%EOF" in data[-2048:], Fault.DAMAGED)
    said = _PDF_SPELLED.sub(lambda match: bytes([int(match[1], 16)]), _pdf_objects(data))
    _is(not _PDF_LOCKED.search(said), Fault.ENCRYPTED)
    _is(not _PDF_ACTIVE.search(said), Fault.ACTIVE)


def _pdf_objects(data: bytes) -> bytes:
    """What a PDF says outside its streams, and in the streams that hold objects. In packed pictures and text any word occurs by chance."""
    parts, at, left = [], 0, MOST_UNPACKED
    while (start := data.find(b"stream", at)) >= 0:
        head, end = data[at:start], data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        parts.append(head)
        if b"/ObjStm" in head[-_PDF_HEAD:]:
            packed = zlib.decompressobj()
            try:
                parts.append(packed.decompress(data[start + len(b"stream") : end].lstrip(b"\r\n"), left))
            except zlib.error:
                raise Refused(Fault.DAMAGED) from None
            left -= len(parts[-1])
            _is(not packed.unconsumed_tail and left > 0, Fault.SWELLS)
        at = end + len(b"endstream")
    return b"\n".join([*parts, data[at:]])


def _png(data: bytes, _kind: str) -> None:
    _is(data.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"))
    _is(data.endswith(b"\x00\x00\x00\x00IEND\xaeB`\x82"), Fault.DAMAGED)


def _jpg(data: bytes, _kind: str) -> None:
    _is(data.startswith(b"\xff\xd8\xff"))
    _is(data.rstrip(b"\0").endswith(b"\xff\xd9"), Fault.DAMAGED)


def _text(data: bytes, _kind: str) -> None:
    text = _decoded(data)
    _is(text is not None and not any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text))
    _is(not _MARKUP.match(text or ""))


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _office(data: bytes, kind: str) -> None:
    with _archive(data) as archive:
        types = _read(archive, "[Content_Types].xml")
        _is(b"macroEnabled" not in types and b"vbaProject" not in types, Fault.MACROS)
        _is(not any("vbaproject" in name.lower() or name.lower().endswith((".vbs", ".js", ".exe", ".dll")) for name in archive.namelist()), Fault.MACROS)
        _is(_OFFICE[kind] in types)


def _open_document(data: bytes, kind: str) -> None:
    with _archive(data) as archive:
        _is(_read(archive, "mimetype").strip() == _OPEN_DOCUMENT[kind])
        _is(b"encryption-data" not in _read(archive, "META-INF/manifest.xml"), Fault.ENCRYPTED)
        _is(not any(name.startswith(("Basic/", "Scripts/")) for name in archive.namelist()), Fault.MACROS)


def _gift(data: bytes, kind: str) -> None:
    _text(data, kind)
    _is(re.search(rb"\{.*\}", data, re.DOTALL))


def _moodle(data: bytes, _kind: str) -> None:
    """A question bank as XML: no entities of its own, well formed, and a quiz."""
    _is(not re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE) and b"\0" not in data, Fault.ACTIVE)
    roots: list[str] = []
    reader = expat.ParserCreate()
    reader.StartElementHandler = lambda name, _attributes: roots.append(name) if not roots else None
    try:
        reader.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Refused(Fault.DAMAGED) from None
    _is(roots == ["quiz"])


def _pictures(data: bytes, _kind: str) -> None:
    with _archive(data) as archive:
        names = [part.filename for part in archive.infolist() if not part.is_dir()]
        _is(names)
        for name in names:
            kind = claimed(name, ("png", "jpg"))
            _CHECKS[kind](archive.read(name), kind)


def _archive(data: bytes) -> zipfile.ZipFile:
    """A sound archive: nothing encrypted, nothing that swells, no part that names a path of its own."""
    # an encrypted OOXML file is no zip but an OLE container
    _is(not data.startswith(b"\xd0\xcf\x11\xe0"), Fault.ENCRYPTED)
    _is(data.startswith(b"PK\x03\x04"))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
        _is(not any(part.flag_bits & 0x1 for part in parts), Fault.ENCRYPTED)
        _is(all(part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts), Fault.DAMAGED)  # no office packs otherwise
        _is(len(parts) <= MOST_PARTS and sum(part.file_size for part in parts) <= MOST_UNPACKED, Fault.SWELLS)
        _is(not any(part.file_size > max(_SMALL_PART, MOST_RATIO * part.compress_size) for part in parts), Fault.SWELLS)
        _is(not any(part.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", part.filename) for part in parts), Fault.DAMAGED)
        _is(archive.testzip() is None, Fault.DAMAGED)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(Fault.DAMAGED) from error
    return archive


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(_SMALL_PART)
    except KeyError:
        raise Refused(Fault.NOT_AS_NAMED) from None


_CHECKS: dict[str, Callable[[bytes, str], None]] = {
    "pdf": _pdf,
    "png": _png,
    "jpg": _jpg,
    "zip": _pictures,
    "gift": _gift,
    "xml": _moodle,
    **dict.fromkeys(("txt", "csv", "md"), _text),
    **dict.fromkeys(_OFFICE, _office),
    **dict.fromkeys(_OPEN_DOCUMENT, _open_document),
}
