"""Questions come into a draft by a page: recognised, shown with every loss, chosen from, taken whole or not at all."""

from __future__ import annotations

import io
import re

import yaml
from sqlalchemy import func, select

from lms.authoring import actions as drafts
from lms.authoring.enums import DraftState
from lms.authoring.models import CourseDraft
from lms.interop import import_actions, sentences
from lms.interop.models import BankImport, ImportPicture
from tests.interop.files import PNG, members, sample, zipped
from tests.support.people import actor_of


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


FILES = [
    ("county.gift.txt", sample("county.gift.txt"), "braces"),
    ("county.moodle.xml", sample("county.moodle.xml"), "quiz"),
    ("county.aiken.txt", sample("county.aiken.txt"), "answer_lines"),
    ("county.csv", sample("county.csv"), "table"),
    ("qti2.zip", zipped(members("qti2")), "manifest"),
    ("qti3.zip", zipped(members("qti3")), "manifest"),
]


def test_each_format_is_recognised_shown_and_taken(study):
    browser, before = study.browser(), study.bank()
    for name, data, why in FILES:
        page = browser.get(study.read(name, data))
        kept = study.imports()[-1]
        assert (kept.why, kept.found) == (why, kept.carried + kept.left)
        assert study.bank() == before  # nothing is taken yet
        assert page.text.count('name="question"') == len(kept.outcome["items"])
        said = words(page.text)
        for row in kept.outcome["rows"]:
            for sentence in [row["reason"], *row["notes"]]:
                assert sentences.found(sentence) or not sentence, sentence
        assert "What becomes of it" in said
        chosen = re.findall(r'name="question" value="([^"]+)"', page.text)
        done = browser.post(page.request.path, data={"question": chosen}, follow_redirects=True)
        assert "taken into the draft" in words(done.text)
        before = study.bank()
        codes = [item["id"] for item in yaml.safe_load(before)["items"]]
        assert len(codes) == len(set(codes))
        assert all(code.startswith("C21-Q") for code in codes)
    with study.database.reading() as session:
        assert session.scalar(select(func.count(ImportPicture.id))) == 0
        assert any(path.startswith("assets/") for path in study.files(session))


def test_only_what_is_chosen_comes_and_what_stands_in_the_bank_stays_byte_for_byte(study):
    browser = study.browser()
    address = study.read("county.gift.txt", sample("county.gift.txt"))
    first = re.findall(r'name="question" value="([^"]+)"', browser.get(address).text)
    assert browser.post(address, data={}).status_code == 422
    browser.post(address, data={"question": first[:2]})
    one = study.bank()
    assert len(yaml.safe_load(one)["items"]) == 2
    assert browser.post(address, data={"question": first}).status_code == 409  # twice is once
    again = study.read("county.gift.txt", sample("county.gift.txt"))
    browser.post(again, data={"question": first[2:3]})
    assert study.bank().startswith(one)
    assert [item["id"] for item in yaml.safe_load(study.bank())["items"]] == ["C21-Q01", "C21-Q02", "C21-Q03"]
    item = yaml.safe_load(study.bank())["items"][0]
    assert (item["level"], item["competency"], item["version"]) == (None, None, 1)


def test_reports_list_every_question_and_let_be_keeps_the_draft(study):
    browser, before = study.browser(), study.bank()
    address = study.read("county.moodle.xml", sample("county.moodle.xml"))
    table = browser.get(f"{address}/report.csv").data.decode("utf-8-sig")
    assert sum(line[:1].isdigit() for line in table.splitlines()) >= study.imports()[0].found
    assert browser.get(f"{address}/report.xlsx").data[:2] == b"PK"
    assert browser.get(f"{address}?show=left").text.count("Not carried") >= 1 or "not carried" in browser.get(f"{address}?show=left").text
    assert browser.post(f"{address}/withdraw").status_code == 303
    assert study.bank() == before
    assert browser.get(address).status_code == 200
    assert browser.post(f"{address}/withdraw").status_code == 303
    assert study.imports()[0].outcome.keys() == {"rows", "remarks"}


def test_nobody_else_sees_it_and_a_draft_in_review_takes_nothing(study):
    address = study.read("county.csv", sample("county.csv"))
    assert study.browser("hr").get(address).status_code == 403
    assert study.browser("admin").get(address).status_code == 200
    author = actor_of(study.database, study.cast, "author")
    with study.database.writing() as session:
        draft = session.scalars(select(CourseDraft)).one()
        drafts.set_state(session, actor=author, now=study.now, draft=draft, state=DraftState.IN_REVIEW)
    assert study.browser().post(address, data={"question": ["x"]}).status_code == 409
    assert study.send("county.csv", sample("county.csv")).status_code == 409
    assert len(study.imports()) == 1


def test_what_is_refused_is_said_in_a_sentence_in_either_language(study):
    doctype = b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>'
    cases = [("x.xml", doctype, "DOCTYPE"), ("x.txt", b"nothing of ours", "can't be recognised"), ("x.zip", b"PK\x03\x04rubbish", "damaged"),
             ("x.csv", b"", "is empty"), ("x.xml", b"<quiz></quiz>", "no question"), ("x.zip", zipped({"../out.xml": b"<a/>"}), "leads out"),
             ("x.zip", zipped({"a.xml": b"0" * 30_000_000}), "unpacks to more")]  # fmt: skip
    for name, data, part in cases:
        answer = study.send(name, data)
        assert answer.status_code == 422
        assert part in answer.text.replace("&#39;", "'"), (name, part)
        assert study.send(name, data, language="zh-Hans").status_code == 422
    assert study.browser().post(f"/author/drafts/{study.ref}/import", data={}).status_code == 422
    assert study.imports() == []


