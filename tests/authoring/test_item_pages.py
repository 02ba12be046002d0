"""The pages of a draft's questions in a browser without script: each kind written, checked, tried, moved, filled in."""

import io
import re
from pathlib import Path

import pytest

from lms.assessments.bank_actions import load_bank
from lms.assessments.package import parse_bank
from lms.authoring import actions, bank_text, queries
from lms.authoring.enums import DraftState
from lms.authoring.item_rows import KINDS
from lms.core.sheets import read_table, write_csv, write_xlsx
from lms.people.models import Partner
from tests.authoring.pages import fields, send, soup
from tests.support.people import actor_of, browser_of

BANK = (Path(__file__).parent.parent / "data" / "authoring" / "bank.yaml").read_text(encoding="utf-8")
COURSE = """\
schema: course/1
slug: reading-notices
code: T01
version: "0.1.0"
status: draft
title: {zh: 读通知, en: "Reading notices"}
moves:
- {c: NET-1, from: 0, to: 3}
lessons:
- {id: T01-L1, file: 01-a, hours: 1}
assessment: reading-notices
"""


@pytest.fixture
def author(app, cast):
    return browser_of(app, cast, "author")


@pytest.fixture
def writer(database, cast):
    return actor_of(database, cast, "author")


@pytest.fixture
def draft(database, cast, now, writer):
    with database.writing() as session:
        partner = session.get_one(Partner, cast.partner_id)
        files = {"course.yaml": COURSE.encode(), "bank.yaml": BANK.encode()}
        return actions.draft_from_files(session, actor=writer, now=now, partner=partner, files=files)


def bank(database, draft):
    with database.reading() as session:
        return queries.file_now(session, draft.id, "bank.yaml")


def items(database, draft):
    return {block.code: block.data for block in bank_text.blocks(bank(database, draft).text)}


def opened(browser, address, status=200):
    answer = browser.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return soup(answer)


def page_of(draft, rest=""):
    return f"/author/drafts/{draft.ref}/{rest}"


def test_saving_untouched_questions_changes_no_byte(author, database, draft):
    for code in ("T01-Q01", "T01-Q02", "T01-Q03"):
        answer = send(author, opened(author, page_of(draft, f"items/{code}")), "#editor", do="save")
        assert answer.status_code == 303
    assert bank(database, draft).text == BANK and bank(database, draft).number == 1


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_added_written_and_comes_back_as_written(author, database, draft, kind):
    listing = opened(author, page_of(draft, "items/"))
    answer = send(author, listing, ".adding form", {"kind": kind, "competency": "NET-1", "cognitive": "U", "difficulty": "E"})
    assert answer.headers["Location"].endswith("/items/T01-Q04")
    page = opened(author, answer.headers["Location"])
    assert "error" in page.select_one("#verdict").text
    form = fields(page.select_one("#editor"))
    written = {name: f"{name}。" if name.endswith(".zh") else f"About {name}" for name in form if name.endswith((".zh", ".en")) and "why" not in name}
    written = {name: value for name, value in written.items() if "belief" not in name and "max_chars" not in name}
    written |= {"level": "1", "lesson": "T01-L1", "share": "80"}
    for button in page.select("input[name$=answer][type]"):
        written[button["name"]] = "b" if button["type"] == "radio" else ["a", "b"]
    for select in page.select("select[name$='.match']"):
        written[select["name"]] = select.select("option")[1]["value"]
    written |= {"answer.value": "12.5", "answer.tolerance": "0.5"} if kind == "numeric" else {}
    answer = send(author, page, "#editor", written, do="save")
    assert answer.status_code == 303
    saved = items(database, draft)["T01-Q04"]
    assert (saved["type"], saved["level"], saved["competency"], saved["cognitive"], saved["lesson"]) == (kind, 1, "NET-1", "U", "T01-L1")
    assert saved["stem"] == {"zh": "stem.zh。", "en": "About stem.en"}
    assert isinstance(saved["difficulty"]["prior_b"], float) and saved["difficulty"]["prior_b"] != -0.7
    assert bank(database, draft).text.startswith(BANK.removesuffix("# the end\n"))
    again = opened(author, page_of(draft, "items/T01-Q04"))
    assert send(author, again, "#editor", do="save").status_code == 303
    assert items(database, draft)["T01-Q04"] == saved
    assert opened(author, page_of(draft, "items/T01-Q04/preview")).select(".phone")


