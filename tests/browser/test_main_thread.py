"""The thread through the whole house, with nothing prepared: commands, a served instance, and people at their browsers.

A county's roster goes in by the command line; the administrator accepts the course, HR hands out codes, six officials of one
department take the quiz without script, and what they showed stands on HR's page, on the unit head's, and in a clean rebuild.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.browser.chromium import follow

COUNTY = Path(__file__).parents[1] / "data/county"
DEPARTMENT, COURSE, PASSWORD = "513399101", "internet-and-governance", "a long enough sentence"
SIX = 6


@dataclass(slots=True)
class Installation:
    """An instance folder with its commands and its address."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LMS_INSTANCE": str(self.folder), "LC_ALL": "C.UTF-8"}

    def lms(self, *arguments: object, fails: bool = False) -> str:
        """Run a command to its end; its output and errors together."""
        line = [sys.executable, "-m", "lms.cli", *map(str, arguments)]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == (1 if fails else 0), done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def serving(self) -> Iterator[None]:
        line = [sys.executable, "-m", "lms.cli", "serve", "--port", str(self.port)]
        server = subprocess.Popen(line, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(f"{self.url}/healthz", server)
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def _wait_for(url: str, server: subprocess.Popen) -> None:
    """Until the server answers; a busy machine may take its time, a server that has ended may not."""
    for _ in range(600):
        assert server.poll() is None, f"the server ended with {server.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} never answered")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Installation(tmp_path / "instance", probe.getsockname()[1])


def code_in(text: str) -> str:
    return re.search(r"\b([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})\b", text).group(1)


@contextmanager
def person(browser: Browser, installation: Installation, *, script: bool = True) -> Iterator[Tab]:
    """A browser of one's own, in English."""
    context = browser.new_context(base_url=installation.url, java_script_enabled=script)
    context.add_cookies([{"name": "language", "value": "en", "url": installation.url}])
    yield context.new_page()
    context.close()


def activate(tab: Tab, login: str, code: str) -> None:
    """Exchange the code for a password; one is signed in afterwards."""
    tab.goto("/activate")
    tab.fill("input[name=login]", login)
    tab.fill("input[name=code]", code)
    tab.fill("input[name=password]", PASSWORD)
    tab.fill("input[name=again]", PASSWORD)
    tab.click("main button[type=submit]")
    tab.wait_for_url("**/")


def take_quiz(tab: Tab, slug: str = COURSE) -> None:
    """The evidence quiz from beginning to end: some answer to every question, handed in."""
    tab.goto(f"/assessments/{slug}/")
    tab.click("main form:has(input[value=evidence]) button")
    tab.wait_for_url("**/attempts/**")
    for _ in range(40):
        if not re.search(r"/attempts/[^/]+/\d+$", tab.url):
            break
        before = tab.url
        answer(tab)
        tab.click("main form.keep button.btn >> nth=0")
        tab.wait_for_url(lambda url, before=before: url != before)
    tab.click("main form[action$=submit] button")
    tab.wait_for_url("**/result")


def answer(tab: Tab) -> None:
    """Some answer to the question on the page, whatever its kind."""
    form = tab.locator("main form.keep")
    if (choices := form.locator("input[type=radio], input[type=checkbox]")).count():
        choices.first.check()
    elif (places := form.locator("select")).count():
        for n in range(places.count()):
            places.nth(n).select_option(index=n + 1)
    else:
        form.locator("input[name=answer], textarea[name=answer]").first.fill("12")


def accept_course(browser: Browser, installation: Installation, code: str) -> None:
    with person(browser, installation) as tab:
        activate(tab, "admin", code)
        tab.goto("/admin/courses")
        follow(tab.locator("main a:has-text('decide')").first)
        tab.fill("textarea[name=reason]", "Read by the county's party school; needed for this year's first survey.")
        follow(tab.locator("main form button"))
        assert "accepted" in tab.locator("main").inner_text().lower()


def codes_of_department(tab: Tab) -> list[tuple[str, str]]:
    """HR's sheet of one-time codes: staff number and code of each person."""
    tab.goto("/people/codes")
    field = tab.locator("main [name=unit]")
    if field.evaluate("e => e.tagName") == "SELECT":
        value = field.locator("option", has_text=DEPARTMENT).or_(field.locator(f"option[value='{DEPARTMENT}']")).first.get_attribute("value")
        field.select_option(value)
    else:
        field.fill(DEPARTMENT)
    tab.click("main form button")
    tab.wait_for_selector("main .cards")
    return re.findall(r"(YX\d+)[\s\S]*?\b([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})\b", tab.locator("main .cards").inner_text())


def skills(tab: Tab, unit: str) -> str:
    tab.goto(f"/units/{unit}/skills")
    return tab.locator("main").inner_text()


def fill_instance(installation: Installation) -> str:
    """Setup and imports; gives the first administrator's code."""
    code = code_in(installation.lms("setup"))
    installation.lms("people", "import", COUNTY / "units.csv")
    refused = installation.lms("people", "import", COUNTY / "roster_messy.csv", fails=True)
    assert "nothing was imported" in refused and "row 8, 单位编码, “999999”" in refused
    assert "added: 1200" in installation.lms("people", "import", COUNTY / "roster.csv")
    return code


def test_from_an_empty_instance_to_the_gap_on_everybodys_screen(browser, installation):
    code = fill_instance(installation)
    hr = code_in(installation.lms("users", "add", "--login", "hr1", "--role", "hr", "--scope", "513399"))
    head = code_in(installation.lms("users", "add", "--login", "head1", "--role", "unit_head", "--scope", DEPARTMENT))
    with installation.serving():
        accept_course(browser, installation, code)
        with person(browser, installation) as tab:
            activate(tab, "hr1", hr)
            assert "Nobody here has evidence yet" in skills(tab, DEPARTMENT)
            people = codes_of_department(tab)[:SIX]
            for login, one_time in people:
                with person(browser, installation, script=False) as own:
                    activate(own, login, one_time)
                    take_quiz(own)
                    assert own.goto("/me/skills/NET-1").status == 200
                    assert own.locator("main table tbody tr").count() >= 4
            assert "Nobody here has evidence yet" not in skills(tab, DEPARTMENT)
        installation.lms("gaps", "--unit", DEPARTMENT, "--refresh")
        with person(browser, installation) as tab:
            activate(tab, "head1", head)
            seen = skills(tab, DEPARTMENT)
            assert "snapshot" in seen.lower() and not any(login in seen for login, _ in people)
            assert tab.goto("/units/513399102/skills").status in (403, 404)
    assert "Stored equals derived" in installation.lms("competency", "rebuild", "--check")
    assert "whole" in installation.lms("audit", "verify")
