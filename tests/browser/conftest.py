"""One browser and one served sample county for all journeys; without Chromium these tests cannot run and say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from lms.core import clock
from tests.browser import chromium
from tests.browser.site import Site, build, served

OWN_SITE = {"test_gap_to_results", "test_main_thread", "test_order_to_change", "test_two_authors"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker reads all pages and another goes the ways that have a site of their own: each shares a browser, and the first a site.

    The compressing of a static file leaves the closing of it to the garbage collector, which tells of it in another thread.
    """
    left_open = "ignore:Exception ignored in.*FileIO:pytest.PytestUnraisableExceptionWarning"
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("journeys" if item.path.stem in OWN_SITE else "pages"))
            item.add_marker(pytest.mark.filterwarnings(left_open))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium.path() is None:
        pytest.skip("no Chromium on this machine (on Debian: apt-get install chromium)")
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="session")
def readers(browser: Browser, site: Site) -> Iterator[dict[str, chromium.Reader]]:
    """A window for each language, in which all pages are read one after the other."""
    with ExitStack() as stack:
        yield {
            language: chromium.Reader(stack.enter_context(chromium.window(browser, site, None, language=language)), site) for language in chromium.LANGUAGES
        }


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    app = build(tmp_path_factory.mktemp("county"), now=clock.now())
    with served(app) as site:
        yield site