def test_rows_come_and_go_without_script_and_nothing_typed_is_lost(author, database, draft):
    page = opened(author, page_of(draft, "items/T01-Q01"))
    page = soup(send(author, page, "#editor", {"stem.zh": "改了一半"}, do="options:add"))
    assert "Not saved yet" in page.select_one("#verdict").text
    assert page.select_one("[name='stem.zh']").text == "改了一半" and len(page.select("#f-options li")) == 4
    page = soup(send(author, page, "#editor", {"options.3.zh": "新选项", "options.3.en": "New one"}, do="options:up:3"))
    page = soup(send(author, page, "#editor", do="options:remove:0"))
    send(author, page, "#editor", {"options.1.misconception": "M-A"}, do="save")
    saved = items(database, draft)["T01-Q01"]
    assert [row["key"] for row in saved["options"]] == ["b", "d", "c"] and saved["answer"] == "b" and saved["stem"]["zh"] == "改了一半"
    assert "# kept from the first version" in bank(database, draft).text


def test_a_set_gets_a_part_of_another_kind_and_gives_one_back(author, database, draft):
    page = opened(author, page_of(draft, "items/T01-Q03"))
    page = soup(send(author, page, "#editor", {"part-kind": "numeric"}, do="items:add"))
    assert page.select_one("[name='items.2.id']")["value"] == "T01-Q03-3"
    page = soup(send(author, page, "#editor", {"items.2.answer.value": "4"}, do="items.0.steps:down:0"))
    send(author, page, "#editor", do="save")
    parts = items(database, draft)["T01-Q03"]["items"]
    assert [part["type"] for part in parts] == ["ordering", "matching", "numeric"]
    assert parts[0]["answer"] == ["y", "x", "z"] and parts[2]["answer"]["value"] == 4


def test_faults_stand_beside_their_fields_in_the_words_of_the_check(author, draft):
    page = opened(author, page_of(draft, "items/T01-Q01"))
    wrong = {"options.2.zh": "以上都不对", "options.0.misconception": "", "rationale.en": "", "lesson": "T99-L9"}
    page = soup(send(author, page, "#editor", wrong, do="check"))
    assert "points at the other options" in page.select_one("#said-f-options-2-zh").text
    assert "distractor without a misconception" in page.select_one("#said-f-options-0").text
    assert "is empty" in page.select_one("#said-f-rationale-en").text
    assert "no lesson T99-L9" in page.select_one("#said-f-lesson").text
    fragment = soup(author.post(page_of(draft, "items/T01-Q01/check"), data=fields(page.select_one("#editor"))))
    assert "points at the other options" in fragment.select_one("#said-f-options-2-zh").text and "error" in fragment.select_one("#checked")["data-verdict"]


def test_a_new_belief_is_saved_together_with_the_question(author, database, draft):
    page = opened(author, page_of(draft, "items/T01-Q01"))
    new = {"belief.code": "M-NEW", "belief.zh": "新的误解", "belief.en": "A new one"}
    assert send(author, page, "#editor", new, do="save").status_code == 303
    assert bank_text.data(bank(database, draft).text)["misconceptions"]["M-NEW"] == {"zh": "新的误解", "en": "A new one"}
    answer = send(author, opened(author, page_of(draft, "items/T01-Q01")), "#editor", new, do="save")
    assert answer.status_code == 422 and "There is a misconception M-NEW already" in answer.get_data(as_text=True)


def test_two_authors_of_two_questions_do_not_meet(author, database, draft):
    one, two = (opened(author, page_of(draft, f"items/{code}")) for code in ("T01-Q01", "T01-Q02"))
    send(author, one, "#editor", {"stem.en": "First?"}, do="save")
    answer = send(author, two, "#editor", {"stem.en": "Second?"}, do="save")
    assert "/items/T01-Q02" in answer.headers["Location"]
    assert (items(database, draft)["T01-Q01"]["stem"]["en"], items(database, draft)["T01-Q02"]["stem"]["en"]) == ("First?", "Second?")


