"""Marking by keys: one digit a criterion and Enter; without script by Tab and arrows, with the same result."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as Tab
from sqlalchemy import func, select

from lms.assessments.models import ItemRevision, Response
from lms.core import clock
from lms.marking.models import Mark
from lms.people.models import Official
from tests.browser.chromium import window
from tests.browser.site import Site


def waiting(site: Site, attempt: str) -> tuple[int, list[int]]:
    """An answer of the last official that waits for its marker: (its id, the points of each criterion)."""
    with site.database.writing() as session:
        revision = session.scalars(select(ItemRevision).where(ItemRevision.kind == "short").order_by(ItemRevision.id)).first()
        known = {"competency": revision.competency, "item_id": revision.item_id, "item_revision_id": revision.id, "correct": None}
        answer = {"answer": {"value": "由信息员在本月底前补充合同条款。"}, "source": "attempt", "submitted_at": clock.now()}
        made = Response(official_id=session.scalar(select(func.max(Official.id))), attempt_ref=attempt, position=1, **known, **answer)
        session.add(made)
        session.flush()
        return made.id, [one["points"] for one in revision.content["rubric"]]


def marked(site: Site, response_id: int) -> list[list[int]]:
    with site.database.reading() as session:
        return list(session.scalars(select(Mark.grades).where(Mark.response_id == response_id)))


def by_digits(tab: Tab, points: list[int]) -> None:
    for n in points:
        tab.keyboard.press(str(n))
    assert tab.evaluate("document.activeElement.type") == "submit"


def by_arrows(tab: Tab, points: list[int]) -> None:
    """The highest grade of each: Up wraps from the first radio button to the last."""
    assert tab.locator("[data-keys]").is_hidden()
    tab.locator("main form input[type=radio]").first.focus()
    for place in range(len(points)):
        tab.keyboard.press("ArrowUp")
        tab.keyboard.press("Tab")
        assert tab.locator(f"#c{place + 1} input:checked").get_attribute("value") == str(points[place])
    tab.keyboard.press("Tab")


@pytest.mark.parametrize(("script", "fill"), [(True, by_digits), (False, by_arrows)], ids=["with script", "without script"])
def test_an_answer_is_marked_by_keys_alone(browser, site, script, fill):
    response_id, points = waiting(site, f"keys-{script}")
    with window(browser, site, "assessor", language="en", java_script_enabled=script) as context:
        tab = context.new_page()
        tab.goto(f"/marking/answers/{response_id}")
        before = tab.url
        fill(tab, points)
        tab.keyboard.press("Enter")
        tab.wait_for_url(lambda url: url != before)
        assert "Marked." in tab.locator("main").inner_text()
    assert marked(site, response_id) == [points]


def test_a_digit_that_is_no_grade_and_digits_in_the_comment_choose_nothing(browser, site):
    with window(browser, site, "assessor", language="en") as context:
        tab = context.new_page()
        tab.goto(f"/marking/works/{site.known['to_judge']}")
        tab.keyboard.press("9")
        assert tab.locator("input:checked").count() == 0
        for n, key in enumerate("3201"):
            assert tab.locator(".grades.now").get_attribute("id") == f"c{n + 1}"
            tab.keyboard.press(key)
        tab.locator("textarea[name=comment]").focus()
        tab.keyboard.type("3 of 3")
        assert [tab.locator(f"#c{n} input:checked").get_attribute("value") for n in (1, 2, 3, 4)] == list("3201")
        assert tab.locator("textarea[name=comment]").input_value() == "3 of 3"
        tab.locator("#c2 input").first.focus()
        tab.keyboard.press("1")
        assert tab.locator("#c2 input:checked").get_attribute("value") == "1"
