"""The head of a course as a form: what is left alone keeps its bytes, what is changed is checked and saved."""

from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from lms.authoring import actions, head_form, queries
from lms.authoring.item_form import shown
from lms.courses.canonical import COURSE_KEYS, format_yaml
from lms.people.models import Partner
from tests.authoring.pages import send, soup
from tests.support.people import actor_of, browser_of

ROOT = Path(__file__).parents[2]
COURSES = {path.parent.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "courses").glob("*/course.yaml"))}
HEAD = """\
# The head of a small course.
schema: course/1
slug: reading-notices
code: T01
version: "0.1.0"               # not released yet
status: draft
title: {zh: 读通知, en: Reading notices}
summary:
  zh: 学会读通知。
  en: "Learn to read: notices."
audience: {zh: 全体公务员, en: All staff}
hours: 1                       # one lesson
prerequisites: [C01]
moves:
- {c: NET-1, from: 0, to: 1}
lessons:
- {id: T01-L1, file: 01-a, hours: 1}
assessment: reading-notices
authors: [{name: 张老师, org: {zh: 大学, en: University}}]
licence: "CC BY 4.0"
review_by: "2027-12-31"
glossary:
# the terms of the law
- {zh: 通知, en: notice}
- {zh: 期限, en: time limit}
changelog:
- {version: "0.1.0", date: "2026-11-01", zh: 首版, en: First version}
"""


def form_of(data):
    """The form as a browser sends it untouched."""
    form = MultiDict()
    for name in head_form.TEXTS:
        for lang in ("zh", "en"):
            form.add(f"{name}.{lang}", shown((data.get(name) or {}).get(lang)))
    for name in (*head_form.LINES, "hours"):
        form.add(name, shown(data.get(name)))
    form.add("prerequisites", " ".join(data.get("prerequisites") or []))
    for name, fields in head_form.ROWS.items():
        for place, row in enumerate(data.get(name) or []):
            for field in fields:
                key, _, inside = field.partition(".")
                form.add(f"{name}.{place}.{field}", shown((row.get(key) or {}).get(inside) if inside else row.get(key)))
    return form


def test_keys_are_those_of_the_canonical_form():
    assert head_form.STYLE.order[: len(COURSE_KEYS)] == COURSE_KEYS


@pytest.mark.parametrize("slug", sorted(COURSES))
def test_the_head_of_every_course_comes_back_byte_for_byte(slug):
    text = COURSES[slug]
    data = head_form.Text(text, head_form.STYLE).data()
    assert head_form.changed(text, head_form.read(form_of(data), data)) == {}


@pytest.mark.parametrize("slug", sorted(COURSES))
def test_a_change_of_each_part_changes_its_own_lines_and_stays_canonical(slug):
    text = COURSES[slug]
    data = head_form.Text(text, head_form.STYLE).data()
    form = form_of(data)
    form["title.en"], form["hours"], form["prerequisites"] = "Another title: one", "9", "C01，C02"
    form["moves.0.to"], form["glossary.1.en"], form["version"] = "1", "another word", "9.0.0"
    changes = head_form.changed(text, head_form.read(form, data))
    assert set(changes) == {"title", "hours", "prerequisites", "moves", "glossary", "version"} - ({"moves"} if data["moves"][0]["to"] == 1 else set())
    new = head_form.written(text, changes)
    differ = [one for one, other in zip(text.split("\n"), new.split("\n"), strict=True) if one != other]
    assert len(differ) == len(changes) and format_yaml(new, COURSE_KEYS) == new
    back = head_form.written(new, head_form.changed(new, {name: data[name] for name in changes}))
    assert head_form.Text(back, head_form.STYLE).data() == data


def test_rows_are_added_taken_out_and_comments_stay():
    data = head_form.Text(HEAD, head_form.STYLE).data()
    more = head_form.rearranged(data, "glossary:add", today="2026-11-23")
    more["glossary"][2] = {"zh": "机关", "en": "agency: a body"}
    new = head_form.written(HEAD, head_form.changed(HEAD, more))
    assert new.replace('- {zh: 机关, en: "agency: a body"}\n', "") == HEAD
    fewer = head_form.rearranged(data, "glossary:remove:0", today="")
    assert "# the terms of the law\n" in head_form.written(HEAD, head_form.changed(HEAD, fewer))
    entry = head_form.rearranged(data | {"version": "0.2.0"}, "changelog:add", today="2026-11-23")
    assert entry["changelog"][0] == {"version": "0.2.0", "date": "2026-11-23", "zh": "", "en": ""}
    assert head_form.rearranged(data, "save", today="") is None


def test_a_line_belongs_to_the_key_above_it():
    keys = head_form.keys_of_lines(HEAD)
    assert [head_form.key_at(keys, line) for line in (1, 2, 9, 10, 24)] == ["", "schema", "summary", "summary", "glossary"]


@pytest.fixture
def author(app, cast):
    return browser_of(app, cast, "author")


@pytest.fixture
def draft(database, cast, now):
    writer = actor_of(database, cast, "author")
    with database.writing() as session:
        files = {"course.yaml": HEAD.encode()}
        return actions.draft_from_files(session, actor=writer, now=now, partner=session.get_one(Partner, cast.partner_id), files=files)


def opened(author, draft):
    answer = author.get(f"/author/drafts/{draft.ref}/course")
    assert answer.status_code == 200
    return soup(answer)


def text(database, draft):
    with database.reading() as session:
        return queries.file_now(session, draft.id, "course.yaml").text


def test_the_page_saves_what_was_changed_and_names_the_draft_after_it(author, database, draft):
    page = opened(author, draft)
    assert send(author, page, "#head", do="save").status_code == 303 and text(database, draft) == HEAD
    page = soup(send(author, page, "#head", {"title.zh": "读懂通知"}, do="moves:add"))
    assert "Not saved yet" in page.text and page.select_one("[name='title.zh']").text == "读懂通知"
    assert send(author, page, "#head", {"moves.1.c": "GOV-1", "moves.1.to": "2"}, do="save").status_code == 303
    new = text(database, draft)
    assert new == HEAD.replace("读通知, en", "读懂通知, en").replace("to: 1}\n", "to: 1}\n- {c: GOV-1, from: 0, to: 2}\n")
    with database.reading() as session:
        assert queries.by_ref(session, draft.ref).title_zh == "读懂通知"


def test_the_check_speaks_beside_each_part(author, draft):
    page = soup(send(author, opened(author, draft), "#head", {"version": "1", "moves.0.c": "", "moves.0.from": "0"}, do="check"))
    assert "Error" in page.select_one("#said-f-version").text


def test_two_authors_of_two_parts_do_not_meet_and_of_one_part_decide(author, database, draft):
    one, two, three = (opened(author, draft) for _ in range(3))
    send(author, one, "#head", {"title.en": "One"}, do="save")
    assert send(author, two, "#head", {"summary.en": "Two"}, do="save").headers["Location"].endswith("/course")
    assert "en: One}" in text(database, draft) and "en: Two" in text(database, draft)
    assert "/conflicts/" in send(author, three, "#head", {"title.en": "Three"}, do="save").headers["Location"]


def test_a_head_broken_as_text_leads_to_the_text(author, database, draft, cast, now):
    writer = actor_of(database, cast, "author")
    with database.writing() as session:
        actions.save(session, actor=writer, now=now, draft=queries.by_ref(session, draft.ref), path="course.yaml", text="moves: [", base=1)
    answer = author.get(f"/author/drafts/{draft.ref}/course")
    assert answer.status_code == 302 and "file=course.yaml" in answer.headers["Location"]
