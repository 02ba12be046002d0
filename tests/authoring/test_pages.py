"""Pages of drafts in a browser without script: begin, write, look, decide, take along."""

import io
import re
import zipfile

import pytest
from sqlalchemy import select

from lms.authoring import actions, checking_queries, queries
from lms.authoring.models import CourseDraft
from lms.courses import content
from lms.courses.models import Course
from lms.feedback.models import CommentOwner
from lms.people.models import Partner
from tests.support.people import actor_of, browser_of

LESSON = "lessons/01-first-lesson.zh.md"


@pytest.fixture
def author(app, cast):
    browser = browser_of(app, cast, "author")
    browser.set_cookie("language", "en")
    return browser


@pytest.fixture
def draft(database, cast, now):
    author = actor_of(database, cast, "author")
    with database.writing() as session:
        partner = session.get_one(Partner, cast.partner_id)
        return actions.create_draft(
            session, actor=author, now=now, partner=partner, code="C50", slug="wells", title_zh="井", title_en="Wells"
        )


def page(browser, address, status=200):
    answer = browser.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_every_page_of_a_draft_opens(author, draft):
    start = f"/author/drafts/{draft.ref}"
    addresses = ["/author/drafts/", "/author/drafts/?state=all&q=wells&order=code", "/author/drafts/new", start, f"{start}/lessons/01-first-lesson",
                 f"{start}/lessons/01-first-lesson?language=zh&line=14", f"{start}/preview/01-first-lesson?language=en", f"{start}/pictures/",
                 f"{start}/history/", f"{start}/history/?file={LESSON}", f"{start}/history/1?file={LESSON}", f"{start}/file?file=course.yaml&line=3",
                 f"{start}/discard", "/author/facts?q=law", "/author/facts?part=1&q=x"]  # fmt: skip
    for address in addresses:
        assert "<" in page(author, address)
    assert author.get("/author/drafts/export.csv").get_data(as_text=True).count("wells") == 1
    page(author, f"{start}/lessons/02-nothing", 404)
    page(author, "/author/drafts/unknown", 404)


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4"/></svg>'
JSON = {"Accept": "application/json"}


def fields(browser, draft, stem="01-first-lesson"):
    """What the editor's form would send if nobody touched it."""
    html = page(browser, f"/author/drafts/{draft.ref}/lessons/{stem}")
    bodies = dict(re.findall(r'<textarea id="write-(\w\w)".*?>\n(.*?)</textarea>', html, re.S))
    hidden = dict(re.findall(r'name="(base_\w\w|title_\w\w|hours|review_by|facts)"[^>]*?value="(.*?)"', html))
    hidden |= {name: value for name, value in re.findall(r'<input[^>]*id="(title_\w\w|hours|review_by|facts)"[^>]*?value="(.*?)"', html)}
    return hidden | {f"body_{language}": body for language, body in bodies.items()}


def now_of(database, draft, path=LESSON):
    with database.reading() as session:
        return queries.file_now(session, draft.id, path)


def test_a_form_that_nobody_touched_saves_nothing_and_a_change_saves_itself_only(author, draft, database):
    address = f"/author/drafts/{draft.ref}/lessons/01-first-lesson"
    sent = fields(author, draft)
    assert author.post(address, data=sent | {"serve_c": "", "serve_level": "1"}).status_code == 303
    assert now_of(database, draft).number == 1
    before = now_of(database, draft).text
    sent |= {"body_zh": sent["body_zh"].replace("\n", "\r\n") + "\r\n\r\n井水变浑了。", "facts": "lf-101， LF-102", "serve_c": "SEC-1", "serve_level": "2"}
    assert author.post(address, data=sent).status_code == 303
    after = now_of(database, draft)
    assert after.text == before.replace("facts: []", "facts: [LF-101, LF-102]").replace("serves: []", "serves: [{c: SEC-1, level: 2}]") + "\n井水变浑了。\n"
    assert "facts: [LF-101, LF-102]" in now_of(database, draft, LESSON.replace(".zh.", ".en.")).text
    author.post(address, data=fields(author, draft) | {"hours": "2"})
    assert "file: 01-first-lesson, hours: 2}" in now_of(database, draft, "course.yaml").text and "\nhours: 2\n" in now_of(database, draft, "course.yaml").text


