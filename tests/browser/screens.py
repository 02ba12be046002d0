"""Pictures of the pages that show what each part is for, in both languages at both widths, with an index: `make screens` writes docs/screens/.

The county is the sample of seed 1, as `make run` shows it, on a fixed day: the same pages give the same pictures. They hold the
upper part of a page in few colours, which keeps them small.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser

from lms.core import clock
from lms.operations import sample
from tests.browser import chromium
from tests.browser.chromium import LANGUAGES, NARROW, WIDE, window
from tests.browser.site import Site, build, served
from tests.browser.sitemap import PAGES, Page
from tests.conventions.source import ROOT

FOLDER = ROOT / "docs/screens"
WIDTHS = {1280: WIDE, 360: NARROW}
TALLEST = {1280: 1080, 360: 1180}
TALL = {"unit-skills": 2, "unit-skills-head": 2, "my-skills": 1.5, "unit-print": 2}
INKS = ("1c2530", "1b587a", "a33620", "256a58", "84550e", "b07f1c", "d0c5a8")
WASHES = ("f3f0e7", "dfdacd", "857f70", "e6eff4", "e7f1ec", "f8efdc", "f9eae5", "8db4a9", "eddcb4", "e3dcc9", "ebe6d8")
_SHOWN = """
    account accounts activation administration assignments-group audit-log codes course course-decision course-decisions courses courses-search
    decision gap gap-board home-administrator home-auditor home-head home-hr home-official how-it-works import import-ready import-refused lesson
    lesson-check my-account my-assignments my-record my-skill my-skills not-allowed not-found official official-edit official-new official-skill
    official-skills partner partners people plan plan-decide plan-decided plans-compared power-list privacy quiz quiz-evidence quiz-practice
    quiz-result-evidence quiz-result-practice quiz-review sign-in unit unit-changes unit-edit unit-new unit-people unit-print unit-skills
    unit-skills-head units draft draft-lesson draft-conflict draft-items draft-item draft-item-preview draft-blueprint draft-head
    import-questions-choice fact fact-flag reviews review review-lesson-text review-lesson-lines review-item review-release versions-changes
    course-quality question-bank question orders order-open order-offers order-cohorts order-verification order-open-partner bases base library
    library-entry organisation invitation placement-question marking-work correction appeal targets target-draft plans dual-strand bench decisions
    yearly-plan reports assignments comments
"""
SHOWN = frozenset(_SHOWN.split())
"""The pages of which docs/screens/ has pictures: what each part is there for."""
DAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def picture(browser: Browser, site: Site, page: Page, language: str, viewport: dict[str, int]) -> bytes:
    """The page from its top (at most :data:`TALLEST` pixels) as a small PNG."""
    with window(browser, site, page.who, language=language, viewport=viewport) as context:
        tab = context.new_page()
        tab.goto(page.at(site))
        height = min(int(TALLEST[viewport["width"]] * TALL.get(page.name, 1)), tab.evaluate("document.documentElement.scrollHeight"))
        return smaller(tab.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": viewport["width"], "height": height}))


def smaller(png: bytes) -> bytes:
    """The picture in the fixed palette: rare colours, such as the seal's cinnabar, are kept as well as common ones."""
    from PIL import Image

    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in _palette() for channel in colour])
    target = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()


def _palette() -> list[tuple[int, int, int]]:
    """The pigments, each in four steps towards paper for the edges of letters, and the washes."""
    paper = (251, 250, 246)
    mixed = [tuple(round(p + (c - p) * step / 4) for c, p in zip(_rgb(ink), paper)) for ink in INKS for step in (1, 2, 3, 4)]
    return [paper, (255, 255, 255), *map(_rgb, WASHES), *mixed]


def _rgb(code: str) -> tuple[int, int, int]:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def index(pages: list[Page]) -> str:
    """A page that shows them all, for docs/screens/README.md."""
    lines = ["# Pages", "", "Made by `make screens` from the sample county. Left Chinese, right English; below each the phone.", ""]
    for page in pages:
        lines += [f"## {page.name}", "", "| 中文 | English |", "| --- | --- |"]
        lines += [f"| {cell(page, 'zh', width)} | {cell(page, 'en', width)} |" for width in WIDTHS]
        lines.append("")
    return "\n".join(lines)


def cell(page: Page, language: str, width: int) -> str:
    """The picture in Markdown."""
    return f"![{page.name}, {language}, {width} px]({page.name}-{language}-{width}.png)"


def main() -> None:
    """Write the pictures of the pages of :data:`SHOWN`, or of those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="these pages of the site map instead")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--people", type=int, default=sample.PEOPLE)
    wanted = parser.parse_args()
    if chromium.path() is None:
        sys.exit("No Chromium on this machine (on Debian: apt-get install chromium).")
    pages = [page for page in PAGES if page.name in (wanted.names or SHOWN)]
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with clock.at(DAY), tempfile.TemporaryDirectory() as folder:
        app = build(Path(folder), now=DAY, people=wanted.people, sittings=min(sample.SITTINGS, wanted.people // 5))
        with served(app) as site, chromium.running() as browser:
            for page in pages:
                write(browser, site, page, wanted.folder)
    if not wanted.names:
        (wanted.folder / "README.md").write_text(index(pages), encoding="utf-8")


def write(browser: Browser, site: Site, page: Page, folder: Path) -> None:
    """The four pictures of a page."""
    for language in LANGUAGES:
        for width, viewport in WIDTHS.items():
            name = f"{page.name}-{language[:2]}-{width}.png"
            (folder / name).write_bytes(picture(browser, site, page, language, viewport))
    print(page.name)


if __name__ == "__main__":
    main()
