"""Who sees what of a unit: HR live, heads the suppressed snapshot, siblings nothing; files never more than the snapshot."""

import io
import re
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import delete, event, select

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.competency.models import Snapshot, SnapshotCell, SnapshotPost
from lms.competency.rebuild import rebuild
from lms.competency.snapshots import take_snapshot
from lms.core.sheets import read_table
from lms.people.models import Unit
from tests.competency.world import NOW

COUNTY, CENTRE, DATA, TOWNSHIP = "513399", "513399101", "513399102", "513399201"


def column(html: str, code: str) -> dict[str, str]:
    """What the heat map says of one competency, by the name of the row; empty when the column is not there."""
    rows = re.findall(r'<tr role="row"[^>]*><th scope="row" role="rowheader">(.*?)</th>(.*?)</tr>', html, re.S)
    said = ((re.sub("<[^>]+>", "", name), re.search(rf'data-code="{code}".*?(?:aria-label="|class="sr">)([^"<]*)', rest, re.S)) for name, rest in rows)
    return {name: found[1] for name, found in said if found}


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_hr_sees_every_child_live(browser):
    html = page(browser("hr"), f"/units/{COUNTY}/skills")
    assert column(html, "SEC-1") == {
        "Whole unit": "35% meet the target: 23 of 28 have evidence; of these 8 met, 7 unclear, 8 not yet",
        "directly at the unit": "not needed for any post here",
        "County service centre": "33% meet the target: 12 of 14 have evidence; of these 4 met, 4 unclear, 4 not yet",
        "County data centre": "33% meet the target: 9 of 10 have evidence; of these 3 met, 3 unclear, 3 not yet",
        "Hekou township": "50% meet the target: 2 of 4 have evidence; of these 1 met, 0 unclear, 1 not yet",
    }
    assert "Live numbers for HR" in html


def test_a_head_sees_the_snapshot_of_the_own_unit(browser):
    html = page(browser("head"), f"/units/{CENTRE}/skills")
    assert "Daily snapshot" in html and "Live numbers" not in html
    assert "12 of 14 have evidence" in html


def test_a_later_answer_shows_to_hr_at_once_and_to_the_head_when_five_people_have_moved(database, home, browser):
    with database.writing() as session:
        home.session = session
        home.answer(("zhaxi", "SEC-1-Q1", 690, 1))
    assert "13 of 14 have evidence" in page(browser("hr"), f"/units/{CENTRE}/skills")
    assert "12 of 14 have evidence" in page(browser("head"), f"/units/{CENTRE}/skills")
    with database.writing() as session:
        take_snapshot(session, now=NOW)
    assert "12 of 14 have evidence" in page(browser("head"), f"/units/{CENTRE}/skills")


PAGES = ("skills", "skills/changes", "skills/print", "skills/people", "skills.xlsx", "skills.csv", "skills/heat-map.svg", "skills/gaps.svg")
OTHERS = ("head", "head_township", "hr_neighbour", "zhaxi", "author", "auditor", "admin")


def test_nobody_from_elsewhere_sees_a_sibling_unit(browser):
    found = {(key, path): browser(key).get(f"/units/{DATA}/{path}").status_code for key in OTHERS for path in PAGES}
    assert set(found.values()) == {403}


def test_a_head_sees_neither_the_unit_above_nor_the_people(browser):
    assert [browser("head").get(f"/units/{code}").status_code for code in (f"{COUNTY}/skills", f"{CENTRE}/skills/people")] == [403, 403]


def test_a_stranger_is_asked_to_sign_in(home, client):
    assert client.get(f"/units/{COUNTY}/skills").status_code in (302, 401)


def test_the_heat_map_of_the_snapshot_shows_what_is_hidden_and_no_number_of_it(browser):
    said = column(page(browser("hr"), f"/units/{COUNTY}/skills?as=snapshot"), "SEC-1")
    assert said["County service centre"] == "33% meet the target: 12 of 14 have evidence; of these 4 met, 4 unclear, 4 not yet"
    assert said["County data centre"] == said["Hekou township"] == "too few people to show"


