"""Files as officials hand them in, and as somebody with bad intentions would."""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import Workbook

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x00IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20 + b"\xff\xd9"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def pdf_stream(head: bytes, body: bytes) -> bytes:
    """The PDF with one stream more."""
    return PDF.replace(b"trailer", b"2 0 obj\n<< " + head + b" >>\nstream\n" + body + b"\nendstream\nendobj\ntrailer")


EXE = b"MZ\x90\x00" + b"\x00" * 200
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PPTX_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def archive(parts: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip file with these parts; the same parts give the same bytes at any time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def packed_by(method: int, data: bytes) -> bytes:
    """``data``, a zip file, whose headers claim that its parts are packed by ``method``."""
    code = method.to_bytes(2, "little")
    return re.sub(rb"(PK\x03\x04.{4}|PK\x01\x02.{6})..", lambda match: match[1] + code, data, flags=re.DOTALL)


def content_types(main: str) -> bytes:
    return f'<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'.encode()


def docx(text: str = "工作记录", **parts: bytes) -> bytes:
    """A small document; ``parts`` are further entries of its container."""
    known = {"[Content_Types].xml": content_types(DOCX_MAIN), "word/document.xml": f"<w:document>{text}</w:document>".encode()}
    return archive(known | {name.replace("__", "/"): data for name, data in parts.items()})


def pptx() -> bytes:
    return archive({"[Content_Types].xml": content_types(PPTX_MAIN), "ppt/presentation.xml": b"<p/>"})


def xlsx() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def odt(**parts: bytes) -> bytes:
    known = {"mimetype": b"application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": b"<manifest/>", "content.xml": b"<office/>"}
    return archive(known | {name.replace("__", "/"): data for name, data in parts.items()}, stored=("mimetype",))


def encrypted(data: bytes) -> bytes:
    """The same archive with the flag of encryption set on every entry."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(signature)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(signature, place + 4)
    return bytes(changed)
