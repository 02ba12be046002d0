"""From the gap board to a plan, to assignments, to results a quarter later: HR at a desk, an official with a phone, nothing prepared but the sample county."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from sqlalchemy import select

from lms.assignments.enums import SourceKind
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason
from lms.core import clock, instance
from lms.courses.models import Course
from lms.operations.sample_county import COUNTY
from lms.people.models import Official
from lms.planning.models import Plan, PlanItem
from tests.browser.chromium import NARROW, WIDE, follow, window
from tests.browser.site import Site, build, served
from tests.browser.test_accessibility import overflow
from tests.browser.test_main_thread import take_quiz

PEOPLE, SITTINGS, QUARTER = 150, 12, 92
WHY = "The counters come first this winter"


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A sample county of its own, whose clock may move, with the courses that the product comes with."""
    monkeypatch.delenv("LMS_CONTENT")
    app = build(tmp_path / "county", now=clock.now(), people=PEOPLE, sittings=SITTINGS)
    with served(app, prepared=False) as site:
        yield site


def lms(site: Site, *arguments: str) -> str:
    """A command on the served instance, in a process of its own."""
    folder = site.app.config["SETTINGS"].instance
    environment = {**os.environ, "LMS_INSTANCE": str(folder), "LMS_SECRET_KEY": "b" * 40, "LC_ALL": "C.UTF-8"}
    done = subprocess.run([sys.executable, "-m", "lms.cli", *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def said(tab: Tab) -> str:
    return tab.locator("main").inner_text()


def largest_gap(tab: Tab) -> str:
    """Open the largest gap that evidence shows; its competency's code."""
    tab.goto(f"/talent/?unit={COUNTY}&standing=short&order=gap")
    follow(tab.locator("table tbody th a").first)
    assert "levels short of their targets on average" in said(tab)
    return re.search(r"/talent/gap/\w+/([A-Z]+-\d)", tab.url).group(1)


def make_plan(tab: Tab, name: str, hours: int) -> str:
    """Fill in the form one stands at; the plan's reference."""
    tab.fill("input[name=name]", name)
    tab.fill("input[name=hours]", str(hours))
    follow(tab.get_by_role("button", name="Make this plan"))
    assert "the plan is expected to close" in said(tab) and "proven, not estimated" in said(tab)
    return tab.url.rsplit("/", 1)[-1]


def two_plans(tab: Tab) -> tuple[str, str]:
    follow(tab.get_by_role("link", name="Make a training plan for this unit"))
    small = make_plan(tab, "Small", 200)
    follow(tab.get_by_role("link", name="Make another with other limits"))
    return small, make_plan(tab, "Large", 400)


def weigh(tab: Tab, small: str, large: str, competency: str) -> None:
    """Both plans side by side, and the decision for the small one on the record."""
    tab.goto("/talent/plans/")
    for ref in (small, large):
        tab.locator(f"input[name=plan][value='{ref}']").check()
    follow(tab.get_by_role("button", name="Compare the chosen plans"))
    follow(tab.get_by_role("link", name="Weigh them in a decision record"))
    tab.get_by_label("What is to be decided?").fill("Two hundred hours this winter, or four hundred?")
    tab.get_by_label("By which competency will you know?").select_option(competency)
    follow(tab.get_by_role("button", name="Freeze the figures and begin"))
    tab.get_by_label("Reason").fill(WHY)
    tab.get_by_label("What the figures do not tell").fill("Whether the villages find the time.")
    tab.get_by_label("Review on").fill(f"{clock.now().date() + timedelta(days=100)}")
    follow(tab.get_by_role("button", name="Save the draft"))
    tab.get_by_label("Small").check()
    follow(tab.get_by_role("button", name="Decide", exact=True))
    assert "Nothing in this record changes any more" in said(tab) and WHY in said(tab)


def carry_out(tab: Tab, small: str) -> None:
    """From the record to the plan, and the one decision that assigns it."""
    follow(tab.get_by_role("link", name="Go on to the chosen plan"))
    assert tab.get_by_label("Why, in a sentence").input_value() == WHY
    tab.get_by_label("I have looked at the plan").check()
    follow(tab.get_by_role("button", name="Decide and assign"))
    assert tab.url.endswith(f"/talent/plans/{small}")
    assert "0 of" in tab.locator("#progress + p").inner_text()


def planned(site: Site, ref: str) -> set[tuple[int, str]]:
    """(official, course) of the plan."""
    query = select(PlanItem.official_id, Course.slug).join(Course, Course.id == PlanItem.course_id).join(Plan, Plan.id == PlanItem.plan_id)
    with site.database.reading() as session:
        return {(official_id, slug) for official_id, slug in session.execute(query.where(Plan.ref == ref))}


def assigned(site: Site, ref: str) -> dict[tuple[int, str], str]:
    """State by (official, course) of what the plan gave."""
    query = select(Assignment.official_id, Assignment.code, Assignment.state).join(AssignmentReason, AssignmentReason.assignment_id == Assignment.id)
    query = query.join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id)
    with site.database.reading() as session:
        found = session.execute(query.where(AssignmentGroup.source_kind == SourceKind.PLAN, AssignmentGroup.source_ref == ref))
        return {(official_id, code): state for official_id, code, state in found}


def on_the_phone(browser, site: Site, official_id: int, slug: str) -> None:
    """The official finds the assignment with its reason, and takes the quiz."""
    with site.database.reading() as session:
        site.accounts["official"] = session.get_one(Official, official_id).staff_no
    with window(browser, site, "official", language="en", viewport=NARROW) as context:
        tab = context.new_page()
        tab.goto("/")
        tab.goto("/me/assignments")
        assert WHY in said(tab) and overflow(tab) == []
        take_quiz(tab, slug)
        assert overflow(tab) == []
        tab.goto("/me/assignments")
        assert "done" in said(tab)


def results(browser, site: Site, small: str, competency: str) -> None:
    """A quarter later HR reads the gap against the first measurement, what came of the plan, and takes a report away."""
    with window(browser, site, "hr", language="en", viewport=WIDE) as context:
        tab = context.new_page()
        tab.goto(f"/talent/gap/{COUNTY}/{competency}")
        assert "Its clock was moved on" in tab.locator("header").first.inner_text()
        assert re.search(r"First measurement, .* Now: .* ± [\d.]+ levels", said(tab))
        assert "Band: the range of four chances in five" in tab.locator("main").text_content()
        tab.goto(f"/talent/plans/{small}")
        assert re.search(r"Those who are done were [\d.]+ levels short when the plan was made; by their answers they are [\d.]+ ± [\d.]+ short now", said(tab))
        follow(tab.get_by_role("link", name="Report of the unit"))
        follow(tab.get_by_role("button", name="Make the report"))
        with tab.expect_download() as download:
            tab.locator("main a[href$='/file']").first.click()
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def test_from_the_largest_gap_to_what_a_quarter_brought(browser, county):
    with window(browser, county, "hr", language="en", viewport=WIDE) as context:
        tab = context.new_page()
        competency = largest_gap(tab)
        small, large = two_plans(tab)
        weigh(tab, small, large, competency)
        carry_out(tab, small)
    places = planned(county, small)
    assert set(assigned(county, small)) == places and assigned(county, large) == {}
    official_id, slug = min(places)
    on_the_phone(browser, county, official_id, slug)
    assert assigned(county, small)[official_id, slug] == "done"
    said_so = lms(county, "sample", "advance", "--days", str(QUARTER))
    assert "course: " in said_so
    instance.forget()
    states = list(assigned(county, small).values())
    assert states.count("done") > len(states) // 3 and "open" in states, "most did it, some didn't"
    results(browser, county, small, competency)
    assert "Stored equals derived" in lms(county, "competency", "rebuild", "--check")
    assert "whole" in lms(county, "audit", "verify")
