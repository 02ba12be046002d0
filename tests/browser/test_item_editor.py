"""A question written in the browser: remarks and preview while one writes, rows by keyboard, an answer tried; the same on a phone without script."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.chromium import NARROW, WIDE, follow, window
from tests.browser.test_accessibility import faults, overflow


def test_remarks_and_preview_follow_the_writer_and_rows_come_by_keyboard(browser, site):
    with window(browser, site, "author", language="en", bypass_csp=True) as desk:
        tab = desk.new_page()
        tab.goto(f"/author/drafts/{site.known['writing']}/items/C01-Q90")
        stem, remarks = tab.locator("#f-stem-en"), tab.locator("#said-f-stem-en")
        stem.fill("")
        expect(remarks).to_contain_text("is empty")
        stem.fill("Who has to act first, and why?")
        expect(remarks).to_be_empty()
        expect(tab.locator("#seen .phone").last).to_contain_text("Who has to act first, and why?")
        rows = tab.locator("#f-options > ol > li")
        before = rows.count()
        tab.locator("#f-options button[value='options:add']").focus()
        tab.keyboard.press("Enter")
        expect(rows).to_have_count(before + 1)
        expect(rows.last.locator("textarea").first).to_be_focused()
        tab.keyboard.type("再想一想")
        tab.locator(f"#f-options button[value='options:up:{before}']").press("Enter")
        expect(rows.nth(before - 1).locator("textarea").first).to_have_value("再想一想")
        tab.locator(f"#f-options button[value='options:remove:{before - 1}']").press("Enter")
        expect(rows).to_have_count(before)
        tab.locator("[data-look-up]").press("Enter")
        tab.keyboard.type("law")
        tab.locator("[data-fact]").first.click()
        expect(tab.locator("#f-facts")).to_have_value(re.compile(r"LF-\d+"))
        for size in (WIDE, NARROW):
            tab.set_viewport_size(size)
            assert faults(tab) + overflow(tab) == []
        tab.locator(".do-bar button[value=save]").press("Enter")
        expect(tab.locator("main .notice").first).to_contain_text("Saved.")
        expect(stem).to_have_value("Who has to act first, and why?")


def test_who_is_signed_out_while_writing_a_question_keeps_the_words(browser, site):
    with window(browser, site, "author", language="en") as desk:
        tab = desk.new_page()
        tab.goto(f"/author/drafts/{site.known['writing']}/items/C01-Q90")
        stem, save = tab.locator("#f-stem-en"), tab.locator(".do-bar button[value=save]")
        stem.fill("Who answers for the wells tonight?")
        session = desk.cookies()
        desk.clear_cookies()
        save.press("Enter")
        expect(tab.locator("#verdict")).to_contain_text("Your words stay here.")
        desk.add_cookies(session)
        tab.locator("#editor [name=csrf_token]").evaluate("field => { field.value = 'of the session before'; }")
        save.press("Enter")
        expect(tab.locator("main .notice").first).to_contain_text("Saved.")
        expect(stem).to_have_value("Who answers for the wells tonight?")


def test_a_phone_without_script_writes_fills_in_and_tries(browser, site):
    with window(browser, site, "author", language="zh-Hans", viewport=NARROW, java_script_enabled=False) as phone:
        tab = phone.new_page()
        tab.goto(f"/author/drafts/{site.known['writing']}/items/C01-Q91")
        tab.locator("#f-stem-en").fill("Match each name with its question.")
        follow(tab.locator("button[value='left:add']"))
        expect(tab.locator("#f-left > ol > li")).to_have_count(4)
        follow(tab.locator("button[value='left:remove:3']"))
        expect(tab.locator("#f-stem-en")).to_have_value("Match each name with its question.")
        follow(tab.locator(".do-end button"))
        tab.goto(f"/author/drafts/{site.known['writing']}/bank/fill")
        tab.locator("input[name=tick][value=C01-Q90]").check()
        tab.locator("select[name=competency]").select_option("NET-1")
        tab.locator("select[name=level]").select_option("1")
        follow(tab.locator("#set button"))
        expect(tab.locator("tr", has_text="C01-Q90")).to_contain_text("NET-1 L1")
        tab.goto(f"/author/drafts/{site.known['writing']}/items/C01-Q01/preview")
        tab.locator("#tried-1-zh-Hans input[value=a]").check()
        follow(tab.locator("#tried-1-zh-Hans button"))
        expect(tab.locator(".worth")).to_contain_text("100")
        assert overflow(tab) == []
