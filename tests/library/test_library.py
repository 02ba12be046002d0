"""What is shared, found, used elsewhere, given a new version and withdrawn."""

import pytest

from lms.core.sheets import read_table
from tests.library.conftest import CASE, SAID
from tests.portfolio import made


def test_something_is_shared_found_and_kept_as_it_is(shelf):
    url = shelf.shared()
    page = shelf.browser("far").get(url).text
    assert all(words in page for words in ("The week the wells went cloudy", "CC BY 4.0", "Partner University", "fang@u01.example", "not used by others yet"))
    assert "Keep this entry" not in page and "Keep this entry" in shelf.browser("author").get(url).text
    file = shelf.browser("far").get(f"{url}/versions/1/file")
    assert file.data == CASE and file.headers["Content-Disposition"] == "attachment; filename=case.md" and "sandbox" in file.headers["Content-Security-Policy"]
    chinese = shelf.browser("far", "zh-Hans").get("/library/?q=传言").text
    assert "井水变浑的那一周" in chinese and "The week" not in chinese
    for query in ("q=RUMOUR", "kind=case", "licence=cc-by", "competency=SRV-2", "q=partner+univ", "state=all", "order=title"):
        assert "The week the wells" in shelf.browser("far").get(f"/library/?{query}").text, query
    for query in ("q=nothing", "kind=bank", "licence=cc0", "competency=SEC-1", "state=withdrawn", "state=own", "state=used"):
        assert "Nothing of this kind is shared yet." in shelf.browser("far").get(f"/library/?{query}").text, query
    assert "The week" in shelf.browser("lin").get("/library/?state=own").text


@pytest.mark.parametrize(
    "said,says",
    [
        ({"title_en": " "}, "title in both languages"),
        ({"summary_zh": ""}, "what it is good for"),
        ({"licence": "mine"}, "Choose the licence"),
        ({"licence": "words"}, "what others may do"),
        ({"kind": "film"}, "Choose what it is"),
        ({"contact": "x" * 200}, "within 160 characters"),
        ({"data": b"", "name": ""}, "Choose the file"),
        ({"data": made.EXE, "name": "case.md"}, "not what the name"),
        ({"data": b"x", "name": "case.exe"}, "not taken"),
        ({"data": b"<!DOCTYPE q [<!ENTITY a 'b'>]><quiz/>", "name": "bank.xml"}, "entities"),
    ],
)
def test_what_is_wrong_with_it_is_said_and_nothing_is_kept(shelf, said, says):
    answer = shelf.share(**said)
    assert answer.status_code == 422 and says in answer.text and shelf.entries() == []


