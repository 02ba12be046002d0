"""A file is taken only when its content is what its name claims."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.portfolio.sniffing import KINDS, Fault, Refused, plain_name, sniff
from tests.portfolio import made

GOOD = {
    "report.pdf": made.PDF, "scan.pdf": made.pdf_stream(b"/Subtype /Image", b"packed /JS\n bytes /Launch "),
    "Report.DOCX": made.docx(), "表.xlsx": made.xlsx(), "s.pptx": made.pptx(), "a.odt": made.odt(), "p.png": made.PNG,
    "p.jpg": made.JPG, "p.jpeg": made.JPG, "n.txt": "说明".encode(), "n.csv": "甲,乙\n1,2\n".encode("gb18030"), "n.md": b"# Title\n",
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_it_claims_to_be_is_taken(name):
    assert sniff(GOOD[name], name) in KINDS


BAD = {
    "a program called pdf": ("report.pdf", made.EXE, Fault.NOT_AS_NAMED),
    "a program": ("tool.exe", made.EXE, Fault.KIND),
    "a picture with scripts": ("p.svg", made.SVG, Fault.KIND),
    "a picture with scripts called png": ("p.png", made.SVG, Fault.NOT_AS_NAMED),
    "a page": ("page.html", made.HTML, Fault.KIND),
    "a page called text": ("page.txt", made.HTML, Fault.NOT_AS_NAMED),
    "a program called text": ("page.md", made.EXE, Fault.NOT_AS_NAMED),
    "a script called table": ("x.csv", b"#!/bin/sh\nrm -rf /\n", Fault.NOT_AS_NAMED),
    "two endings": ("report.pdf.exe", made.PDF, Fault.KIND),
    "no ending": ("report", made.PDF, Fault.KIND),
    "nothing inside": ("report.pdf", b"", Fault.EMPTY),
    "cut off": ("report.pdf", made.PDF[:-8], Fault.DAMAGED),
    "a PDF that runs something": ("report.pdf", made.PDF.replace(b"/Type /Catalog", b"/OpenAction << /S /JavaScript >>"), Fault.ACTIVE),
    "a PDF that spells what it runs": ("report.pdf", made.PDF.replace(b"/Type /Catalog", b"/OpenAction << /S /J#61vaScript >>"), Fault.ACTIVE),
    "a PDF that runs something packed away": ("report.pdf", made.pdf_stream(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(b"1 0 << /S /Launch >>")),
                                              Fault.ACTIVE),
    "a PDF with broken packing": ("report.pdf", made.pdf_stream(b"/Type /ObjStm", b"no packing"), Fault.DAMAGED),
    "a PDF that swells": ("report.pdf", made.pdf_stream(b"/Type /ObjStm", zlib.compress(b"\0" * 100_000_001)), Fault.SWELLS),
    "a locked PDF": ("report.pdf", made.PDF.replace(b"/Root", b"/Encrypt 2 0 R /Root"), Fault.ENCRYPTED),
    "a document with macros": ("a.docx", made.docx(word__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"), Fault.MACROS),
    "a macro type": ("a.docx", made.archive({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}), Fault.MACROS),
    "macros of the other office": ("a.odt", made.odt(Basic__script=b"x"), Fault.MACROS),
    "a sheet called document": ("a.docx", made.xlsx(), Fault.NOT_AS_NAMED),
    "any zip called document": ("a.docx", made.archive({"x.txt": b"x"}), Fault.NOT_AS_NAMED),
    "an encrypted zip": ("a.docx", made.encrypted(made.docx()), Fault.ENCRYPTED),
    "an encrypted office file": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, Fault.ENCRYPTED),
    "an encrypted open document": ("a.odt", made.odt().replace(b"<manifest/>", b"<manifest/>") and made.archive(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}), Fault.ENCRYPTED),
    "a bomb": ("a.docx", made.docx(word__bomb=b"\0" * 20_000_000), Fault.SWELLS),
    "a huge sum": ("a.docx", made.docx(**{f"word__p{n}": b"ab" * 450_000 for n in range(120)}), Fault.SWELLS),
    "too many parts": ("a.docx", made.docx(**{f"p{n}": b"" for n in range(4001)}), Fault.SWELLS),
    "a path in the container": ("a.docx", made.docx(**{"..__..__etc__passwd": b"x"}), Fault.DAMAGED),
    "a broken container": ("a.docx", made.docx()[:-30], Fault.DAMAGED),
    "a container packed as no office packs": ("a.docx", made.packed_by(14, made.docx()), Fault.DAMAGED),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_it_is_not_is_refused_with_the_reason(case):
    name, data, fault = BAD[case]
    with pytest.raises(Refused) as refused:
        sniff(data, name)
    assert refused.value.fault is fault


@pytest.mark.parametrize(("given_name", "kept"), [
    ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\work\\表.xlsx", "表.xlsx"), ("a\x00b\nc.pdf", "abc.pdf"), ("\u202efdp.exe", "fdp.exe"),
    ("..", "file"), ("x" * 300 + ".pdf", "x" * 100 + ".pdf"), ('a"b;c.pdf', "ab;c.pdf"),
])  # fmt: skip
def test_names_lose_paths_and_control_signs(given_name, kept):
    assert plain_name(given_name) == kept


@given(st.binary(max_size=600), st.sampled_from(KINDS))
def test_any_bytes_are_taken_or_refused_and_nothing_else_happens(data, kind):
    for raw in (data, b"PK\x03\x04" + data, made.docx()[:200] + data):
        try:
            assert sniff(raw, f"a.{kind}") == kind
        except Refused as refused:
            assert refused.fault in Fault
