"""Every page in both languages: axe finds nothing, nothing sticks out of a phone, and the console stays silent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as Tab

from tests.browser.chromium import LANGUAGES, NARROW, WIDE
from tests.browser.sitemap import PAGES
from tests.conventions.source import ROOT

AXE = (ROOT / "tests/vendor/axe-4.14.1.min.js").read_text(encoding="utf-8")
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


WITHOUT_COLOURS = RULES | {"rules": {"color-contrast": {"enabled": False}}}
"""The rule that takes most of the time. No colour depends on the width of the window (tests/conventions/test_styles.py), nor on the language."""


def faults(tab: Tab, rules: dict = RULES) -> list[str]:
    """What axe says against the page as it stands: rule, place, reason."""
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(AXE)
    found = tab.evaluate("rules => axe.run(document, rules)", rules)
    return [f"{v['id']} {node['target']}: {node['failureSummary']}" for v in found["violations"] for node in v["nodes"]]


def overflow(tab: Tab) -> list[str]:
    """Elements that make the page wider than the window; boxes that scroll by themselves may be wider inside."""
    return tab.evaluate(
        """() => {
          const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
          if (wide <= 0) return [];
          return [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map(e => e.tagName + '.' + e.className).slice(0, 5);
        }"""
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_accessible(readers, site, page, language):
    reader = readers[language]
    tab, answer = reader.tab, reader.open(page.at(site), page.who, WIDE)
    assert answer.status == page.status
    assert tab.locator("html").get_attribute("lang") == language
    assert tab.locator("h1").count() == 1
    # The page is the same in both languages, only its widths are not: axe reads each layout once, and each language once.
    found = {"wide": overflow(tab) + (faults(tab) if language == "en" else [])}
    tab.set_viewport_size(NARROW)
    found["phone"] = overflow(tab) + (faults(tab, WITHOUT_COLOURS) if language == "zh-Hans" else [])
    assert found == {"wide": [], "phone": []}
    assert [text for text in reader.said if f"status of {page.status}" not in text] == []
