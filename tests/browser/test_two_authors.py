"""Two authors at one lesson in two browsers, one of them without a connection in between and with a browser that was closed: nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from sqlalchemy import func, select

from lms.access.actor import operator
from lms.access.permissions import Role
from lms.app import create_app
from lms.authoring import actions, queries
from lms.authoring.models import CourseDraft, FileConflict
from lms.config import Settings
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import new_ref
from lms.facts import actions as facts
from lms.facts.actions import Statement
from lms.facts.enums import FactStatus
from lms.operations import migrate, setup
from lms.people.models import Account, Partner, RoleGrant
from lms.people.queries import actor_of_account, partner_by_code
from tests.browser.chromium import NARROW, WIDE, follow, window
from tests.browser.site import Site, served
from tests.browser.test_accessibility import faults, overflow

CHINESE = "lessons/01-first-lesson.zh.md"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4"/></svg>'
AUTHORS = {"author": "合作高校作者", "author-two": "合作高校作者乙"}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """Two authors of one organisation, and nobody's history: nothing else is needed to write."""
    settings = Settings(instance=tmp_path_factory.mktemp("writing"), secret_key="b" * 40, background=False, log_format="text")
    setup.prepare_instance(settings)
    database = Database(settings.url)
    migrate.upgrade(database)
    with database.writing() as session:
        partner = Partner(ref=new_ref(), code="U01", name_zh="合作大学", name_en="Partner University", kind="university", created_at=clock.now())
        session.add(partner)
        session.flush()
        for login, name in AUTHORS.items():
            account = Account(ref=new_ref(), login=login, name=name, active=True, created_at=clock.now())
            session.add(account)
            session.flush()
            grant = {"role": Role.AUTHOR, "partner_id": partner.id, "granted_by": "test", "granted_at": clock.now()}
            session.add(RoleGrant(ref=new_ref(), account_id=account.id, **grant))
    database.engine.dispose()
    with served(create_app(settings), prepared=False) as site:
        site.accounts = {login: login for login in AUTHORS}
        yield site


@pytest.fixture
def draft(site: Site) -> CourseDraft:
    with site.database.writing() as session:
        author = actor_of_account(session, session.scalars(select(Account.id).where(Account.login == "author")).one())
        partner = partner_by_code(session, "U01")
        number = 70 + session.scalar(select(func.count(CourseDraft.id)))  # no two drafts have one code
        names = {"code": f"C{number}", "slug": f"wells-{number}", "title_zh": "井", "title_en": "Wells"}
        return actions.create_draft(session, actor=author, now=clock.now(), partner=partner, **names)


def writing(tab: Tab) -> str:
    return tab.locator("#write-zh").input_value()


def write(tab: Tab, old: str, new: str) -> None:
    """Type over a passage, as a hand would."""
    tab.locator("#write-zh").evaluate("(area, old) => { const at = area.value.indexOf(old); area.focus(); area.setSelectionRange(at, at + old.length); }", old)
    tab.keyboard.insert_text(new)


def texts(site: Site, draft: CourseDraft) -> list[str]:
    """All versions of the Chinese file."""
    with site.database.reading() as session:
        row = queries.file_row(session, draft.id, CHINESE)
        return [edit.text or "" for edit in queries.edits(session, row.id)]


def looked_at(tab: Tab) -> None:
    for size in (WIDE, NARROW):
        tab.set_viewport_size(size)
        assert faults(tab) + overflow(tab) == []