GOOD = {
    "slides.odp": made.archive({"mimetype": b"application/vnd.oasis.opendocument.presentation", "META-INF/manifest.xml": b"<manifest/>"}, stored=("mimetype",)),
    "slides.pptx": made.pptx(), "paper.pdf": made.PDF, "text.docx": made.docx(), "table.xlsx": made.xlsx(), "text.odt": made.odt(),
    "pictures.zip": made.archive({"a.png": made.PNG, "b/c.jpg": made.JPG}), "bank.gift": "::Q1:: 什么? {=甲 ~乙}".encode(),
    "bank.xml": b'<?xml version="1.0"?><quiz><question type="essay"/></quiz>',
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_files_of_these_kinds_are_taken(shelf, name):
    url = shelf.shared(data=GOOD[name], name=name, kind="other")
    assert shelf.browser("far").get(f"{url}/versions/1/file").data == GOOD[name]


BAD = {
    "a page in a zip": ("p.zip", made.archive({"a.html": made.HTML})),
    "a script called picture": ("p.zip", made.archive({"a.png": made.SVG})),
    "nothing in a zip": ("p.zip", made.archive({})),
    "a path in a zip": ("p.zip", made.archive({"../../a.png": made.PNG})),
    "a bomb": ("p.zip", made.archive({"a.png": made.PNG + b"\0" * 20_000_000})),
    "another XML": ("b.xml", b"<html><script/></html>"),
    "a broken XML": ("b.xml", b"<quiz><question></quiz>"),
    "entities": ("b.xml", b'<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>'),
    "no questions": ("b.gift", b"nothing here"),
    "a page called gift": ("b.gift", made.HTML + b"{}"),
    "a picture with scripts": ("p.svg", made.SVG),
}


@pytest.mark.parametrize("what", BAD)
def test_files_that_could_do_harm_are_refused(shelf, what):
    name, data = BAD[what]
    assert shelf.share(data=data, name=name).status_code == 422 and shelf.entries() == []


@pytest.mark.parametrize("number", ["9" * 20, "3000000000"])
def test_a_version_that_no_database_counts_to_stands_for_the_newest(shelf, number):
    assert shelf.use(shelf.shared(), words="A day on site", number=number).status_code == 303


def test_uses_count_and_downloads_do_not(shelf):
    url, draft = shelf.shared(), shelf.draft()
    for _time in range(3):
        shelf.browser("li").get(f"{url}/versions/1/file")
    assert "not used by others yet" in shelf.browser("author").get(url).text
    assert shelf.use(url, place=f"draft:{draft}").status_code == 303
    assert shelf.use(url, place=f"draft:{draft}").status_code == 303, "the same place is one place"
    assert shelf.use(url, words="A day on site, 3 May 2026").status_code == 303
    assert shelf.use(url, "admin", words="Introduction for auditors").status_code == 303
    owner = shelf.browser("author").get(url).text
    assert "3 places in 2 organisations" in owner and "Far Institute" in owner and "Administration of the platform" in owner
    assert "Water and data" not in owner and "A day on site" not in owner, "where it is used is the user's own business"
    mine = shelf.browser("li").get(url).text
    assert "Draft “Water and data”" in mine and "A day on site" in mine and "auditors" not in mine
    assert "This is your own" in shelf.use(url, "author", words="here").text
    assert shelf.use(url, words=" ").status_code == 422
    table = read_table(shelf.browser("admin").get("/library/export.csv?order=reused").data)
    assert table[1][-2:] == ["3", "2"] and table[1][4] == "Partner University"
    other = shelf.shared(title_en="Newer and unused")
    listed = shelf.browser("far").get("/library/?order=reused").text
    assert listed.index("The week the wells") < listed.index("Newer and unused") and other in listed
    newest = shelf.browser("far").get("/library/").text
    assert newest.index("Newer and unused") < newest.index("The week the wells")


def test_a_use_ends_by_who_noted_it(shelf):
    url = shelf.shared()
    shelf.use(url, words="A day on site")
    page = shelf.browser("li").get(url).text
    end = page.split(f'action="{url}/uses/')[1].split('"')[0]
    assert shelf.browser("author").post(f"{url}/uses/{end}").status_code == 404
    assert shelf.browser("far").post(f"{url}/uses/{end}").status_code == 303
    assert "not used by others yet" in shelf.browser("li").get(url).text


def test_a_new_version_tells_those_who_use_it_and_leaves_the_old_one(shelf):
    url = shelf.shared()
    shelf.use(url, words="A day on site")
    assert shelf.version(url, data=CASE).status_code == 409
    assert shelf.version(url, note=" ").status_code == 422 and shelf.version(url, data=b"", name="").status_code == 422
    assert shelf.version(url).status_code == 303
    assert shelf.office.told("li") == ["library_version"] == shelf.office.told("far") and shelf.office.told("author") == []
    assert "has a version 2: Shorter." in shelf.browser("li").get("/me/notices").text
    browser = shelf.browser("li")
    assert browser.get(f"{url}/versions/1/file").data == CASE and browser.get(f"{url}/versions/2/file").data == CASE + b"\n"
    assert browser.get(f"{url}/versions/3/file").status_code == 404


def test_withdrawn_it_stays_with_those_who_use_it(shelf):
    url = shelf.shared()
    shelf.use(url, "li", words="A day on site")
    author = shelf.browser("author")
    assert "Far Institute" in author.get(f"{url}/withdraw").text
    assert author.post(f"{url}/withdraw", data={"reason": ""}).status_code == 422
    assert author.post(f"{url}/withdraw", data={"reason": "It names a village."}).status_code == 303
    assert author.post(f"{url}/withdraw", data={"reason": "Again."}).status_code == 409
    assert shelf.version(url).status_code == 409 and author.post(f"{url}/edit", data=SAID).status_code == 409
    assert shelf.office.told("li") == ["library_withdrawn"]
    page = shelf.browser("far").get(url).text
    assert "It names a village." in page and shelf.browser("far").get(f"{url}/versions/1/file").status_code == 200
    assert shelf.browser("li").get("/library/").text.count(url) == 0 and url in shelf.browser("li").get("/library/?state=used").text
    assert shelf.use(url, "li", words="Elsewhere").status_code == 303
    shelf.browser("admin").post(f"{url}/withdraw")
    with shelf.office.database.writing() as session:
        from lms.library.models import LibraryReuse

        session.query(LibraryReuse).update({"ended_at": shelf.office.now})
    assert shelf.browser("li").get(f"{url}/versions/1/file").status_code == 404 and shelf.use(url, "li", words="x").status_code == 404
    assert author.get(f"{url}/versions/1/file").status_code == 200


def test_only_the_owner_and_the_administrator_keep_an_entry(shelf):
    url = shelf.shared()
    for key in ("li", "far"):
        browser = shelf.browser(key)
        for part in ("edit", "version", "withdraw"):
            assert browser.get(f"{url}/{part}").status_code == 404
            assert browser.post(f"{url}/{part}", data=SAID | {"reason": "r", "note": "n"}).status_code == 404
    for key in ("zhaxi", "hr", "sun", "auditor", "head"):
        assert shelf.browser(key).get("/library/").status_code == 403 == shelf.browser(key).get(f"{url}/versions/1/file").status_code
    assert shelf.browser("lin").post(f"{url}/edit", data=SAID | {"title_en": "Renamed"}).status_code == 303
    assert shelf.browser("admin").post(f"{url}/withdraw", data={"reason": "A complaint."}).status_code == 303
    kinds = ("library_shared", "library_changed", "library_withdrawn")
    assert [(action, actor) for action, actor, _subject in shelf.office.logged(*kinds)] == [
        ("library_shared", "作者"), ("library_changed", "林协调"), ("library_withdrawn", "管理员"),
    ]  # fmt: skip


def test_a_draft_of_another_organisation_cannot_be_named(shelf):
    url, draft = shelf.shared("far"), shelf.draft("author", "U01")
    assert shelf.use(url, "li", place=f"draft:{draft}").status_code == 404
    assert shelf.browser("li").post(f"{shelf.shared()}/take", data={"draft": draft, "path": "lessons/01-first-lesson.zh.md"}).status_code == 404
