"""The gap board and the balance as their readers see them: HR live with something to do, heads the suppressed snapshot."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import event, select

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.competency.rollup import CellOnDay
from lms.competency.snapshots import take_snapshot
from lms.core.i18n import speaking
from lms.core.sheets import read_table
from lms.talent import board, board_page
from lms.talent.balance_actions import count_access
from lms.talent.board import Advice, Line, Step, Why
from lms.talent.board_queries import Offer
from lms.talent.models import UnitAccess
from tests.competency.world import NOW
from tests.talent.test_unit_pages import CENTRE, COUNTY, DATA, TOWNSHIP, page

BOARD = "/talent/"


def rows(html: str) -> list[str]:
    """The rows of the first table as text, one space between words."""
    body = re.search(r"<tbody.*?</tbody>", html, re.S)
    found = re.findall(r"<tr role=\"row\">(.*?)</tr>", body[0], re.S) if body else []
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in found]


def row_of(html: str, *words: str) -> str:
    return next(row for row in rows(html) if all(word in row for word in words))


def table(client, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return read_table(answer.data)


def test_hr_sees_size_people_coverage_and_certainty_of_every_gap(browser):
    # 28 asked, 23 with evidence: 8 met, 8 not yet, 7 unclear
    assert " 8 7 28 82% 70% " in row_of(page(browser("hr"), f"{BOARD}?unit={COUNTY}"), "SEC-1")


def test_a_known_gap_says_what_comes_first_and_why(browser):
    row = row_of(page(browser("hr"), f"{BOARD}?unit={COUNTY}"), "SEC-1")
    assert "Training" in row or "training" in row
    assert any(step in row for step in ("Assign a course", "Assign a lesson", "Make a training plan", "Look who could move"))


def test_not_enough_evidence_is_an_answer_with_the_cheapest_way_to_it(browser):
    html = page(browser("hr"), f"/talent/gap/{COUNTY}/NET-1")
    assert "That is no failing: nothing is known." in html
    assert re.search(r"<li>\d+ placement questions each for \d+ people: about \d+ minutes a person", html)
    assert "Assign a placement" in html and "Assign a course" not in html


def test_without_units_named_the_board_opens_at_the_readers_own_unit(browser):
    assert "Sample county: gap board" in page(browser("hr"), BOARD)
    assert "County service centre: gap board" in page(browser("head"), BOARD)


def test_by_unit_post_tier_and_strand(browser):
    hr = browser("hr")
    assert " 4 4 14 86% 67% " in row_of(page(hr, f"{BOARD}?unit={COUNTY}&by=unit&q=SEC-1"), "County service centre")
    assert " 8 7 25 92% 70% " in row_of(page(hr, f"{BOARD}?unit={COUNTY}&by=post&post=P01&q=SEC-1"), "Counter clerk")
    assert "Hekou" not in page(hr, f"{BOARD}?unit={COUNTY}&by=unit&tier=county-department&q=SEC-1").split("<tbody")[1]
    assert "County department" in row_of(page(hr, f"{BOARD}?unit={COUNTY}&by=tier&tier=county-department&q=SEC-1"), "SEC-1")
    assert [row.split()[0] for row in rows(page(hr, f"{BOARD}?unit={COUNTY}&by=strand"))] == ["Technology", "Governance"]


def test_filters_leave_what_was_asked_for(browser):
    hr = browser("hr")
    assert all("GOV-1" in row for row in rows(page(hr, f"{BOARD}?unit={COUNTY}&strand=G")))
    assert all("evidence" in row.lower() for row in rows(page(hr, f"{BOARD}?unit={COUNTY}&standing=thin")))
    assert "No gap fits what you chose." in page(hr, f"{BOARD}?unit={COUNTY}&q=nothing+like+it")


def test_a_head_sees_the_snapshot_and_hidden_cells_without_numbers(browser):
    html = page(browser("head_township"), f"{BOARD}?unit={TOWNSHIP}")
    assert "Daily snapshot" in html
    assert row_of(html, "SEC-1").endswith("Too few people to show")


def test_a_head_is_told_that_posts_are_released_for_counties_only(browser):
    assert "Totals by post are released for counties only" in page(browser("head"), f"{BOARD}?unit={CENTRE}&by=post")


def test_the_county_as_others_see_it_hides_the_township_and_its_cover(browser):
    html = page(browser("hr"), f"{BOARD}?unit={COUNTY}&by=unit&as=snapshot&q=SEC-1")
    assert row_of(html, "Hekou").endswith("Too few people to show") and row_of(html, "data centre").endswith("Too few people to show")
    assert " 4 4 14 86% 67% " in row_of(html, "service centre")


@pytest.mark.parametrize("key", ["head", "head_township", "hr_neighbour", "zhaxi", "author", "auditor", "admin"])
def test_nobody_from_elsewhere_sees_a_sibling(browser, key):
    client = browser(key)
    paths = (f"{BOARD}?unit={DATA}", f"/talent/gap/{DATA}/SEC-1", f"/talent/balance?unit={DATA}", f"/talent/board.csv?unit={DATA}",
             f"/talent/board-all.csv?unit={DATA}", f"/talent/balance.csv?unit={DATA}", f"/talent/gap/{DATA}/SEC-1.svg")  # fmt: skip
    assert {client.get(path).status_code for path in paths} == {403}


def test_files_hold_the_snapshot_whoever_asks_and_are_logged(browser, database):
    found = table(browser("hr"), f"/talent/board.csv?unit={COUNTY}&by=unit")
    centre = next(row for row in found if row[0] == CENTRE and row[2] == "SEC-1")
    township = next(row for row in found if row[0] == TOWNSHIP and row[2] == "SEC-1")
    assert centre[8:13] == ["4", "4", "4", "14", "12"]
    assert township[5:15] == ["Too few people to show", *[""] * 9]
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.SKILLS_EXPORTED)).one()
        assert entry.subject == COUNTY


def test_the_workbook_says_what_it_is(browser):
    book = openpyxl.load_workbook(io.BytesIO(browser("hr").get(f"/talent/board.xlsx?unit={COUNTY}").data))
    assert book.sheetnames == ["Gaps", "About this file"]


def test_all_units_below_in_one_file(browser):
    found = table(browser("hr"), f"/talent/board-all.csv?unit={COUNTY}")
    assert {row[0] for row in found[1:]} >= {COUNTY, CENTRE, DATA, TOWNSHIP}
    hidden = next(row for row in found if row[0] == TOWNSHIP and row[2] == "SEC-1")
    assert hidden[4:11] == [""] * 7 and hidden[-1] == "hidden: too few people"


def test_an_unknown_unit_or_gap_is_not_found(browser):
    hr = browser("hr")
    assert [hr.get(path).status_code for path in (f"{BOARD}?unit=nowhere", f"/talent/gap/{COUNTY}/XXX-9", f"/talent/gap/{COUNTY}/SEC-1?post=P99")] == [404] * 3


def test_the_balance_compares_groups_and_says_what_it_is(browser):
    html = page(browser("hr"), f"/talent/balance?unit={COUNTY}&by=place")
    assert "points" in html and "County service centre" in html
    assert "a difference between groups says nothing about any person" in html


def test_the_balance_says_how_far_each_group_falls_short_to_hr_only(browser):
    hr = browser("hr")
    html = page(hr, f"/talent/balance?unit={COUNTY}&by=tier")
    assert "Mean shortfall in levels" in html
    assert re.search(r" \d+% \d+% \d+% 0\.\d\d ", row_of(html, "County department"))
    assert "Mean shortfall in levels" not in page(hr, f"/talent/balance?unit={COUNTY}&by=tier&as=snapshot")


def test_a_balance_with_a_hidden_group_compares_nothing(browser):
    html = page(browser("hr"), f"/talent/balance?unit={COUNTY}&by=tier&as=snapshot")
    assert "Nothing may be compared here: a group is too small to be shown." in html


def test_access_is_counted_once_a_night_and_shown_to_hr_only(browser, database):
    assert "How people reach the platform" not in page(browser("hr"), f"/talent/balance?unit={COUNTY}&by=place"), "nothing was counted yet"
    with database.writing() as session:
        count_access(session, now=NOW)
        people = dict(session.execute(select(UnitAccess.unit_id, UnitAccess.people)).all())
    assert sum(people.values()) == 7 + 12 + 9 + 2 + 30
    assert "How people reach the platform" in page(browser("hr"), f"/talent/balance?unit={COUNTY}")
    assert "How people reach the platform" not in page(browser("hr"), f"/talent/balance?unit={COUNTY}&as=snapshot")


def test_the_board_asks_the_database_as_often_for_many_units_as_for_few(browser, database):
    def asked(path: str) -> int:
        statements = []
        client = browser("hr")
        event.listen(database.engine, "before_cursor_execute", listener := lambda *args: statements.append(args[2]))
        page(client, path)
        event.remove(database.engine, "before_cursor_execute", listener)
        return len(statements)

    few, many = asked(f"{BOARD}?unit={TOWNSHIP}&by=unit"), asked(f"{BOARD}?unit={COUNTY}&by=unit")
    assert many <= few


def test_the_course_over_time_is_drawn_from_published_snapshots(browser, database, home):
    with database.writing() as session:
        home.session = session
        take_snapshot(session, now=NOW + timedelta(days=8))
    hr = browser("hr")
    assert 'class="spark"' in page(hr, f"{BOARD}?unit={COUNTY}&q=SEC-1")
    html = page(hr, f"/talent/gap/{COUNTY}/SEC-1")
    assert "no more than the evidence leaves open" in html
    picture = hr.get(f"/talent/gap/{COUNTY}/SEC-1.svg")
    assert picture.status_code == 200 and picture.mimetype == "image/svg+xml"
    assert "First measurement" in html or "No first measurement yet" in html
    assert all(f'id="trend-{size}-title"' in html for size in ("wide", "narrow"))


def test_from_a_gap_each_lesson_that_serves_it_is_assigned_by_its_code(app):
    line = Line("", "Sample county", "NET-1", "Networks", "T", CellOnDay(30, 30, 10, 12, 3, 5, 0.0, 0.1, 1.0))
    offer = Offer((("what-the-internet-is", "What the internet is"),), (), (("C01-L1", "How a page arrives"), ("C01-L2", "Who allocates")))
    with app.test_request_context(), speaking("en"):
        (action,) = board_page.actions([Advice(Step.LESSON, Why.SMALL)], line.cell, board.rules(), COUNTY, line, offer, links=True)
    here = f"unit={COUNTY}&competency=NET-1"
    assert action["links"] == [
        ("How a page arrives", f"/talent/assignments/new?kind=lesson&code=C01-L1&{here}"),
        ("Who allocates", f"/talent/assignments/new?kind=lesson&code=C01-L2&{here}"),
    ]


def test_an_order_begins_with_its_gap_named_and_a_rotation_with_who_is_ready(app):
    line = Line("", "Sample county", "NET-1", "Networks", "T", CellOnDay(30, 30, 10, 12, 3, 5, 0.0, 0.1, 1.0))
    steps = [Advice(Step.ORDER, Why.ALIKE), Advice(Step.ROTATION, Why.SOMEBODY_ELSE)]
    with app.test_request_context(), speaking("en"):
        actions = board_page.actions(steps, line.cell, board.rules(), COUNTY, line, Offer((), ()), links=True)
    (_label, order), *_ = actions[0]["links"]
    assert order == f"/orders/new?unit={COUNTY}&competency=NET-1&question=Training+in+%E2%80%9CNetworks%E2%80%9D"  # partners will read it: no live number
    assert [url for _, url in actions[1]["links"]] == [f"/talent/bench?unit={COUNTY}", "/talent/what-if"]