def drawn_numbers(svg: str) -> list[str]:
    return [node.text for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text") if node.get("class") == "chart-number"]


def test_the_picture_to_pass_on_hides_the_same_cells(browser):
    svg = page(browser("hr"), f"/units/{COUNTY}/skills/heat-map.svg?area=SEC")
    assert drawn_numbers(svg) == ["35", "33", "–", "–"]


def test_the_print_view_draws_what_the_page_shows_and_prints_the_whole_unit(browser):
    html = page(browser("hr"), f"/units/{COUNTY}/skills/print?as=snapshot&area=SEC")
    heat, gaps = re.findall(r'<svg xmlns="[^"]*" class="chart".*?</svg>', html, re.S)
    assert drawn_numbers(heat) == ["35", "33", "–", "–"]
    assert 'aria-labelledby="gaps-title gaps-desc"' in gaps
    [(name, cells)] = re.findall(r'<tr><th scope="row">([^<]*)<small>.*?</th>(.*?)</tr>', html)
    assert (name, re.findall(r"<td[^>]*>([^<]*)</td>", cells)[:6]) == ("Accounts, devices and phishing", ["28", "23", "8", "8", "7", "5"])


def workbook(client, code: str) -> dict[str, list[tuple]]:
    answer = client.get(f"/units/{code}/skills.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return {sheet.title: list(sheet.values) for sheet in book}


def test_a_workbook_holds_the_snapshot_even_for_hr(browser):
    sheets = workbook(browser("hr"), COUNTY)
    assert list(sheets) == ["Share met", "Numbers", "About this file"]
    numbers = {(row[0], row[2]): row for row in sheets["Numbers"][1:]}
    assert numbers[CENTRE, "SEC-1"][4:7] == (14, 12, 4)
    assert set(numbers[TOWNSHIP, "SEC-1"][4:13]) == {None}
    assert numbers[TOWNSHIP, "SEC-1"][14] == "hidden: too few people"
    assert "Daily snapshot" in sheets["About this file"][1][0]


def test_files_name_the_day_of_the_place_on_which_the_snapshot_was_taken(database, browser):
    """Eighteen o'clock in Greenwich is two in the morning of the next day in the county."""
    with database.writing() as session:
        session.scalars(select(Snapshot)).one().taken_at = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    hr = browser("hr")
    said = read_table(hr.get(f"/units/{COUNTY}/skills.csv").data, "skills.csv")[1][13]
    assert (said, "23 November 2026" in page(hr, f"/units/{COUNTY}/skills?as=snapshot")) == ("2026-11-23", True)
    assert read_table(hr.get("/talent/board.csv?unit=513399").data, "board.csv")[1][-1] == "2026-11-23"
    assert read_table(hr.get("/talent/board-all.csv?unit=513399").data, "all.csv")[1][-2] == "2026-11-23"
    assert "2026-11-23" in read_table(hr.get("/talent/balance.csv?unit=513399").data, "balance.csv")[1]


def test_csv_says_the_same_as_the_workbook(browser):
    rows = read_table(browser("hr").get(f"/units/{COUNTY}/skills.csv").data, "skills.csv")
    by_key = {(row[0], row[2]): row for row in rows[1:]}
    assert by_key[CENTRE, "SEC-1"][4:7] == ["14", "12", "4"]
    assert set(by_key[DATA, "SEC-1"][4:13]) == {""}


def test_every_file_is_logged(database, browser):
    for path in ("skills.xlsx", "skills.csv", "skills/heat-map.svg", "skills/gaps.svg"):
        browser("hr").get(f"/units/{COUNTY}/{path}")
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.SKILLS_EXPORTED)).all()
    assert [entry.subject for entry in entries] == [COUNTY] * 4


def test_before_the_first_snapshot_a_head_is_told_to_come_back_and_no_file_is_made(database, home, browser):
    with database.writing() as session:
        session.execute(delete(SnapshotPost))
        session.execute(delete(SnapshotCell))
        session.execute(delete(Snapshot))
    assert "There is no snapshot yet" in page(browser("head"), f"/units/{CENTRE}/skills")
    assert browser("head").get(f"/units/{CENTRE}/skills.csv").status_code == 409


def test_people_of_a_unit_are_listed_to_hr_and_each_look_is_logged(database, browser):
    html = page(browser("hr"), f"/units/{CENTRE}/skills/people")
    assert "扎西" in html and "Accounts, devices and phishing: Met, target level 2" in html
    with database.reading() as session:
        seen = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.PEOPLE_LISTED)).all()
    assert len(seen) == len({entry.official_id for entry in seen}) == 14


def test_what_changed_names_competency_numbers_and_reasons_to_hr(database, home, browser):
    with database.writing() as session:
        home.session = session
        home.answer(*[("zhaxi", f"SEC-1-Q{n}", 690, 1) for n in range(1, 7)])
    html = page(browser("hr"), f"/units/{CENTRE}/skills/changes")
    assert "12 → 13 (+1)" in html and "4 → 5 (+1)" in html
    assert "5 people went from “No evidence” to “Met”" in html  # four clerks on the same day


def test_a_head_is_not_told_of_the_movement_of_fewer_than_five(database, home, browser):
    with database.writing() as session:
        home.session = session
        home.answer(("zhaxi", "SEC-1-Q1", 690, 1))
        take_snapshot(session, now=NOW)
    html = page(browser("head"), f"/units/{CENTRE}/skills/changes")
    assert "12 → 13" not in html and "Nothing that may be shown has changed" in html