def test_two_authors_one_of_them_offline_lose_nothing(browser, site: Site, draft):
    address = f"/author/drafts/{draft.ref}/lessons/01-first-lesson"
    with window(browser, site, "author", language="en") as desk, window(browser, site, "author-two", language="en") as field:
        first, second = desk.new_page(), field.new_page()
        first.goto(address)
        second.goto(address)
        write(first, "## 情境", "## 情境\n\n井水变浑了。")
        expect(first.locator("#state")).to_have_text(re.compile("^Saved ·"))
        assert "井水变浑了。" in texts(site, draft)[-1]

        field.set_offline(True)
        write(second, "## 情境", "## 情境\n\n河水变黄了。")
        write(second, "## 小结", "## 小结\n\n先取样，再下结论。")
        expect(second.locator("#state")).to_contain_text("No connection")
        write(second, "## 做一做", "## 做一做\n\n写下三个问题。")
        mine = writing(second)
        second.close(run_before_unload=False)
        write(first, "## 要点", "## 要点\n\n浑浊度是什么。")
        first.keyboard.press("Control+s")
        expect(first.locator("#state")).to_have_text(re.compile("^Saved ·"))

        field.set_offline(False)
        again = field.new_page()
        again.goto(address)
        expect(again.locator("#kept")).to_be_visible()
        looked_at(again)
        assert "河水变黄了。" not in writing(again)
        again.locator("[data-take-up]").click()
        assert writing(again) == mine
        expect(again.locator("#state")).to_contain_text("Two texts clash")
        expect(again.locator("#others")).to_contain_text("is writing this lesson too")
        with site.database.reading() as session:
            kept = session.scalars(select(FileConflict).order_by(FileConflict.id.desc())).first()
        assert "写下三个问题。" in kept.text and kept.author == "合作高校作者乙"

        follow(again.locator("#state a"))
        assert "井水变浑了。" in again.locator("del, .was").all_inner_texts().__str__()
        looked_at(again)
        together = again.locator("#text").input_value()
        assert all(part in together for part in ("井水变浑了。", "河水变黄了。", "先取样，再下结论。", "写下三个问题。", "浑浊度是什么。"))
        follow(again.locator("button[value=both]"))
        found = texts(site, draft)
        assert found[-1] == together and any("井水变浑了。" in text and "河水变黄了。" not in text for text in found)
        assert writing(again).count("水变") == 2
        again.goto(f"/author/drafts/{draft.ref}/history/?file={CHINESE}")
        assert "settled by version" in again.locator("main").inner_text()
        looked_at(again)


def test_what_the_other_changes_in_the_head_is_not_taken_back(browser, site: Site, draft):
    address = f"/author/drafts/{draft.ref}/lessons/01-first-lesson"
    with window(browser, site, "author", language="en") as desk, window(browser, site, "author-two", language="en") as field:
        first, second = desk.new_page(), field.new_page()
        first.goto(address)
        second.goto(address)
        first.locator(".lesson-head summary").click()
        first.locator("#facts").fill("LF-101")
        first.locator("[name=serve_c]").first.select_option("SEC-1")
        first.keyboard.press("Control+s")
        expect(first.locator("#state")).to_have_text(re.compile("^Saved ·"))
        for words in ("河水变黄了。", "河水又清了。"):
            write(second, "## 小结", f"{words}\n\n## 小结")
            second.keyboard.press("Control+s")
            expect(second.locator("#state")).to_have_text(re.compile("^Saved"))
            expect(second.locator("#facts")).to_have_value("LF-101")
        last = texts(site, draft)[-1]
        assert "facts: [LF-101]" in last and "serves: [{c: SEC-1, level: 1}]" in last and "河水又清了。" in last


def test_a_fact_that_is_cited_says_at_once_what_it_states(browser, site: Site, draft):
    with site.database.writing() as session:
        said = Statement("井深四十米", "The well is 40 m deep", FactStatus.KNOWN, 90)
        facts.add(session, actor=operator("test"), code="LF-777", said=said, reason="New.", now=clock.now())
    address = f"/author/drafts/{draft.ref}/lessons/01-first-lesson"
    with window(browser, site, "author", language="en", timezone_id="America/New_York") as desk:
        tab = desk.new_page()
        tab.goto(address)
        tab.locator("section[data-language=en] [data-tool=fact]").click()
        tab.locator("#fact-words").fill("LF-777")
        tab.locator("[data-fact=LF-777]").click()
        assert "The well is 40 m deep" in tab.locator("#cited").inner_text()
        expect(tab.locator("#state")).to_have_text(re.compile("^Saved · [0-2][0-9]:[0-5][0-9]$"))
        tab.locator("#facts").fill("LF-778")
        expect(tab.locator("#cited")).to_have_text(re.compile("LF-778 *The register has no such fact"))
        key = f"lesson:{draft.ref}/01-first-lesson"
        kept = '{"content": "{}", "bases": {}, "at": 1795450140000}'  # 2026-11-23 16:09 UTC
        expect(tab.locator("#state")).to_have_text(re.compile("^Saved"))
        tab.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [key, kept])
        tab.reload()
        assert "Written 24 Nov 2026, 00:09;" in tab.locator("#kept").inner_text()