def test_two_authors_of_one_question_keep_both_texts_or_decide(author, database, draft):
    one, two, three = (opened(author, page_of(draft, "items/T01-Q01")) for _ in range(3))
    send(author, one, "#editor", {"stem.en": "First?"}, do="save")
    merged = send(author, two, "#editor", {"rationale.en": "Another reason."}, do="save")
    assert "/items/T01-Q01" in merged.headers["Location"]
    assert (items(database, draft)["T01-Q01"]["stem"]["en"], items(database, draft)["T01-Q01"]["rationale"]["en"]) == ("First?", "Another reason.")
    clash = send(author, three, "#editor", {"stem.en": "Third?"}, do="save")
    assert "/conflicts/" in clash.headers["Location"]
    with database.reading() as session:
        (kept,) = queries.open_conflicts(session, draft.id)
        assert "Third?" in kept.text


def test_an_answer_is_marked_as_in_a_quiz_and_nothing_is_kept(author, database, draft):
    page = opened(author, page_of(draft, "items/T01-Q01/preview"))
    assert len(page.select(".phone")) == 2 and "浏览器里的小锁说明什么？" in page.text and "What does the padlock say?" in page.text
    wrong = soup(send(author, page, "#tried-1-en", answer="a"))
    assert "Score: 0 of 100." in wrong.text and "A padlock means: trustworthy" in wrong.text and "It only speaks of the way." in wrong.text
    right = soup(send(author, page, "#tried-1-zh-Hans", answer="b"))
    assert "Score: 100 of 100." in right.text and "小锁只说路上加密。" in right.text
    empty = send(author, page, "#tried-1-en")
    assert empty.status_code == 422 and "put the question aside" not in empty.text
    assert soup(empty).select_one("main .notice.error a").text == "Choose or write an answer first."
    chinese = soup(send(author, page, "#tried-1-zh-Hans"))
    assert chinese.select_one("main .notice.error a").text == "Choose or write an answer first."
    number = opened(author, page_of(draft, "items/T01-Q02/preview"))
    assert "Score: 0 of 100." in soup(send(author, number, "#tried-1-en", answer="7")).text
    both = opened(author, page_of(draft, "items/T01-Q03/preview"))
    order = soup(send(author, both, "#tried-1-en", {"pair-x": "1", "pair-y": "3", "pair-z": "2"}))
    assert "Score: 67 of 100." in order.text and "partial answers give none" in order.text
    pairs = soup(send(author, both, "#tried-2-zh-Hans", {"pair-1": "A", "pair-2": "B"}))
    assert "Score: 100 of 100." in pairs.text
    assert bank(database, draft).number == 1


def test_questions_are_found_narrowed_and_ordered(author, draft):
    def codes(query):
        return [link.text for link in opened(author, page_of(draft, f"items/?{query}")).select("tbody th a")]

    assert codes("") == ["T01-Q01", "T01-Q02", "T01-Q03"]
    assert codes("q=padlock") == ["T01-Q01"] and codes("q=三个窗口") == ["T01-Q02"]
    assert codes("use=practice") == ["T01-Q02"] and codes("kind=scenario") == ["T01-Q03"] and codes("level=3") == ["T01-Q03"]
    assert codes("cognitive=A&order=level") == ["T01-Q02", "T01-Q03"]
    assert codes("missing=gaps") == [] and codes("competency=NET-9") == []


def test_questions_are_copied_moved_and_taken_out(author, database, draft):
    listing = opened(author, page_of(draft, "items/"))
    forms = listing.select(".menu-in form")
    assert send(author, listing, ".menu-in form[action$='/T01-Q03/copy']").headers["Location"].endswith("T01-Q04")
    assert [part["id"] for part in items(database, draft)["T01-Q04"]["items"]] == ["T01-Q04-1", "T01-Q04-2"] and forms
    send(author, listing, ".menu-in form[action$='/T01-Q04/move']", step="up") if listing.select("form[action$='/T01-Q04/move']") else None
    author.post(page_of(draft, "items/T01-Q04/move"), data={"base": 2, "step": "first"})
    assert list(items(database, draft))[0] == "T01-Q04"
    asked = opened(author, page_of(draft, "items/T01-Q04/remove"))
    send(author, asked, "form[action$='/remove']")
    assert list(items(database, draft)) == ["T01-Q01", "T01-Q02", "T01-Q03"]
    assert bank(database, draft).text == BANK


