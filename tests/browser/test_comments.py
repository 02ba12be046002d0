"""Two taps on a phone make a comment; the author's answer comes back; every page on the way accessible and none too wide, without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as Tab

from tests.browser.chromium import NARROW, WIDE, follow, window
from tests.browser.site import Site
from tests.browser.test_accessibility import faults, overflow

LESSON = "/courses/internet-and-governance/C01-L1"


def looked_at(tab: Tab) -> None:
    """The page as it stands, at a desk and on a phone."""
    assert tab.locator("h1").count() == 1
    for size in (WIDE, NARROW):
        tab.set_viewport_size(size)
        assert faults(tab) + overflow(tab) == []


@pytest.mark.parametrize(("language", "start"), [("zh-Hans", "lesson"), ("en", "result")])
def test_two_taps_without_script_and_the_answer_comes_back(browser, site: Site, language, start):
    address = LESSON if start == "lesson" else f"/attempts/{site.known['sat']}/result"
    with window(browser, site, "sitter", language=language, viewport=NARROW, java_script_enabled=False, has_touch=True) as phone:
        mine = phone.new_page()
        mine.goto(address)
        with mine.expect_navigation():
            mine.locator("main a[href*='/me/comments/new']").last.tap()
        button = mine.locator("main button[value=hard]")
        box = button.bounding_box()
        assert box["height"] >= 44 and box["y"] + box["height"] <= NARROW["height"]  # nothing to scroll between the two taps
        with mine.expect_navigation():
            button.tap()
        assert "/me/comments/" in mine.url and "new" not in mine.url
        ref = mine.url.rsplit("/", 1)[-1]
    with window(browser, site, "author", language=language) as desk:
        tab = desk.new_page()
        tab.goto("/comments/?order=newest")
        looked_at(tab)
        follow(tab.locator(f"a[href='/comments/{ref}']"))
        looked_at(tab)
        tab.locator("input[value=answered]").check()
        tab.locator("textarea[name=text]").fill("已经改写。")
        follow(tab.locator("form[action$=answer] button"))
        looked_at(tab)
    with window(browser, site, "sitter", language=language, viewport=NARROW) as phone:
        mine = phone.new_page()
        mine.goto("/me/comments")
        looked_at(mine)
        follow(mine.locator(f"a[href='/me/comments/{ref}']"))
        looked_at(mine)
        assert "已经改写。" in mine.locator("main").inner_text()
        mine.goto("/me/comments/new?course=internet-and-governance&lesson=C01-L1")
        looked_at(mine)