def test_the_editor_works_with_the_keyboard_alone_and_on_a_phone(browser, site: Site, draft):
    address = f"/author/drafts/{draft.ref}/lessons/01-first-lesson"
    with window(browser, site, "author", language="en", viewport=NARROW) as phone:
        tab = phone.new_page()
        tab.goto(address)
        looked_at(tab)
        tab.set_viewport_size(NARROW)
        tab.locator("button[data-view=zh]").click()
        area = tab.locator("#write-zh")
        area.focus()
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.id") != "write-zh"
        tab.keyboard.press("Shift+Tab")
        assert tab.evaluate("document.activeElement.id") == "write-zh"
        tab.keyboard.press("Control+End")
        tab.keyboard.insert_text("\n\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |")
        expect(tab.locator("[data-preview=zh] table")).to_be_visible()
        tab.keyboard.press("Control+s")
        expect(tab.locator("#state")).to_have_text(re.compile("^Saved ·"))
    with window(browser, site, "author", language="en", java_script_enabled=False) as plain:
        tab = plain.new_page()
        tab.goto(address)
        tab.locator("#write-en").fill("Nothing but a form.")
        follow(tab.locator("#editor button.btn").first)
        assert "Saved." in tab.locator("main").inner_text() and tab.locator("#write-en").input_value() == "Nothing but a form."


def test_a_picture_is_put_into_both_languages_with_what_it_shows(browser, site: Site, draft):
    with window(browser, site, "author", language="en") as desk:
        tab = desk.new_page()
        tab.goto(f"/author/drafts/{draft.ref}/lessons/01-first-lesson")
        tab.locator("#write-zh").focus()
        tab.locator("section[data-language=zh] [data-tool=picture]").click()
        picture = {
            "name": "The well.svg",
            "mimeType": "image/svg+xml",
            "buffer": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4"/></svg>',
        }
        tab.locator("#picture-file").set_input_files(files=[picture])
        tab.locator("[data-put-in]").click()
        expect(tab.locator("[data-picture-error]")).to_contain_text("both languages")
        tab.locator("[name=picture-zh]").fill("一口井")
        tab.locator("[name=picture-en]").fill("A well")
        tab.locator("[data-put-in]").click()
        expect(tab.locator("#write-en")).to_have_value(re.compile(r"!\[A well\]\(assets/the-well\.svg\)"))
        assert "![一口井](assets/the-well.svg)" in writing(tab)
        expect(tab.locator("[data-preview=zh] img")).to_be_visible()
        expect(tab.locator("#state")).to_have_text(re.compile("^Saved ·"))


def test_who_signed_in_again_in_another_window_saves_on(browser, site: Site, draft):
    with window(browser, site, "author", language="en") as desk:
        tab = desk.new_page()
        tab.goto(f"/author/drafts/{draft.ref}/lessons/01-first-lesson")
        tab.locator("#editor [name=csrf_token]").evaluate("field => { field.value = 'of the session before'; }")
        write(tab, "## 情境", "## 情境\n\n井水变浑了。")
        tab.keyboard.press("Control+s")
        expect(tab.locator("#state")).to_have_text(re.compile("^Saved ·"))
        assert "井水变浑了。" in texts(site, draft)[-1]