def test_the_script_learns_how_each_language_was_saved(app, author, draft, database, cast):
    address = f"/author/drafts/{draft.ref}/lessons/01-first-lesson"
    sent = fields(author, draft)
    first = author.post(address, data=sent | {"body_zh": sent["body_zh"] + "\n\n甲。", "kind": "autosave"}, headers=JSON).get_json()
    assert {language: (one["outcome"], one["number"]) for language, one in first["texts"].items()} == {"zh": ("saved", 2), "en": ("unchanged", 1)}
    admin = browser_of(app, cast, "admin")
    other = admin.post(address, data=sent | {"body_zh": sent["body_zh"].replace("## 情境", "## 场景"), "kind": "autosave"}, headers=JSON).get_json()
    merged = other["texts"]["zh"]
    assert (merged["outcome"], merged["own"], merged["number"]) == ("merged", 3, 4) and "甲。" in merged["body"] and "## 场景" in merged["body"]
    assert "作者" in other["others"]
    clash = author.post(address, data=sent | {"body_zh": sent["body_zh"].replace("## 情境", "## 情况"), "kind": "autosave"}, headers=JSON).get_json()
    assert clash["texts"]["zh"]["outcome"] == "conflict" and clash["texts"]["zh"]["conflict"].startswith(f"/author/drafts/{draft.ref}/conflicts/")
    shown = page(author, clash["texts"]["zh"]["conflict"])
    assert "<del>场景</del>" in shown and "<ins>情况</ins>" in shown
    assert author.post(clash["texts"]["zh"]["conflict"], data={"take": "mine", "base": "4"}).status_code == 303
    assert "## 情况" in now_of(database, draft).text and "甲。" in now_of(database, draft).text
    assert "Settled on" in page(author, clash["texts"]["zh"]["conflict"])
    assert author.post(clash["texts"]["zh"]["conflict"], data={"take": "theirs", "base": "5"}).status_code == 409


def test_checks_and_preview_speak_of_what_is_just_written(author, draft):
    start = f"/author/drafts/{draft.ref}"
    sent = fields(author, draft)
    sent["body_zh"] += "\n\n<b>粗</b>"
    said = author.post(f"{start}/lessons/01-first-lesson/check", data=sent).get_json()
    line = sent["body_zh"].count("\n") + 1
    assert [one["what"] for one in said["problems"]["zh"] if one["at"] == line] == ["Raw HTML is not used: <b>"]
    assert said["counts"]["zh"].endswith("(600 to 900)")
    sent["facts"] = "lf-999，LF-101"
    cited = author.post(f"{start}/lessons/01-first-lesson/check", data=sent).get_json()["cited"]
    assert [cited.count(text) for text in ("<b>LF-999</b>", "<b>LF-101</b>", "The register has no such fact.")] == [1, 1, 2]
    html = author.post(f"{start}/preview", data={"body": "## 井 <script>x</script>\n\n![井](assets/well.svg)"}).get_data(as_text=True)
    assert '<h2 id="s1">' in html and "<script" not in html and f"/author/drafts/{draft.ref}/pictures/well.svg" in html


def test_pictures_are_told_by_content_and_leave_only_when_unused(author, draft, database):
    start = f"/author/drafts/{draft.ref}/pictures/"

    def bring(content, name, headers=None, **more):
        return author.post(start, data={"picture": (io.BytesIO(content), name), **more}, headers=headers, content_type="multipart/form-data")

    assert bring(SVG, "Der Brunnen.png", headers=JSON, alt_zh="井[图]", alt_en="A well").get_json() == {
        "name": "der-brunnen.svg", "lines": {"zh": "![井图](assets/der-brunnen.svg)", "en": "![A well](assets/der-brunnen.svg)"},
    }  # fmt: skip
    assert bring(PNG, "../../x.svg").status_code == 303
    assert author.get(f"{start}x.png").data == PNG
    refused = bring(SVG.replace(b"<rect", b"<script/><rect"), "bad.svg")
    assert refused.status_code == 422 and "active content" in refused.get_data(as_text=True)
    assert bring(b"GIF89a", "a.gif").status_code == 422 and bring(SVG, "der-brunnen.svg").status_code == 409
    sent = fields(author, draft)
    author.post(f"/author/drafts/{draft.ref}/lessons/01-first-lesson", data=sent | {"body_zh": sent["body_zh"] + "\n\n![井](assets/x.png)"})
    assert author.post(f"{start}x.png/remove").status_code == 409 and author.post(f"{start}der-brunnen.svg/remove").status_code == 303
    with database.reading() as session:
        assert [path for path in queries.paths_now(session, draft.id) if path.startswith("assets")] == ["assets/x.png"]