def test_a_question_changed_meanwhile_is_not_taken_out_unseen(author, database, draft):
    asked = opened(author, page_of(draft, "items/T01-Q01/remove"))
    send(author, opened(author, page_of(draft, "items/T01-Q01")), "#editor", {"stem.en": "Changed?"}, do="save")
    assert send(author, asked, "form[action$='/remove']").headers["Location"].endswith("/items/T01-Q01")
    assert "T01-Q01" in items(database, draft)


def test_codes_are_never_used_twice(author, database, draft):
    listing = opened(author, page_of(draft, "items/"))
    answer = send(author, listing, ".adding form", {"kind": "single", "code": "T01-Q02"})
    assert answer.status_code == 422 and "is taken" in answer.get_data(as_text=True)
    assert send(author, listing, ".adding form", {"kind": "single", "code": "a b"}).status_code == 422
    assert bank(database, draft).text == BANK


def test_ticked_questions_are_filled_in_together(author, database, draft):
    for kind in ("single", "scenario"):
        send(author, opened(author, page_of(draft, "items/")), ".adding form", {"kind": kind})
    page = opened(author, page_of(draft, "bank/fill"))
    assert [box["value"] for box in page.select("[name=tick]")] == ["T01-Q04", "T01-Q05"]
    nothing = send(author, page, "#many")
    assert nothing.status_code == 422 and "Tick at least one question" in nothing.get_data(as_text=True)
    values = {"competency": "NET-1", "level": "2", "cognitive": "A", "lesson": "T01-L1", "share": "70", "rationale_zh": "因为", "rationale_en": "Because"}
    assert send(author, page, "#many", {"tick": ["T01-Q04", "T01-Q05"], **values}).status_code == 303
    one, two = items(database, draft)["T01-Q04"], items(database, draft)["T01-Q05"]
    for item in (one, two):
        assert (item["competency"], item["level"], item["cognitive"], item["lesson"]) == ("NET-1", 2, "A", "T01-L1")
    assert one["difficulty"] == {"prior_b": -0.4, "prior_sd": 0.7} and two["difficulty"] == {"prior_b": -0.8, "prior_sd": 0.7}
    assert one["rationale"] == {"zh": "因为", "en": "Because"} == two["items"][1]["rationale"] and "rationale" not in two
    assert {**items(database, draft), "T01-Q04": 0, "T01-Q05": 0} == {**{b.code: b.data for b in bank_text.blocks(BANK)}, "T01-Q04": 0, "T01-Q05": 0}


def test_what_is_filled_in_already_stays_unless_wanted(author, database, draft):
    page = opened(author, page_of(draft, "bank/fill?missing="))
    send(author, page, "#many", {"tick": ["T01-Q01"], "level": "2"})
    assert items(database, draft)["T01-Q01"]["level"] == 1
    send(author, page, "#many", {"tick": ["T01-Q01"], "level": "2", "only_empty": None})
    assert items(database, draft)["T01-Q01"]["level"] == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_comes_back_filled_in_whole_or_not_at_all(author, database, draft, form):
    send(author, opened(author, page_of(draft, "items/")), ".adding form", {"kind": "single"})
    table = read_table(author.get(page_of(draft, f"items/export.{form}?missing=gaps")).get_data(), f"q.{form}")
    assert [row[0] for row in table] == ["id", "T01-Q04"]
    full = read_table(author.get(page_of(draft, f"items/export.{form}")).get_data(), f"q.{form}")
    assert [row[0] for row in full[1:]] == ["T01-Q01", "T01-Q02", "T01-Q03", "T01-Q03-1", "T01-Q03-2", "T01-Q04"]

    def sent(rows):
        body = write_csv(rows) if form == "csv" else write_xlsx({"q": rows})
        return author.post(page_of(draft, "bank/fill/file"), data={"base": 2, "file": (io.BytesIO(body), f"q.{form}")})

    head = table[0]
    labels = {"id": "T01-Q04", "competency": "net-1", "level": "L2", "cognitive": "u", "prior_b": "-0.5"}
    row = dict.fromkeys(head, "") | labels | {"rationale_zh": "理由", "rationale_en": "Reason"}
    bad = row | {"id": "T01-Q01", "level": "9", "prior_b": "9"}
    refused = sent([head, [row[name] for name in head], [bad[name] for name in head], ["X", *[""] * (len(head) - 1)]])
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422 and re.search(r"Row 3: the level “9”", text) and "Row 4: it names no question" in text
    assert items(database, draft)["T01-Q04"]["level"] is None
    part = dict.fromkeys(head, "") | {"id": "T01-Q03-1", "rationale_en": "A better reason", "level": "3"}
    assert sent([head, [row[name] for name in head], [part[name] for name in head]]).status_code == 303
    assert items(database, draft)["T01-Q04"]["difficulty"] == {"prior_b": -0.5, "prior_sd": 0.7}
    assert items(database, draft)["T01-Q03"]["items"][0]["rationale"] == {"zh": "由近到远。", "en": "A better reason"}
    assert author.post(page_of(draft, "bank/fill/file"), data={"base": 2}).status_code == 422


