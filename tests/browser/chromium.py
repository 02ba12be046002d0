"""The system's Chromium under Playwright: nothing is downloaded, and no page may reach another host."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Locator, Response, expect, sync_playwright

from tests.browser.site import Site

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--font-render-hinting=none",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
LANGUAGES = ("zh-Hans", "en")
PATIENCE = 30_000
"""Milliseconds."""


def path() -> str | None:
    """Where the browser is installed, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def running() -> Iterator[Browser]:
    """One browser process, in which what is expected may take as long as a page may: a busy machine is no fault."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=FLAGS)
        yield browser
        browser.close()


class Reader:
    """One window in one language through which every page is read, as whoever opens it: a page more costs no sign-in and no new process."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site, self.context, self.tab = site, context, context.new_page()
        self.said: list[str] = []
        self._cookies: dict[str, str] = {}
        self.tab.on("console", lambda message: self.said.append(message.text) if message.type in ("error", "warning") else None)
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, address: str, who: str | None, viewport: dict[str, int]) -> Response:
        """Go to a page as ``who`` (None: nobody)."""
        self.context.clear_cookies(name="lms")
        if who:
            if who not in self._cookies:
                self._cookies[who] = self.site.cookie(who)
            self.context.add_cookies([{"name": "lms", "value": self._cookies[who], "url": self.site.url}])
        self.tab.set_viewport_size(viewport)
        self.said.clear()
        answer = self.tab.goto(address)
        assert answer is not None
        return answer


@contextmanager
def window(
    browser: Browser, site: Site, login: str | None, *, language: str = "zh-Hans", viewport: dict[str, int] = WIDE, **options: object
) -> Iterator[BrowserContext]:
    """A fresh profile, signed in as ``login`` (None: nobody), reading ``language``. Raises when a page asked another host."""
    strays: list[str] = []
    context = browser.new_context(base_url=site.url, viewport=viewport, reduced_motion="reduce", **options)
    context.on("request", lambda request: None if request.url.startswith((site.url, "data:", "blob:")) else strays.append(request.url))
    cookies = [{"name": "language", "value": language, "url": site.url}]
    if login:
        cookies.append({"name": "lms", "value": site.cookie(login), "url": site.url})
    context.add_cookies(cookies)
    yield context
    context.close()
    if strays:
        raise AssertionError(f"pages asked other hosts: {strays}")


def follow(target: Locator) -> None:
    """Click what leads to a page, and wait until that page is there: a click alone returns before, and what is read next may be the old page."""
    with target.page.expect_navigation():
        target.click()