def test_lessons_come_and_go_versions_are_taken_up_again_and_the_package_is_taken_along(author, draft, database):
    start = f"/author/drafts/{draft.ref}"
    added = author.post(f"{start}/lessons", data={"name": "the-well", "title_zh": "井", "title_en": "The well"})
    assert added.location.endswith("/lessons/02-the-well")
    assert author.post(f"{start}/lessons/arrange", data={"lesson": "02-the-well", "step": "up"}).status_code == 303
    assert "id: C50-L1\n" in now_of(database, draft, "lessons/02-the-well.zh.md").text
    page(author, f"{start}/lessons/02-the-well/out")
    assert author.post(f"{start}/lessons/arrange", data={"lesson": "02-the-well", "step": "remove"}).status_code == 303
    page(author, f"{start}/lessons/02-the-well", 404)
    assert author.post(f"{start}/history/1/restore", data={"file": "lessons/02-the-well.zh.md"}).status_code == 303
    assert now_of(database, draft, "lessons/02-the-well.zh.md").number == 4
    assert "taken up again" in page(author, f"{start}/history/4?file=lessons/02-the-well.zh.md")
    archive = zipfile.ZipFile(io.BytesIO(author.get(f"{start}/export.zip").data))
    with database.reading() as session:
        files = queries.package_bytes(session, draft.id)
    assert {name: archive.read(name) for name in archive.namelist()} == {
        f"assessments/{draft.slug}.yaml" if path == "bank.yaml" else f"courses/{draft.slug}/{path}": content for path, content in files.items()
    }
    raw = now_of(database, draft, "course.yaml")
    changed = raw.text.replace("en: All staff", "en: Everyone")
    assert author.post(f"{start}/file", data={"file": "course.yaml", "base": raw.number, "text": changed}).status_code == 303
    assert now_of(database, draft, "course.yaml").text == changed and author.post(f"{start}/tidy").status_code == 303
    assert author.post(f"{start}/discard").status_code == 303
    assert author.post(f"{start}/file", data={"file": "course.yaml", "base": raw.number + 1, "text": raw.text}).status_code == 409


def test_only_those_who_write_for_the_organisation_come_in(app, cast, draft, database, now):
    for key, status in (("author", 200), ("admin", 200), ("hr", 403), ("zhaxi", 403), ("assessor", 403)):
        browser = browser_of(app, cast, key)
        assert browser.get(f"/author/drafts/{draft.ref}").status_code == status
        assert browser.get("/author/drafts/").status_code == status
    with database.writing() as session:
        other = Partner(ref="other", code="U02", name_zh="别的大学", name_en="Other University", kind="university", created_at=now)
        session.add(other)
        session.flush()
        session.merge(draft).partner_id = other.id
    for address in ("", "/lessons/01-first-lesson", "/history/", "/pictures/", "/export.zip", "/file?file=course.yaml"):
        assert browser_of(app, cast, "author").get(f"/author/drafts/{draft.ref}{address}").status_code == 404


def test_a_draft_says_the_same_as_the_check_of_its_files(database, draft, now):
    with database.reading() as session:
        report = checking_queries.check(session, draft, now.date())
    assert {one.path for one in checking_queries.findings(report)} == {"course.yaml", "bank.yaml", LESSON, LESSON.replace(".zh.", ".en.")}
    assert report.package is None and not any(one.path.startswith("/") for one in checking_queries.findings(report))