def test_the_blueprint_is_a_table_and_its_length_the_sum(author, database, draft):
    page = opened(author, page_of(draft, "bank/blueprint"))
    assert [cell.text for cell in page.select("td[data-label='There are']")] == ["1", "1"]
    assert send(author, page, "#blueprint", do="save").status_code == 303
    assert bank(database, draft).text == BANK
    page = soup(send(author, page, "#blueprint", do="cells:add"))
    filled = {f"cells.2.{name}": value for name, value in (("competency", "NET-1"), ("cognitive", "N"), ("difficulty", "H"), ("count", "3"))}
    filled |= {"minutes": "30", "retake.days": "7", "show_key": "never"}
    page = soup(send(author, page, "#blueprint", filled, do="cells:remove:1"))
    assert send(author, page, "#blueprint", do="save").status_code == 303
    saved = bank_text.data(bank(database, draft).text)
    assert saved["blueprint"] == {"form_length": 4, "minutes": 30, "cells": [["NET-1", "U", "E", 1], ["NET-1", "N", "H", 3]], "retake": {"days": 7}}
    assert saved["feedback"] == {"show": "after_submit", "show_key": "never", "show_rationale": True}
    assert bank(database, draft).text.endswith(BANK[BANK.index("misconceptions:") :])


def test_misconceptions_are_added_reworded_renamed_and_taken_out(author, database, draft):
    def register():
        return bank_text.data(bank(database, draft).text)["misconceptions"]

    page = opened(author, page_of(draft, "bank/misconceptions"))
    assert "Used in 1 question" in page.select_one("#b-M-A").text
    assert send(author, page, "#add form", {"code": "M-C", "zh": "丙", "en": "C"}).status_code == 303
    assert send(author, page, "#add form", {"code": "M-A", "zh": "丙", "en": "C"}).status_code == 422
    page = opened(author, page_of(draft, "bank/misconceptions"))
    send(author, page, "#b-M-A form", {"code": "M-ALPHA", "zh": "甲"})
    assert register()["M-ALPHA"] == {"zh": "甲", "en": "The web is the internet"} and "M-A" not in register()
    assert items(database, draft)["T01-Q01"]["options"][2]["misconception"] == "M-ALPHA"
    page = opened(author, page_of(draft, "bank/misconceptions"))
    assert send(author, page, "#b-M-C form", do="remove").status_code == 303
    assert list(register()) == ["M-ALPHA", "M-B"]
    assert send(author, page, "#b-M-B form", do="remove").status_code == 422
    assert "M-B" in opened(author, page_of(draft, "bank/misconceptions?q=padlock")).text


def test_a_file_that_was_broken_as_text_says_so_and_leads_to_the_text(author, database, draft, writer, now):
    with database.writing() as session:
        one = queries.by_ref(session, draft.ref)
        actions.save(session, actor=writer, now=now, draft=one, path="bank.yaml", text="items: [", base=1)
    page = opened(author, page_of(draft, "items/"))
    assert "can't be read" in page.text and page.select_one("a[href*='file=bank.yaml']")
    assert author.get(page_of(draft, "bank/fill")).status_code == author.get(page_of(draft, "bank/blueprint")).status_code == 302


