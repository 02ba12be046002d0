"""A unit's plan for a year: three headings, goals that figures show, steps with owners and money; progress is never typed in."""

from __future__ import annotations

import io
from datetime import date, timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from sqlalchemy import select

from lms.competency.snapshots import take_snapshot
from lms.core.errors import Conflict, Invalid
from lms.decisions import year_actions, year_queries
from lms.decisions.models import YearlyPlan
from lms.decisions.year_actions import Goal, Step
from lms.people.models import Unit
from tests.competency.world import NOW, World

COUNTY, CENTRE, TOWNSHIP = "513399", "513399101", "513399201"
TEXTS = {
    "serves": "Services within reach of every village",
    "outlook": "Begin with a problem",
    "functions": "One window",
    "ability": "Accounts and devices are safe",
}


def begun(database, hr, code: str = CENTRE, *, goal: Goal | None = None) -> str:
    """A draft with texts, a goal in SEC-1 and two steps."""
    with database.writing() as session:
        unit = session.scalars(select(Unit).where(Unit.code == code)).one()
        ref = year_actions.draft(session, actor=hr, unit=unit, year=2027, now=NOW).ref
        known = {"session": session, "actor": hr, "ref": ref, "now": NOW}
        year_actions.write(**known, texts=TEXTS)
        year_actions.add_goal(**known, goal=goal or Goal("ability", "Clerks keep accounts safe", "met", "SEC-1", 600))
        year_actions.add_step(**known, step=Step("A course for all clerks", "孟旺", date(2027, 4, 30), 1_250_050, 12))
        year_actions.add_step(**known, step=Step("A drill", "扎西", date(2027, 9, 30), 300_000, 14))
        return ref


def adopted(database, hr, **known) -> str:
    ref = begun(database, hr, **known)
    with database.writing() as session:
        year_actions.adopt(session, actor=hr, ref=ref, now=NOW)
    return ref


def progress(database, ref: str) -> list[tuple]:
    with database.reading() as session:
        plan = session.scalars(select(YearlyPlan).where(YearlyPlan.ref == ref)).one()
        return [(one.start, one.now, one.way, one.reached) for one in year_queries.progress(session, plan)]


def test_a_goal_starts_at_what_the_snapshot_says(database, home, hr):
    # 4 of the 14 clerks of the centre meet the target
    assert progress(database, adopted(database, hr)) == [(286, 286, 0, False)]


@pytest.mark.parametrize(
    ("start", "now", "said"), [(600, 600, (100, True)), (600, 599, (None, False)), (700, 500, (None, False)), (700, 650, (50, True)), (200, 599, (99, False))]
)
def test_all_of_the_way_is_said_only_of_a_goal_that_is_reached(start, now, said):
    goal = SimpleNamespace(start={"milli": start}, target_milli=600, measure="met")
    found = year_queries._progress(goal, {"milli": now, "as_of": ""})
    assert (found.way, found.reached) == said


SIX = ("zhaxi", "meng", *(f"{CENTRE}-{n}" for n in (2, 5, 8, 11)))


def six_prove_it(home, session) -> None:
    """Six clerks of the centre who were undecided answer six questions right."""
    World(session, home.cast, home.revisions, home.course).answer(*[(key, f"SEC-1-Q{n}", 750, 1) for key in SIX for n in range(1, 7)])


def test_progress_comes_with_the_next_snapshot_and_from_nothing_else(database, home, hr):
    ref = adopted(database, hr, goal=Goal("ability", "", "met", "SEC-1", 900))
    with database.writing() as session:
        six_prove_it(home, session)
    assert progress(database, ref) == [(286, 286, 0, False)]
    with database.writing() as session:
        take_snapshot(session, now=NOW)
    assert progress(database, ref) == [(286, 714, 70, False)]


def test_where_too_few_people_are_nothing_is_said(database, home, hr, browser):
    ref = adopted(database, hr, code=TOWNSHIP)
    assert progress(database, ref) == [(None, None, None, None)]
    assert "cannot be said" in browser("hr").get(f"/talent/yearly-plans/{ref}").text


def test_from_draft_to_adopted_to_reviewed_in_the_browser(database, home, browser):
    hr = browser("hr")
    at = hr.post("/talent/yearly-plans/new", data={"unit": CENTRE, "year": "2027"}).location
    refused = hr.post(f"{at}/adopt")
    assert refused.status_code == 422
    assert all(line in refused.text for line in ("which goal of governance", "each of the three headings", "at least one goal", "at least one step"))
    assert hr.post(at, data=TEXTS).status_code == 303
    goal = {"part": "ability", "words": "Safe accounts", "competency": "SEC-1", "measure": "met", "target": "60"}
    assert hr.post(f"{at}/goals", data=goal).status_code == 303
    assert "reached already" in hr.post(f"{at}/goals", data=goal | {"target": "10"}).text
    step = {"words": "A course", "owner": "孟旺", "due_on": "2027-04-30", "planned": "12,500.50", "people": "12"}
    assert hr.post(f"{at}/steps", data=step).status_code == 303
    assert "at most two places" in hr.post(f"{at}/steps", data=step | {"planned": "12.345"}).text
    assert hr.post(f"{at}/adopt").status_code == 303
    page = hr.get(at).text
    assert "28.6%" in page and "60.0%" in page and "¥12,500.50" in page and "0% of the way" in page and TEXTS["serves"] in page
    assert hr.post(at, data=TEXTS).status_code == 409
    number = page.split("/steps/")[1].split('"')[0]
    assert hr.post(f"{at}/steps/{number}", data={"done_on": "2027-04-12", "spent": "11000"}).status_code == 303
    assert "¥11,000.00" in hr.get(at).text and "1 / 1" in hr.get(at).text
    assert hr.post(f"{at}/review", data={"learned": "Start earlier."}).status_code == 303
    assert "Start earlier." in hr.get(f"{at}/print").text
    assert hr.post(f"{at}/steps", data=step).status_code == 409


