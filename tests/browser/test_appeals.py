"""An appeal from the official's phone to the answer at HR's desk, and a question at the administrator's: every page accessible, none too wide."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as Tab

from tests.browser.chromium import LANGUAGES, NARROW, WIDE, follow, window
from tests.browser.site import Site
from tests.browser.test_accessibility import faults, overflow


def looked_at(tab: Tab) -> None:
    """The page as it stands, at a desk and on a phone."""
    assert tab.locator("h1").count() == 1
    for size in (WIDE, NARROW):
        tab.set_viewport_size(size)
        assert faults(tab) + overflow(tab) == []


def handed_in(tab: Tab, site: Site, place: int) -> str:
    """The official contests the result as a whole (0) or a question of it; answers the appeal's reference."""
    tab.goto(f"/attempts/{site.known['sat']}/result")
    follow(tab.locator(f"a[href*='/me/appeals/new?attempt={site.known['sat']}']"))
    looked_at(tab)
    tab.locator("input[name=question]").nth(place).check()
    tab.locator("main button.btn").click()  # without a reason nothing is handed in
    assert "/me/appeals/new" in tab.url
    tab.locator("textarea[name=text]").fill("答到一半，线路断了。")
    follow(tab.locator("main button.btn"))
    assert "/me/appeals/" in tab.url and "new" not in tab.url
    looked_at(tab)
    return tab.url.rsplit("/", 1)[-1]


@pytest.mark.parametrize(("language", "place", "who"), [("zh-Hans", 0, "hr"), ("en", 1, "administrator")])
def test_an_appeal_is_made_talked_about_and_answered(browser, site, language, place, who):
    assert language in LANGUAGES
    with window(browser, site, "sitter", language=language, viewport=NARROW) as context:
        mine = context.new_page()
        ref = handed_in(mine, site, place)
        with window(browser, site, who, language=language) as desk:
            tab = desk.new_page()
            tab.goto("/cases/")
            looked_at(tab)
            follow(tab.locator(f"a[href='/cases/{ref}']"))
            looked_at(tab)
            tab.locator("form[action$=messages] textarea").fill("请问是哪一天？")
            follow(tab.locator("form[action$=messages] button"))
            follow(tab.locator("form[action$=take-up] button"))
            looked_at(tab)
            mine.reload()
            mine.locator("form[action$=messages] textarea").fill("11月20日上午。")
            follow(mine.locator("form[action$=messages] button"))
            looked_at(mine)
            tab.locator("input[value=not_upheld]").check()
            tab.locator("input[value=no_change]").check()
            tab.locator("textarea[name=reason]").fill("当天线路正常。")
            follow(tab.locator("form[action$=answer] button"))
            looked_at(tab)
        mine.reload()
        said = mine.locator("main").inner_text()
        places = [said.index(text) for text in ("线路断了", "哪一天", "11月20日", "线路正常")]
        assert places == sorted(places)
        looked_at(mine)