def test_pictures_are_made_anew_and_a_broken_one_leaves_its_description(study):
    data = sample("county.moodle.xml")
    address = study.read("county.moodle.xml", data)
    study.browser().post(address, data={"question": re.findall(r'name="question" value="([^"]+)"', study.browser().get(address).text)})
    with study.database.reading() as session:
        pictures = [file for path, file in study.files(session).items() if path.startswith("assets/")]
    assert all(file.content.startswith(PNG[:8]) for file in pictures)
    from lms.interop import png

    name, made = png.made_anew(PNG + b"<script>alert(1)</script>")
    assert b"script" not in made
    assert name.endswith(".png")
    assert png.made_anew(PNG[:20]) is None
    assert png.made_anew(b"<svg onload='x'/>") is None
    gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    assert png.made_anew(gif)[1].startswith(PNG[:8])


def test_the_template_comes_back_whole_from_csv_and_workbook(study):
    browser = study.browser()
    for name in ("template.csv", "template.xlsx"):
        page = browser.get(study.read(name, browser.get(f"/author/import/{name}").data)).text
        kept = study.imports()[-1]
        assert (kept.found, kept.carried, kept.left) == (6, 6, 0)
        assert page.count('name="question"') == 6
    kinds = [item["type"] for item in study.imports()[-1].outcome["items"]]
    assert kinds == ["single", "multiple", "numeric", "ordering", "matching", "short"]


def test_imports_that_nobody_came_back_to_are_let_be(study):
    study.read("county.moodle.xml", sample("county.moodle.xml"))
    with study.database.writing() as session:
        assert import_actions.forget_old(session, now=study.now) == 0
        assert import_actions.forget_old(session, now=study.now + import_actions.KEPT * 2) == 1
        assert session.scalars(select(BankImport.state)).one() == "withdrawn"
        assert session.scalar(select(func.count(ImportPicture.id))) == 0


def package(browser, study) -> bytes:
    return browser.get(f"/author/drafts/{study.ref}/export.zip").data


def send_package(browser, data: bytes, **form):
    return browser.post("/author/import", data={"file": (io.BytesIO(data), "course.zip"), **form}, content_type="multipart/form-data")


def test_a_package_comes_back_byte_for_byte_as_a_new_draft(study):
    browser = study.browser()
    study.browser().post(study.read("county.csv", sample("county.csv")), data={"question": [item["id"] for item in study.imports()[0].outcome["items"]]})
    data = package(browser, study)
    made = send_package(browser, data)
    assert made.status_code == 303
    ref = made.location.rpartition("/")[2]
    assert ref != study.ref
    assert browser.get(f"/author/drafts/{ref}/export.zip").data == data
    admin = study.browser("admin")
    assert send_package(admin, data).status_code == 303
    assert send_package(admin, data, partner="U01").status_code == 303
    assert send_package(admin, data, partner="U99").status_code == 404
    assert study.browser("hr").get("/author/import").status_code == 403


def test_a_head_in_another_encoding_is_named(study):
    data = {"file": (io.BytesIO(zipped({"courses/x/course.yaml": "title: 井".encode("gb18030")})), "x.zip")}
    assert "course.yaml is not written in UTF-8" in words(study.browser().post("/author/import", data=data, content_type="multipart/form-data").text)


def test_no_package_is_refused_in_a_sentence(study):
    several = {"a/course.yaml": b"x", "b/course.yaml": b"x"}
    for files in ({"readme.txt": b"x"}, several, {"../course.yaml": b"x"}, {"course.yaml": b"\xff\xfe\x00"}):
        answer = send_package(study.browser(), zipped(files))
        assert (answer.status_code, len(study.imports())) == (422, 0), files


def test_what_does_not_belong_to_a_package_is_listed(study):
    browser = study.browser()
    import zipfile

    with zipfile.ZipFile(io.BytesIO(package(browser, study))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files |= {"courses/town-networks/notes.docx": b"x", "courses/town-networks/assets/bad.svg": b"<svg onload='alert(1)'/>", "other/readme.txt": b"x"}
    page = browser.get(send_package(browser, zipped(files)).location)
    said = words(page.text)
    for part in ("notes.docx", "bad.svg", "other/readme.txt", "It is not part of a course package", "It belongs to another folder"):
        assert part in said
    assert study.imports()[-1].left == 3


def test_drafts_and_courses_in_force_go_out_and_only_to_their_own(study):
    browser = study.browser()
    study.browser().post(study.read("county.csv", sample("county.csv")), data={"question": [item["id"] for item in study.imports()[0].outcome["items"]]})
    assert browser.get(f"/author/drafts/{study.ref}/questions").status_code == 200
    assert browser.get(f"/author/drafts/{study.ref}/questions.moodle.xml").status_code in (200, 404)
    for broken, code in (("items: [", 422), ("- a", 422), ("items: " + "[" * 200_000, 422), ("misconceptions: {M-A: 3}\nitems: []\n", 200)):
        number = re.search(r'name="base" value="(\d+)"', browser.get(f"/author/drafts/{study.ref}/file?file=bank.yaml").text)[1]
        browser.post(f"/author/drafts/{study.ref}/file", data={"file": "bank.yaml", "text": broken, "base": number})
        assert study.bank().strip() == broken.strip()
        assert browser.get(f"/author/drafts/{study.ref}/questions").status_code == code
    assert "None of the courses in force" in words(browser.get("/author/export").text)
    assert browser.get("/author/export/internet-and-governance.zip").status_code == 404
    assert browser.get("/author/export/internet-and-governance.moodle.xml").status_code == 404