def test_a_reviewed_year_keeps_its_figures(database, home, hr):
    ref = adopted(database, hr)
    with database.writing() as session:
        year_actions.review(session, actor=hr, ref=ref, learned="Well", now=NOW + timedelta(days=400))
        six_prove_it(home, session)
        take_snapshot(session, now=NOW)
    assert progress(database, ref) == [(286, 286, 0, False)]


def test_the_next_year_begins_from_this_one(database, home, hr):
    ref = adopted(database, hr)
    with database.writing() as session:
        year_actions.report_step(
            session, actor=hr, ref=ref, step_id=session.scalars(select(YearlyPlan)).one().steps[0].id, done_on=date(2027, 4, 1), spent_fen=99, now=NOW
        )
        year_actions.copy(session, actor=hr, ref=ref, now=NOW)
    with database.reading() as session:
        new = session.scalars(select(YearlyPlan).where(YearlyPlan.year == 2028)).one()
        assert (new.state, new.prior_ref, new.serves) == ("draft", ref, TEXTS["serves"])
        assert [(s.due_on, s.planned_fen, s.spent_fen, s.done_on) for s in new.steps] == [
            (date(2028, 4, 30), 1_250_050, 0, None), (date(2028, 9, 30), 300_000, 0, None),
        ]  # fmt: skip
        assert [goal.target_milli for goal in new.goals] == [600]


def test_one_plan_a_unit_and_year(database, home, hr):
    begun(database, hr)
    with pytest.raises(Conflict):
        begun(database, hr)


def test_sums_of_money_people_and_late_steps(database, home, hr):
    ref = adopted(database, hr)
    with database.reading() as session:
        steps = session.scalars(select(YearlyPlan).where(YearlyPlan.ref == ref)).one().steps
        assert year_queries.money(steps, date(2027, 5, 1)) == year_queries.Money(1_550_050, 0, 26, 2, 0, 1)


def test_no_step_is_due_before_its_year_begins(database, home, hr):
    ref = begun(database, hr)
    with database.writing() as session, pytest.raises(Invalid, match="2027"):
        year_actions.add_step(session, actor=hr, ref=ref, step=Step("A course", "孟旺", date(2026, 12, 31)), now=NOW)
    with database.writing() as session:
        plan = year_actions.add_step(session, actor=hr, ref=ref, step=Step("A course", "孟旺", date(2027, 1, 1)), now=NOW)
        assert len(plan.steps) == 3


def test_a_head_reads_what_is_adopted_for_the_own_unit_and_no_draft(database, home, hr, browser):
    ref = begun(database, hr)
    head = browser("head")
    assert TEXTS["serves"] not in head.get("/talent/yearly-plans/").text
    with database.writing() as session:
        year_actions.adopt(session, actor=hr, ref=ref, now=NOW)
    assert TEXTS["serves"] in head.get("/talent/yearly-plans/").text
    page = head.get(f"/talent/yearly-plans/{ref}").text
    assert "28.6%" in page and '<form method="post" action="/talent' not in page
    assert head.post(f"/talent/yearly-plans/{ref}", data=TEXTS).status_code == 403


@pytest.mark.parametrize("key", ["head_township", "zhaxi", "admin", "auditor", "author", "hr_neighbour"])
def test_nobody_else_reads_it(database, home, hr, browser, key):
    ref = adopted(database, hr)
    client = browser(key)
    assert [client.get(f"/talent/yearly-plans/{ref}{more}").status_code for more in ("", "/print", ".xlsx")] == [403] * 3
    assert client.post(f"/talent/yearly-plans/{ref}/review", data={"learned": "x"}).status_code == 403


def test_files_hold_goals_and_steps(database, home, hr, browser):
    ref = adopted(database, hr)
    book = openpyxl.load_workbook(io.BytesIO(browser("hr").get(f"/talent/yearly-plans/{ref}.xlsx").data))
    assert book.sheetnames == ["Plan", "Goals", "Steps"]
    assert list(book["Goals"].values)[1][3:5] == ("28.6%", "28.6%")
    assert [row[4] for row in list(book["Steps"].values)[1:]] == [12500.5, 3000]
    rows = list(openpyxl.load_workbook(io.BytesIO(browser("hr").get("/talent/yearly-plans.xlsx?year=2027").data)).active.values)
    assert rows[1][:2] == (2027, "County service centre") and rows[1][6] == 15500.5
    assert "Unit" in browser("hr").get("/talent/yearly-plans.csv?state=draft").text
