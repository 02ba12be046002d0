"""Pages of drafts in a browser without script: begin, write, look, decide, take along."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from lms.authoring import actions, queries
from lms.core import clock
from lms.people.models import Partner
from tests.support.people import actor_of, browser_of

LESSON = "lessons/01-first-lesson.zh.md"


@pytest.fixture
def author(app, cast):
    browser = browser_of(app, cast, "author")
    browser.set_cookie("language", "en")
    return browser


@pytest.fixture
def draft(database, cast, now):
    author = actor_of(database, cast, "author")
    with database.writing() as session:
        partner = session.get_one(Partner, cast.partner_id)
        return actions.create_draft(
            session, actor=author, now=now, partner=partner, code="C50", slug="wells", title_zh="井", title_en="Wells"
        )


def page(browser, address, status=200):
    answer = browser.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_every_page_of_a_draft_opens(author, draft):
    start = f"/author/drafts/{draft.ref}"
    addresses = ["/author/drafts/", "/author/drafts/?state=all&q=wells&order=code", "/author/drafts/new", start, f"{start}/lessons/01-first-lesson",
                 f"{start}/lessons/01-first-lesson?language=zh&line=14", f"{start}/preview/01-first-lesson?language=en", f"{start}/pictures/",
                 f"{start}/history/", f"{start}/history/?file={LESSON}", f"{start}/history/1?file={LESSON}", f"{start}/file?file=course.yaml&line=3",
                 f"{start}/discard", "/author/facts?q=law", "/author/facts?part=1&q=x"]  # fmt: skip
    for address in addresses:
        assert "<" in page(author, address)
    assert author.get("/author/drafts/export.csv").get_data(as_text=True).count("wells") == 1
    page(author, f"{start}/lessons/02-nothing", 404)
    page(author, "/author/drafts/unknown", 404)