def test_a_draft_in_review_is_read_and_not_written(author, database, draft, writer, now):
    page = opened(author, page_of(draft, "items/T01-Q01"))
    with database.writing() as session:
        actions.set_state(session, actor=writer, now=now, draft=queries.by_ref(session, draft.ref), state=DraftState.IN_REVIEW)
    assert send(author, page, "#editor", {"stem.en": "Late?"}, do="save").status_code in (409, 422)
    assert bank(database, draft).text == BANK
    assert not opened(author, page_of(draft, "items/T01-Q01")).select(".do-bar button") and not opened(author, page_of(draft, "items/")).select("#add")


def test_other_partners_and_officials_see_nothing(app, cast, draft):
    for rest in ("items/", "items/T01-Q01", "items/T01-Q01/preview", "bank/fill", "bank/blueprint", "bank/misconceptions", "items/export.csv"):
        assert browser_of(app, cast, "zhaxi").get(page_of(draft, rest)).status_code in (403, 404)


def test_a_released_question_gets_its_next_version_when_it_asks_something_else(author, database, draft, writer, now):
    with database.writing() as session:
        load_bank(session, actor=writer, slug="reading-notices", bank=parse_bank(bank_text.data(BANK)), now=now)

    def saved(**change):
        answer = send(author, opened(author, page_of(draft, "items/T01-Q01")), "#editor", change, do="save")
        return items(database, draft)["T01-Q01"]["version"], author.get(answer.headers["Location"]).get_data(as_text=True)

    version, page = saved(**{"rationale.en": "Said better."})
    assert version == 1 and "Version 1 of this question was released." in page
    version, page = saved(answer="c")
    assert version == 2 and "The question is now version 2" in page
    assert saved(**{"stem.en": "Yet another?"})[0] == 2
    assert saved(**{"stem.en": "What does the padlock say?", "answer": "b"})[0] == 1
    listing = opened(author, page_of(draft, "items/"))
    assert send(author, listing, ".adding form", {"kind": "single", "code": "T01-Q03-1"}).status_code == 422


ODD = """\
- {id: O-1, type: single, stem: only text, options: none, answer: [a], facts: x, difficulty: 3}
- {id: O-2, type: numeric, stem: {zh: 一}, answer: b, common_errors: [1, {value: x, misconception: 3}]}
- {id: O-3, type: matching, left: [a, {key: 1}], right: {a: 1}, answer: [x]}
- {id: O-4, type: ordering, steps: [{key: a}, {zh: 二}], answer: {a: 1}}
- {id: O-5, type: scenario, items: [1, {type: short, rubric: {a: 1}}, {id: O-5-1, type: single, options: [{key: 2}]}]}
- {id: O-6, type: short, max_chars: 5, marking: [1], rubric: [{points: many}]}
- {id: O-7, type: riddle, level: deep, cognitive: {a: 1}, competency: [1]}
- {id: O-8}
- {type: single, stem: {zh: 无号, en: No code}}
- {id: O-9, type: truefalse, options: [{key: a, judgement: maybe, why: because}], review_by: 2027-01-01, rationale: just so}
"""


def test_odd_questions_of_a_file_are_listed_opened_and_saved(author, database, draft, writer, now):
    text = BANK[: BANK.index("items:")].replace("cells: [[", "cells: [x, {a: 1}, [") + "items:\n" + ODD
    with database.writing() as session:
        actions.save(session, actor=writer, now=now, draft=queries.by_ref(session, draft.ref), path="bank.yaml", text=text, base=1)
    listing = opened(author, page_of(draft, "items/"))
    assert ", without a code" in listing.text and len(listing.select("tbody tr")) == 10
    for rest in ("bank/fill?missing=", "bank/blueprint", "bank/misconceptions", "items/export.csv"):
        assert author.get(page_of(draft, rest)).status_code == 200
    for number in range(1, 10):
        page = opened(author, page_of(draft, f"items/O-{number}"))
        assert opened(author, page_of(draft, f"items/O-{number}/preview")).select("h1")
        assert send(author, page, "#editor", do="check").status_code == 200
        assert send(author, page, "#editor", {"lesson": "T01-L1"}, do="save").status_code == 303
    assert all(item.get("lesson") == "T01-L1" for code, item in items(database, draft).items() if code)