def test_filters_keep_the_columns_of_an_area_and_a_strand(browser):
    chosen = {query: page(browser("hr"), f"/units/{CENTRE}/skills?{query}") for query in ("area=SEC", "strand=G", "area=nonsense")}
    shown = {query: [code for code in ("NET-1", "SEC-1") if column(html, code)] for query, html in chosen.items()}
    assert shown == {"area=SEC": ["SEC-1"], "strand=G": [], "area=nonsense": ["NET-1", "SEC-1"]}


def test_the_largest_gap_comes_first_when_asked(browser):
    html = page(browser("hr"), f"/units/{COUNTY}/skills?order=gap")
    columns = re.findall(r'role="columnheader"><span>[^<]*<small>([A-Z]+-\d)</small>', html)
    assert columns[0] == "SEC-1"


@contextmanager
def counted(database):
    statements: list[str] = []
    listen = lambda conn, cursor, statement, *rest: statements.append(statement)  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listen)
    yield statements
    event.remove(database.engine, "before_cursor_execute", listen)


def test_three_children_and_thirty_cost_the_same_number_of_queries(database, home, browser):
    client = browser("hr")
    page(client, f"/units/{COUNTY}/skills")
    with counted(database) as three:
        page(client, f"/units/{COUNTY}/skills")
    with database.writing() as session:
        county = session.scalars(select(Unit).where(Unit.code == COUNTY)).one()
        for n in range(27):
            child = Unit(
                code=f"{COUNTY}9{n:02}", name_zh=f"单位{n}", name_en=f"Unit {n}", parent_id=county.id, path="", tier="township", connection="4g", created_at=NOW
            )
            session.add(child)
            session.flush()
            child.path = f"{county.path}{child.id}/"
        rebuild(session, now=NOW)
    with counted(database) as thirty:
        html = page(client, f"/units/{COUNTY}/skills")
    assert "Unit 26" in html
    assert len(thirty) == len(three)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_pages_have_no_inline_style_and_one_heading(browser, language):
    client = browser("hr", language)
    pages = [page(client, f"/units/{CENTRE}/{path}") for path in PAGES[:4]]
    assert [(" style=" in html, html.count("<h1")) for html in pages] == [(False, 1)] * 4


def test_a_unit_without_targets_says_so(database, home, browser):
    with database.writing() as session:
        county = session.scalars(select(Unit).where(Unit.code == COUNTY)).one()
        empty = Unit(code="5133997", name_zh="空单位", name_en="Empty", parent_id=county.id, path="", tier="township", connection="4g", created_at=NOW)
        session.add(empty)
        session.flush()
        empty.path = f"{county.path}{empty.id}/"
    assert "Nothing to show yet" in page(browser("hr"), "/units/5133997/skills")


def test_snapshots_of_the_same_day_are_compared_with_the_one_before(database, home, browser):
    with database.writing() as session:
        take_snapshot(session, now=NOW - timedelta(hours=2))
    assert "Since the snapshot before" in page(browser("hr"), f"/units/{COUNTY}/skills/changes")


def test_a_cell_is_worked_out_with_its_numbers_for_hr(browser):
    html = page(browser("hr"), "/units/513399/skills/cell/SEC-1")
    assert "μ̂ = Σm/(n − ΣV) =" in html
    assert "/(23 − " in html  # 12 + 9 + 2 with evidence below the county


def test_a_cell_says_for_hr_what_it_rests_on_and_what_other_rules_would_say(browser):
    html = page(browser("hr"), f"/units/{CENTRE}/skills/cell/SEC-1")
    assert "52 counted answers of 12 people, 28 of them right." in html  # four with six right, four with six wrong, four with one right
    assert "SEC-1-Q1, version 1" in html and "as its author set it" in html
    assert re.search(r">12</td>", html)  # all answered the first question
    assert html.count(">67%<") == 3  # eight of twelve are all right, by any of the three rules
    assert "1.0.0/2/0" in html


def test_a_cell_of_the_snapshot_has_nothing_that_changes_with_each_answer(browser):
    html = page(browser("head"), f"/units/{CENTRE}/skills/cell/SEC-1")
    assert "they are for HR" in html and "SEC-1-Q1" not in html and "counted answers" not in html


def test_a_cell_of_the_snapshot_gives_the_result_without_the_sums_behind_it(browser):
    html = page(browser("head"), "/units/513399101/skills/cell/SEC-1")
    assert "μ̂ = Σm/(n − ΣV) = " in html
    assert "/(12 − " not in html
    assert "First measured on 22 November 2026: 12 people with evidence, 33% of them met the target." in html


def test_a_hidden_cell_says_why_and_shows_no_number(browser):
    html = page(browser("head_township"), "/units/513399201/skills/cell/SEC-1")
    assert "Too few people to show" in html
    assert "formula" not in html and "First measured" not in html


def test_a_competency_that_no_post_asks_for_has_no_cell(browser):
    assert browser("hr").get("/units/513399/skills/cell/XXX-9").status_code == 404