def test_a_version_of_the_bank_names_the_questions_that_differ(author, draft, database, cast, now):
    begin = 'schema: assessment/1\ncourse: wells\nblueprint: {form_length: 2}\nitems:\n'
    first = begin + "  - {id: C50-Q01, version: 1, stem: {zh: 问, en: Ask}}\n  - {id: C50-Q02, version: 1}\n"
    second = begin.replace("2}", "3}") + "  - {id: C50-Q03, version: 1}\n  - {id: C50-Q01, version: 1, stem: {zh: 再问, en: Ask}, answer: a}\n"
    writer = actor_of(database, cast, "author")
    with database.writing() as session:
        for base, text in ((1, first), (2, second), (3, "items: [")):
            one = queries.find(session, draft.ref, actor=writer)
            actions.save(session, actor=writer, now=now, draft=one, path="bank.yaml", text=text, base=base, kind="saved")
    start = f"/author/drafts/{draft.ref}/history"
    assert "Questions that differ" not in page(author, f"{start}/4?file=bank.yaml")
    with database.writing() as session:
        one = queries.find(session, draft.ref, actor=writer)
        actions.save(session, actor=writer, now=now, draft=one, path="bank.yaml", text=second, base=4, kind="saved")
    shown = page(author, f"{start}/3?file=bank.yaml").partition("Questions that differ")[2].partition("</ul>")[0]
    lines = [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in shown.split("<li>")[1:]]
    assert lines == [
        "C50-Q03 · new", "C50-Q01 · changed · question text, right answer", "C50-Q02 · removed",
        "Blueprint, misconceptions, feedback · changed · blueprint",
    ]  # fmt: skip
    assert re.findall(r'href="([^"]+)"', shown) == [f"/author/drafts/{draft.ref}/items/C50-Q03", f"/author/drafts/{draft.ref}/items/C50-Q01"]


@pytest.mark.parametrize("base", ["9" * 20, "-" + "9" * 20, "3000000000"])
def test_a_version_that_no_database_counts_to_is_none(author, draft, base):
    start = f"/author/drafts/{draft.ref}"
    sent = {"language": "zh", "title_zh": "一", "body_zh": "二", "title_en": "One", "body_en": "Two", "base_zh": base, "base_en": base, "base": base}
    assert author.post(f"{start}/lessons/01-first-lesson", data=sent).status_code < 500
    assert author.post(f"{start}/course", data=sent).status_code < 500
    assert author.post(f"{start}/file", data=sent | {"file": LESSON, "text": "# x"}).status_code < 500


def test_a_course_of_another_organisation_begins_no_draft(app, database, cast, now, author):
    """Its files hold its keys, which are confidential. A course of none is open to every author."""
    with database.writing() as session:
        list(content.load(session, now))
        course = session.scalars(select(Course).where(Course.slug == "internet-and-governance")).one()
        other = Partner(ref="p" * 16, code="U02", name_zh="别的大学", name_en="Another University", kind="university", created_at=now)
        session.add(other)
        session.flush()
        session.add(CommentOwner(course_id=course.id, partner_id=other.id, named_by="test", named_at=now))
    assert 'value="internet-and-governance"' not in page(author, "/author/drafts/new")
    assert author.post("/author/drafts/new/from-course", data={"course": "internet-and-governance"}).status_code == 404
    assert author.post("/reviews/courses/internet-and-governance/hot-fix").status_code in (303, 404)
    with database.writing() as session:
        assert session.scalars(select(CourseDraft)).all() == []
        session.get_one(CommentOwner, course.id).partner_id = cast.partner_id
    assert author.post("/author/drafts/new/from-course", data={"course": "internet-and-governance"}).status_code == 303


def test_a_refused_new_course_points_at_its_field_and_keeps_the_rest(author):
    whole = {"code": "C51", "slug": "wells", "title_zh": "井", "title_en": "Wells"}
    for field, wrong in (("code", "51"), ("slug", "My Wells"), ("title_zh", " "), ("title_en", "")):
        answer = author.post("/author/drafts/new", data=whole | {field: wrong})
        assert answer.status_code == 422 and f'href="#{field}"' in answer.text
        assert all(f'value="{value}"' in answer.text for name, value in whole.items() if name != field)
    assert author.post("/author/drafts/new", data=whole).status_code == 303
