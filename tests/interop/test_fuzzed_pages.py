"""Whatever is uploaded, the pages answer with a sentence: never with an error of the server, and nothing is written outside the database."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interop.files import PNG, members, sample, zipped

FUZZ = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture])
SEEDS = {
    "county.gift.txt": sample("county.gift.txt"),
    "county.aiken.txt": sample("county.aiken.txt"),
    "county.csv": sample("county.csv"),
    "county.moodle.xml": sample("county.moodle.xml"),
    "pack2.zip": zipped(members("qti2")),
    "pack3.zip": zipped(members("qti3"), zipfile.ZIP_STORED),
}
NASTY = (
    b"<script>alert(1)</script>", b"<svg onload='alert(1)'><foreignObject/></svg>", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;", b"]]>", b"\x00", b"\xff\xfe",
    b"../../../../etc/passwd", b"{", b"}", b"~%1e999%", b"=\xf0\x9f\x92\xa3", b"javascript:alert(1)", b"\xe2\x80\xae", b"<img src='file:///etc/passwd'>",
    b"%n%s%(x)s", b"{{7*7}}", b"\r\n\r\n", b"9" * 400, b"<question type='essay'>" * 40,
)  # fmt: skip
PATHS = ("../out.txt", "/tmp/out.txt", "a/../../out.txt", "C:\\out.txt", "a\\..\\b", "courses/../../x", "assets/../../../x.svg", "\u202egnp.exe", "a" * 400)


@st.composite
def changed(draw, data: bytes) -> bytes:
    """Some bytes of a file exchanged, cut out, doubled, or something nasty put in."""
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        until = min(len(data), at + draw(st.integers(0, 60)))
        new = draw(st.one_of(st.binary(max_size=20), st.sampled_from(NASTY), st.just(data[at:until] * 2), st.just(b"")))
        data = data[:at] + new + data[until:]
    return data


@st.composite
def archives(draw) -> bytes:
    """ZIP files with strange members: paths that lead out, links, entities, scripts, bombs, members that lie about themselves."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))) as archive:
        for name, content in {**draw(st.sampled_from([members("qti2"), members("qti3"), PACKAGE]))}.items():
            if draw(st.integers(0, 9)):
                archive.writestr(zipfile.ZipInfo(name), draw(changed(content)) if draw(st.booleans()) else content)
        for path in draw(st.lists(st.sampled_from(PATHS), max_size=2)):
            one = zipfile.ZipInfo(path)
            one.external_attr = draw(st.sampled_from([0, 0o120777 << 16, 0o040755 << 16]))
            archive.writestr(one, draw(st.one_of(st.sampled_from(NASTY), st.just(b"/etc/passwd"), st.just(b"0" * 2_000_000))))
    data = out.getvalue()
    return draw(changed(data)) if draw(st.booleans()) else data


LESSON = b"---\nid: C21-L1\ntitle: A\nhours: 1\nserves: []\nfacts: []\nreview_by: 2027-01-01\n---\n\n# A\n"
PACKAGE = {
    "courses/x/course.yaml": b"schema: course/1\nslug: x\ncode: C21\ntitle: {zh: a, en: b}\n", "courses/x/lessons/01-a.zh.md": LESSON,
    "courses/x/lessons/01-a.en.md": LESSON, "courses/x/assets/a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "courses/x/assets/a.png": PNG, "assessments/x.yaml": b"schema: assessment/1\ncourse: x\nitems: []\n",
}  # fmt: skip


def everything(folder: Path) -> set[str]:
    return {path.as_posix() for path in folder.rglob("*") if "lms.db" not in path.name and not path.name.endswith(".lock")}


@pytest.fixture
def doors(study, tmp_path, monkeypatch):
    """Upload to both pages and walk on as a person would; nothing but answers below 500, and not a file more on the disk."""
    monkeypatch.chdir(tmp_path)
    browser = study.browser()
    watched = [tmp_path, Path(study.app.config["SETTINGS"].instance)]

    def upload(name: str, data: bytes) -> list[int]:
        before = [everything(one) for one in watched]
        codes = []
        for address in (f"/author/drafts/{study.ref}/import", "/author/import"):
            answer = browser.post(address, data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")
            codes.append(answer.status_code)
            if answer.status_code == 303:
                codes += walk(answer.location)
        assert [everything(one) for one in watched] == before
        return codes

    def walk(address: str) -> list[int]:
        page = browser.get(address)
        assert b"<script>alert" not in page.data
        codes = [page.status_code]
        if "/import/" in address:
            codes += [browser.get(f"{address}/report.csv").status_code]
            chosen = [item["id"] for item in study.imports()[-1].outcome.get("items", ())]
            codes += [browser.post(address, data={"question": chosen}).status_code, browser.get(address).status_code]
            codes += [browser.get(f"/author/drafts/{study.ref}/questions").status_code]
        return codes

    return upload


@FUZZ
@given(data=st.data())
def test_changed_files_of_every_format(doors, data):
    name = data.draw(st.sampled_from(sorted(SEEDS)))
    assert max(doors(name, data.draw(changed(SEEDS[name])))) < 500


@pytest.mark.filterwarnings("ignore:Duplicate name")  # the same path twice is one of the tricks
@FUZZ
@given(archive=archives())
def test_strange_archives(doors, archive):
    assert max(doors("pack.zip", archive)) < 500


@FUZZ
@given(name=st.one_of(st.sampled_from(PATHS), st.text(min_size=1, max_size=30)), content=st.one_of(st.binary(max_size=300), st.sampled_from(NASTY)))
def test_strange_names_and_bytes(doors, name, content):
    assert max(doors(name.replace("\n", " ").replace("\r", " "), content)) < 500


def _lying_bomb() -> bytes:
    """A member whose directory entry says ten bytes and which unpacks to fifty million."""
    body = zlib.compress(b"0" * 50_000_000)[2:-4]
    name = b"imsmanifest.xml"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(body), 10, len(name), 0) + name + body
    head = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(body), 10, len(name), 0, 0, 0, 0, 0, 0) + name
    return local + head + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(head), len(local), 0)


def test_bombs_links_entities_and_overlong_files(doors, study):
    bomb = zipped({f"{n}.xml": b"0" * 15_000_000 for n in range(6)})
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        one = zipfile.ZipInfo("courses/x/course.yaml")
        one.external_attr = 0o120777 << 16
        archive.writestr(one, "/etc/passwd")
    nested = zipped({"inner.zip": bomb, "imsmanifest.xml": b"<manifest/>"})
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><quiz><question type="essay">&b;</question></quiz>'
    deep = b"<quiz>" + b"<p>" * 3000 + b"</p>" * 3000 + b"</quiz>"
    cases = {"bomb.zip": bomb, "lying.zip": _lying_bomb(), "link.zip": link.getvalue(), "laughs.xml": laughs, "deep.xml": deep, "long.txt": b"a" * 20_000_001}
    for name, data in cases.items():
        assert doors(name, data) == [422, 422], name
    assert max(doors("nested.zip", nested)) < 500
    assert all("passwd" not in json.dumps(kept.outcome) for kept in study.imports())


def test_a_workbook_that_asks_for_too_much_is_refused(doors):
    far = b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + far + b"</worksheet>"
    names = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml")
    assert max(doors("far.xlsx", zipped({name: sheet for name in names}))) < 500
