"""Every task can be done with the keyboard alone, and without script: signing in, reading, practising, finding one's skills, importing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page as Tab
from sqlalchemy import select

from lms.access.actor import operator
from lms.core import clock
from lms.operations.sample_cast import PASSWORD
from lms.people import accounts
from lms.people.models import Account
from tests.browser.chromium import window
from tests.browser.sitemap import COURSE, LESSON

ENOUGH = 80


def reach(tab: Tab, name: str, *, most: int = ENOUGH) -> None:
    """Press Tab until what has focus is called ``name``; fails when it never comes, or when focus cannot be seen."""
    seen = []
    for _ in range(most):
        tab.keyboard.press("Tab")
        here = tab.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
              const label = e.labels && e.labels.length ? e.labels[0].innerText : (e.getAttribute('aria-label') || e.innerText || e.value || '');
              return {name: label.trim().split('\\n')[0], shown: s.outlineStyle !== 'none' || !!e.closest('.opt')} }"""
        )
        seen.append(here["name"])
        if here["name"].startswith(name):
            assert here["shown"], f"focus on {name} cannot be seen"
            return
    raise AssertionError(f"{name!r} was never reached; passed {seen}")


def press(tab: Tab, name: str) -> None:
    """Go to the link or button ``name``, press Enter and wait for where it leads."""
    reach(tab, name)
    enter(tab)


def enter(tab: Tab) -> None:
    """Press Enter on what leads to a page, or to a place in it."""
    with tab.expect_navigation():
        tab.keyboard.press("Enter")


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def script(request: pytest.FixtureRequest) -> bool:
    return request.param


def test_signing_in_and_out(browser, site, script):
    with window(browser, site, None, language="en", java_script_enabled=script) as context:
        tab = context.new_page()
        tab.goto("/login")
        reach(tab, "Staff number")
        tab.keyboard.type(site.accounts["official"])
        reach(tab, "Password")
        tab.keyboard.type(PASSWORD)
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/")
        assert tab.locator("h1").inner_text() == "Today"
        name = tab.locator(".menu summary").inner_text().splitlines()[0]  # below it: how many notices are not read
        reach(tab, name)
        tab.keyboard.press("Enter")
        press(tab, "Sign out")
        assert "/login" in tab.url


def test_the_first_press_of_tab_leads_past_the_frame(browser, site):
    with window(browser, site, "official", language="en") as context:
        tab = context.new_page()
        tab.goto("/courses/")
        press(tab, "Skip to the content")
        assert tab.evaluate("document.activeElement.id") == "main"


def test_the_language_switch_keeps_the_page(browser, site):
    with window(browser, site, "official", language="en") as context:
        tab = context.new_page()
        tab.goto(f"/courses/{COURSE}/{LESSON}?from=here")
        press(tab, "中文")
        assert tab.url.endswith(f"/courses/{COURSE}/{LESSON}?from=here")
        assert tab.locator("html").get_attribute("lang") == "zh-Hans"


def test_reading_a_lesson_and_saying_it_is_done(browser, site):
    with window(browser, site, "sitter", language="en") as context:
        tab = context.new_page()
        tab.goto(f"/courses/{COURSE}/{LESSON}")
        press(tab, "I have studied this lesson")
        assert "done" in tab.locator(".next, .notice").first.inner_text().lower()


def test_answering_a_question(browser, site):
    with window(browser, site, "official", language="en") as context:
        tab = context.new_page()
        tab.goto(f"/attempts/{site.known['practice']}/")
        before = tab.url
        tab.locator("main input:not([type=hidden]), main select, main textarea").first.focus()
        kind = tab.evaluate("document.activeElement.type")
        tab.keyboard.press("Space") if kind in ("radio", "checkbox") else tab.keyboard.type("1")
        tab.keyboard.press("Enter")
        tab.wait_for_url(lambda url: url != before)
        assert "/attempts/" in tab.url


