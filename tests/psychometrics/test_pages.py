"""Pages for authors: who may open them, what they say, and what leaves as a file."""

import csv
import io

import pytest
from sqlalchemy import func, select

from lms.access.actor import operator
from lms.access.models import AuditEntry
from lms.psychometrics import jobs, pages
from lms.psychometrics.models import ItemStatistic
from tests.psychometrics.county import Plan, county
from tests.support.people import browser_of


@pytest.fixture
def planted(database, worlds, now):
    def build():
        with database.writing() as session:
            found = county(session, now, people=120, plan=Plan(wrong_key="Q06"))
        jobs.refresh_figures(now)
        return found

    return worlds.make(database, "120 officials, a wrong key at Q06, with figures", build)


def page(app, planted, who: str, address: str, language: str = "en") -> str:
    answer = browser_of(app, planted.cast, who, language=language).get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_list_names_what_should_be_looked_at(app, planted):
    text = page(app, planted, "author", "/author/items")
    assert "The key is probably wrong" in text
    assert "12 questions in this list." in text
    assert "1 question should be looked at." in text or "questions should be looked at." in text


@pytest.mark.parametrize("who, status", [("author", 200), ("admin", 200), ("hr", 403), ("head", 403), ("zhaxi", 403), ("auditor", 403)])
def test_only_authors_reviewers_and_administrators_come_in(app, planted, who, status):
    browser = browser_of(app, planted.cast, who)
    assert [browser.get(address).status_code for address in ("/author/items", "/author/items/Q06", "/author/items.csv")] == [status] * 3
    assert browser.post("/author/items/refresh").status_code == (303 if status == 200 else 403)


def test_a_question_says_what_is_chosen_and_what_to_do(app, planted):
    text = page(app, planted, "author", "/author/items/Q06")
    assert "What does Q06 ask?" in text
    assert "Work the question through yourself" in text
    assert "goes with ability more than the key" in text
    assert "officials answered" in text
    assert "20 s" in text


def test_only_who_may_correct_is_led_to_the_correction(app, planted):
    assert "/corrections/new?item=Q06" in page(app, planted, "admin", "/author/items/Q06")
    assert "/corrections/new" not in page(app, planted, "author", "/author/items/Q06")


def test_calibrations_are_on_record(app, planted, now):
    assert "It has not been calibrated yet" in page(app, planted, "author", "/author/items/Q03")
    jobs.calibrate_new(operator(), now)
    text = page(app, planted, "author", "/author/items/Q03")
    assert "calibration 1" in text
    assert "1.00 →" in text


def test_an_unknown_question_is_not_found(app, planted):
    assert browser_of(app, planted.cast, "author").get("/author/items/NONE").status_code == 404


def test_a_new_question_has_a_page_before_its_first_night(app, planted, database):
    with database.writing() as session:
        session.query(ItemStatistic).delete()
    assert "The figures of new questions are worked out tonight." in page(app, planted, "author", "/author/items/Q00")
    assert "No question is found." in page(app, planted, "author", "/author/items")


def test_the_file_holds_the_same_list_and_is_logged(app, planted, database):
    data = browser_of(app, planted.cast, "author").get("/author/items.csv?flag=key").data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Question", "Q06"]
    assert browser_of(app, planted.cast, "author").get("/author/items.xlsx").data[:2] == b"PK"
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(AuditEntry.action == "items_exported")) == 2


def test_few_answers_show_no_numbers_anywhere(app, database, now):
    with database.writing() as session:
        found = county(session, now, people=4)
    jobs.refresh_figures(now)
    assert "fewer than 5" in page(app, found, "author", "/author/items")
    assert "there are no numbers yet" in page(app, found, "author", "/author/items/Q00")
    rows = list(csv.reader(io.StringIO(browser_of(app, found.cast, "author").get("/author/items.csv").data.decode("utf-8-sig"))))
    assert {tuple(row[6:11]) for row in rows[1:]} == {("",) * 5}


def test_no_official_is_named(app, planted):
    texts = page(app, planted, "author", "/author/items") + page(app, planted, "author", "/author/items/Q06")
    assert "S000" not in texts
    assert "甲" not in texts


def test_figures_can_be_worked_out_at_once(app, planted, database):
    with database.writing() as session:
        session.query(ItemStatistic).delete()
    browser_of(app, planted.cast, "author").post("/author/items/refresh")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ItemStatistic)) == 12


def test_the_list_costs_the_same_number_of_queries_whatever_its_length(app, planted, database):
    from sqlalchemy import event

    browser, counts = browser_of(app, planted.cast, "author"), []
    browser.get("/author/items")  # what a process reads once
    for address in ("/author/items?q=Q06", "/author/items"):
        seen = []
        listener = lambda *arguments, seen=seen: seen.append(arguments[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listener)
        browser.get(address)
        event.remove(database.engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_home_tells_authors_how_many_questions_to_look_at(app, planted):
    assert "/author/items" in page(app, planted, "author", "/")
    assert "should be looked at" in page(app, planted, "author", "/")


def test_a_small_chance_is_never_said_to_be_none():
    assert [pages.chance(p) for p in (0.0, 0.0004, 0.0005, 0.05, 1.0)] == ["<0.001", "<0.001", "0.001", "0.050", "1.000"]
