"""Dangerous files are refused with a clear line, and whatever is done to a file, nothing else than a refusal comes of it."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.core.errors import Invalid, Refused
from lms.interop import folder, import_actions, png, reading
from lms.interop.drafts import TOO_LONG
from lms.interop.limits import Limits
from tests.interop.files import PNG, members, sample, zipped

FUZZ = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
TEXT_SAMPLES = ("county.gift.txt", "county.aiken.txt", "county.csv", "county.moodle.xml")
ENTITIES = b'<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><quiz><question type="essay"><name><text>&b;</text></name></question></quiz>'


# XML


@pytest.mark.parametrize("data", [
    b'<?xml version="1.0"?>' + ENTITIES,
    b'<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>',
    b'<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
])
def test_document_types_and_entities_are_refused(data):
    with pytest.raises(Refused, match="document type or entities"):
        reading.read(data, "bank.xml")


def test_xml_nested_too_deeply_is_refused():
    with pytest.raises(Refused, match="nested deeper than 150"):
        reading.read(b"<quiz>" + b"<p>" * 5000 + b"</p>" * 5000 + b"</quiz>", "bank.xml")


def test_xml_with_too_many_elements_is_refused():
    with pytest.raises(Refused, match="more than 50 elements"):
        reading.read(b"<quiz>" + b"<p/>" * 60 + b"</quiz>", "bank.xml", limits=Limits(xml_elements=50))


# ZIP


@pytest.mark.parametrize("path", ["../evil.xml", "/etc/evil.xml", "a/../../evil.xml", "C:/evil.xml", "a\\..\\evil.xml"])
def test_paths_that_lead_out_are_refused(path):
    with pytest.raises(Refused, match="leads out of the archive's own folder"):
        reading.read(zipped(members("qti3") | {path: b"x"}), "pack.zip")


def test_links_inside_an_archive_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("imsmanifest.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(Refused, match="is a link to another file"):
        reading.read(out.getvalue(), "pack.zip")


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(Refused, match="as a bomb does"):
        reading.read(zipped({"imsmanifest.xml": b"\0" * 15_000_000}), "pack.zip")


def test_a_directory_that_lies_about_sizes_does_not_help():
    honest = zipped({"imsmanifest.xml": b" " * 5000})
    lying = honest.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(Invalid, match="damaged"):
        reading.read(lying, "pack.zip")


@pytest.mark.parametrize("limits,words", [
    (Limits(members=2), "2 are taken at most"),
    (Limits(unpacked_bytes=100), "unpacks to more than"),
    (Limits(member_bytes=100), "unpacks to more than"),
    (Limits(file_bytes=10), "the file is larger than"),
    (Limits(questions=1), "more than 1 items"),
])
def test_limits_are_data(limits, words):
    with pytest.raises(Refused, match=words):
        reading.read(zipped(members("qti3")), "pack.zip", limits=limits)


@pytest.mark.parametrize("name", TEXT_SAMPLES)
def test_no_more_questions_than_the_limit(name):
    with pytest.raises(Refused, match="more than 1 questions"):
        reading.read(sample(name), name, limits=Limits(questions=1))


def test_a_workbook_that_is_a_bomb_is_refused():
    with pytest.raises(Refused, match="as a bomb does"):
        reading.read(zipped({"xl/workbook.xml": b"<a/>", "xl/sheet.xml": b" " * 15_000_000}), "book.xlsx")


# Scripts and pictures


def essay(html: str, file: str = "") -> bytes:
    return f'<quiz><question type="essay"><questiontext format="html"><text><![CDATA[{html}]]></text>{file}</questiontext></question></quiz>'.encode()


@pytest.mark.parametrize("html,text,note", [
    ("a<script>steal()</script>b", "ab", "scripts are dropped"),
    ('<p onclick="steal()">a</p>', "a", "scripts are dropped"),
    ('<a href="javascript:steal()">a</a>', "a", "scripts are dropped"),
    ('a<iframe src="https://e.example/">x</iframe>', "a", "<iframe> is dropped: it can be active or come from elsewhere"),
    ("a<svg onload=steal()><script>x</script></svg>", "a", "<svg> is dropped: it can be active or come from elsewhere"),
    ('<img src="https://e.example/x.png" alt="desk">', "desk", "a picture is not carried: it lies elsewhere, at an address that is not part of the file"),
    ('<img src="@@PLUGINFILE@@/../../etc/passwd" alt="desk">', "desk", "a picture is not carried: its file is missing"),
    ('<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="desk">', "desk",
     "a picture is not carried: it is no PNG, JPEG or GIF picture (SVG is not taken, since it can hold scripts)"),
    ('<img src="data:image/png;base64,!!!" alt="desk">', "desk", "a picture is not carried: its file is damaged"),
])
def test_active_content_is_dropped_and_said(html, text, note):
    outcome = reading.read(essay(html), "bank.xml")
    assert outcome.items[0]["stem"]["en"] == text
    assert note in outcome.carried[0].notes
    assert outcome.pictures == {}


@pytest.mark.parametrize("html", ["a<![foo[b", "a<![ b"])
def test_broken_declarations_in_a_text_lose_their_form_only(html):
    outcome = reading.read(essay(html), "bank.xml")
    assert outcome.items[0]["stem"]["en"].startswith("a")
    assert outcome.carried[0].notes == ("the HTML is broken: its words are carried without their form",)


def test_a_picture_too_large_is_left_and_said():
    wide = PNG[:16] + (90_000).to_bytes(4, "big") + PNG[20:]
    files = members("qti2")
    assert reading.read(zipped(files | {"desk.png": wide}), "a.zip").pictures == {}
    outcome = reading.read(zipped(files | {"desk.png": PNG + b"\0" * 200_000}), "a.zip")
    assert "a picture is not carried: it has 200 KB; 200 KB is the limit" in outcome.carried[0].notes


def test_a_number_of_any_length_is_a_number_or_none():
    outcome = reading.read(b"q{#1e999999999:1}\n\nq{#" + b"9" * 300_000 + b"}", "a.gift")
    assert len(outcome.left) == 2
    assert all("is no number that can be marked" in one.reason for one in outcome.left)


BUSY = ("{" + "~=a" * 2_000 + "}", "[markdown]" + "![" * 2_001 + "{=a ~b}", "[html]" + "<b>" * 3_000 + "{=a ~b}", "a" * 500_000 + "{=a ~b}")


@pytest.mark.parametrize("text", BUSY, ids=("answers", "pictures", "tags", "letters"))
def test_a_question_that_would_keep_the_reader_busy_is_left_and_hides_no_other(text):
    outcome = reading.read(f"{text}\n\nWhat? {{=a ~b}}".encode(), "a.gift")
    assert [one.reason for one in outcome.left] == [TOO_LONG] and len(outcome.items) == 1
    assert reading.read(essay(text.replace("<", "&lt;")), "a.xml").left[0].reason == TOO_LONG


def test_long_runs_of_spaces_are_read_in_one_go():
    assert reading.read(b"a" + b" " * 390_000 + b"b{=a ~b}", "a.gift").items


def test_an_item_of_qti_with_too_many_elements_is_left():
    files = members("qti2")
    name = next(one for one in files if one.endswith("choice.xml"))
    outcome = reading.read(zipped(files | {name: files[name].replace(b"<itemBody>", b"<itemBody>" + b"<p/>" * 2_001)}), "a.zip")
    assert TOO_LONG in [one.reason for one in outcome.left]


def test_pictures_that_are_too_large_together_leave_their_descriptions(monkeypatch):
    outcome = reading.read(zipped(members("qti2")), "a.zip")
    assert all(import_actions.read_whole("a.zip", "", outcome).pictures.values())
    monkeypatch.setattr(png, "MOST_POINTS_TOGETHER", 0)
    assert not any(import_actions.read_whole("a.zip", "", outcome).pictures.values())
    assert png.points(b"no picture") == 0


# Whatever is done to a file


def survives(data: bytes, name: str, form: str = "auto") -> bool:
    """Reading gives drafts that can be written, or a clean refusal; and writing touches nothing outside its folder."""
    with tempfile.TemporaryDirectory() as place:
        outside = Path(place) / "kept.txt"
        outside.write_text("kept")
        try:
            outcome = reading.read(data, name, form=form)
            path = folder.write(Path(place) / "out", folder.bank_name(name), folder.bank_text(outcome, course="c", framework="f@1.0.0"), outcome.pictures)
            assert path.is_file()
            folder.report_lines(outcome, name)
        except (Invalid, Refused) as error:
            assert str(error)
        inside = Path(place) / "out"
        assert {path for path in Path(place).iterdir()} <= {outside, inside}
        assert outside.read_text() == "kept"
        assert not any(path.is_symlink() for path in inside.rglob("*"))
    return True


@st.composite
def mutated(draw, data: bytes) -> bytes:
    """`data` with a few pieces replaced, cut out or repeated."""
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 60)))
        piece = draw(st.one_of(st.binary(max_size=12), st.sampled_from(PIECES), st.just(data[start:end] * 2)))
        data = data[:start] + piece + data[end:]
    return data


PIECES = [b"<![foo[", b"<![ ", b"<", b">", b"]]>", b"<![CDATA[", b"&#xD800;", b"&lt;", b"<script>", b"fraction=\"nan\"", b"1e999", b"{", b"}", b"=", b"~",
          b"%", b"->", b"#",
          b"\\", b"::", b"\0", b"\xff\xfe", b"ANSWER: A", b"..", b"../", b"@@PLUGINFILE@@/", b"{mlang en}", b'<span class="multilang" lang="fr">', b",", b'"',
          b"<img src=x>", b"lms:level=9999999", b"lms:type=truefalse", b"<tags><tag><text>lms:keys=a b c</text></tag></tags>"]


@pytest.mark.parametrize("name", TEXT_SAMPLES)
@given(data=st.data())
@FUZZ
def test_mutated_text_files_give_drafts_or_a_refusal(name, data):
    assert survives(data.draw(mutated(sample(name))), name)


@pytest.mark.parametrize("package", ["qti2", "qti3"])
@given(data=st.data())
@FUZZ
def test_mutated_members_of_a_package_give_drafts_or_a_refusal(package, data):
    files = members(package)
    for name in data.draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=3, unique=True)):
        files[name] = data.draw(mutated(files[name]))
    assert survives(zipped(files), "pack.zip")


@given(data=st.data())
@FUZZ
def test_mutated_archives_give_drafts_or_a_refusal(data):
    assert survives(data.draw(mutated(zipped(members("qti3")))), "pack.zip")


@given(names=st.lists(st.text(max_size=20), max_size=4, unique=True), content=st.binary(max_size=40))
@FUZZ
def test_archives_with_any_names_give_drafts_or_a_refusal(names, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members("qti3").items():
            archive.writestr(name, data)
        for name in names:
            try:
                archive.writestr(name.encode("utf-8", "replace").decode().partition("\0")[0] or "x", content)
            except ValueError:
                continue
    assert survives(out.getvalue(), "pack.zip")


@pytest.mark.parametrize("form", [one for one in reading.FORMATS if one != "table"])
@given(data=st.binary(max_size=200))
@FUZZ
def test_any_bytes_in_any_format_give_drafts_or_a_refusal(form, data):
    assert survives(data, "bank", form)


def test_a_folder_that_holds_something_is_never_written_into(tmp_path):
    (tmp_path / "bank.yaml").write_text("mine")
    with pytest.raises(Refused, match="not empty"):
        folder.write(tmp_path, "bank", "new", {})
    assert (tmp_path / "bank.yaml").read_text() == "mine"


@pytest.mark.parametrize("name,pictures", [("../bank", {}), ("bank", {"../x.png": b""}), ("/bank", {})])
def test_names_that_lead_out_of_the_folder_are_refused(tmp_path, name, pictures):
    with pytest.raises(Refused, match="not taken"):
        folder.write(tmp_path / "out", name, "text", pictures)
    assert not (tmp_path / "out").exists()