def fill(tab: Tab) -> None:
    """Give some answer to the question on the page, whatever its kind, by keys alone."""
    controls = tab.locator("main form.keep :is(input:not([type=hidden]), select, textarea)")
    controls.first.focus()
    kind = tab.evaluate("document.activeElement.type")
    if kind in ("radio", "checkbox"):
        tab.keyboard.press("Space")
    elif kind == "select-one":
        for place in range(controls.count()):
            tab.keyboard.type(str(place + 1))
            tab.keyboard.press("ArrowDown")
            tab.keyboard.press("Tab")
    else:
        tab.keyboard.type("12")


def test_a_whole_practice_quiz_from_start_to_result(browser, site, script):
    with window(browser, site, "sitter", language="en", java_script_enabled=script) as context:
        tab = context.new_page()
        tab.goto(f"/assessments/{COURSE}/")
        tab.locator("main form:has(input[value=formative]) button").focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/attempts/**")
        for _ in range(40):
            if not re.search(r"/attempts/[^/]+/\d+$", tab.url):
                break
            before = tab.url
            fill(tab)
            tab.locator("main form.keep button.btn").focus()
            tab.keyboard.press("Enter")
            tab.wait_for_url(lambda url, before=before: url != before)
        tab.locator("main form[action$=submit] button").focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/result")
        assert "Right" in tab.locator("main").inner_text()


def test_activating_an_account_with_the_code_from_paper(browser, site):
    login = "YX100001"
    with site.database.writing() as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
        code = accounts.issue_code(session, actor=operator("test"), account=account, now=clock.now()).code
    with window(browser, site, None, language="en") as context:
        tab = context.new_page()
        tab.goto("/activate")
        password = "a long enough sentence"
        for label, text in (("Staff number", login), ("One-time code", code), ("New password", password), ("New password once more", password)):
            reach(tab, label)
            tab.keyboard.type(text)
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/")
        assert "Your password is set" in tab.locator("main").inner_text()


def test_a_form_with_faults_leads_to_the_first_of_them(browser, site):
    with window(browser, site, "hr", language="en") as context:
        tab = context.new_page()
        tab.goto("/people/new")
        press(tab, "Add this person")
        summary = tab.locator(".notice.error").first
        assert summary.evaluate("e => e === document.activeElement")
        tab.keyboard.press("Tab")
        target = tab.evaluate("document.activeElement.hash")
        enter(tab)
        field = tab.locator(target)
        assert field.get_attribute("aria-invalid") == "true"
        assert tab.locator(f"{target}-error").count() == 1


def test_two_characters_find_a_lesson(browser, site):
    with window(browser, site, "official") as context:
        tab = context.new_page()
        tab.goto("/courses/")
        tab.locator("main input[type=search]").focus()
        tab.keyboard.type("路由")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**q=**")
        assert LESSON in tab.content()


def test_a_roster_is_imported_after_its_preview(browser, site, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("工号,姓名,单位编码,单位名称,岗位\nYX990001,新同事,513399101,,P01\n", encoding="utf-8")
    with window(browser, site, "hr", language="en") as context:
        tab = context.new_page()
        tab.goto("/people/import")
        tab.locator("input[type=file]").set_input_files(roster)
        tab.locator("main form:has(input[type=file]) button.btn").focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/people/import/*")
        assert "新同事" in tab.locator("main").inner_text()
        tab.locator("main form[action$=apply] button").focus()
        enter(tab)
        tab.goto("/people/?q=YX990001")
        assert "新同事" in tab.locator("main").inner_text()


def test_a_box_that_scrolls_sideways_takes_the_focus(browser, site):
    with window(browser, site, "hr", language="en", viewport={"width": 700, "height": 700}) as context:
        tab = context.new_page()
        tab.goto(f"/units/{site.known['unit']}/skills")
        boxes = tab.evaluate("[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.tabIndex)")
        assert set(boxes) <= {0}


@pytest.mark.parametrize("address", ["/", "/courses/", f"/courses/{COURSE}/{LESSON}", "/me/skills"])
def test_pages_need_no_script(browser, site, address):
    """The words of a page are the same with and without script."""
    said = []
    for enabled in (True, False):
        with window(browser, site, "official", language="en", java_script_enabled=enabled) as context:
            tab = context.new_page()
            tab.goto(address)
            said.append(tab.locator("main").inner_text())
    assert said[0] == said[1]
    assert len(said[0]) > 100
