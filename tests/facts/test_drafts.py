"""Drafts that cite a fact are found from the fact; what they cited before it changed is told to their authors."""

from __future__ import annotations

from datetime import timedelta

from bs4 import BeautifulSoup

from lms.authoring import actions, queries
from lms.authoring.citing import Citation, citations
from lms.authoring.enums import EditKind
from lms.courses import queries as courses
from lms.facts.enums import FlagState
from lms.people.models import Partner
from tests.assessments.conftest import SLUG

HOUR = timedelta(hours=1)
OLDER = "before the fact changed"
PLACES = ["Question C01-Q01", "Question C01-Q03", *(f"Lesson {n} ({language})" for n in (1, 2) for language in ("English", "Chinese"))]


def begun(desk, at) -> str:
    """A draft of the next version of the first course, by its author."""
    author = desk.actor("author")
    with desk.database.writing() as session:
        partner, revision = session.get_one(Partner, desk.cast.partner_id), courses.current_revision(session, SLUG)
        return actions.draft_from_revision(session, actor=author, now=at, revision=revision, partner=partner).ref


def edited(desk, ref: str, path: str, old: str, new: str, at) -> None:
    author = desk.actor("author")
    with desk.database.writing() as session:
        draft = queries.find(session, ref, actor=author)
        file = queries.file_now(session, draft.id, path)
        assert old in file.text
        known = {"actor": author, "now": at, "draft": draft, "path": path, "base": file.number, "kind": EditKind.SAVED}
        actions.save(session, text=file.text.replace(old, new, 1), **known)


def standing(page: str) -> dict[str, str]:
    """What is said of each place in the list of drafts."""
    heading = BeautifulSoup(page, "html.parser").find("h2", string="Drafts that cite it")
    rows = [" ".join(row.stripped_strings).partition(" · ") for row in heading.find_next("ul").select("li li")] if heading else []
    return {place: said for place, _mark, said in rows}


def test_a_fact_lists_the_drafts_that_cite_it_and_says_which_text_is_older(desk):
    ref = begun(desk, desk.now)
    author, admin = desk.browser("author"), desk.browser("admin")
    before = standing(author.get("/facts/LF-411").text)
    assert sorted(before) == sorted(PLACES)
    assert set(before.values()) == {""}
    assert standing(desk.browser("hr").get("/facts/LF-411").text) == {}
    assert "Facts have changed" not in author.get(f"/author/drafts/{ref}").text
    desk.change("LF-411", at=desk.now + HOUR)
    edited(desk, ref, "lessons/01-page-to-desk.en.md", "\n## ", "\nLooked at again.\n\n## ", desk.now + 2 * HOUR)
    after = dict.fromkeys(PLACES, "written before the fact changed") | {"Lesson 1 (English)": "cited before the fact changed, rewritten since"}
    assert standing(admin.get("/facts/LF-411").text) == after
    assert standing(author.get(f"/facts/flags/{desk.ref('C01-Q01')}").text) == after
    page = author.get(f"/author/drafts/{ref}").text
    assert page.count("The fact LF-411 changed on") == 1
    assert page.count(OLDER) == len(PLACES)
    assert "cited before the fact changed, rewritten since" in page


def test_what_a_later_draft_took_over_is_as_old_as_the_released_text_until_somebody_found_that_right(desk):
    desk.change("LF-411", at=desk.now + HOUR)
    ref = begun(desk, desk.now + 2 * HOUR)
    author = desk.browser("author")
    assert author.get(f"/author/drafts/{ref}").text.count(OLDER) == len(PLACES)
    desk.now += 3 * HOUR
    desk.look(FlagState.STILL_RIGHT, "C01-Q01", "C01-L1", key="author")
    assert author.get(f"/author/drafts/{ref}").text.count(OLDER) == len(PLACES) - 3


def test_what_is_cited_after_the_change_is_no_reason_to_look(desk):
    ref = begun(desk, desk.now)
    desk.change("LF-144", at=desk.now + HOUR, substance=False)
    desk.change("LF-501", at=desk.now + HOUR)
    edited(desk, ref, "lessons/01-page-to-desk.en.md", "facts: [", "facts: [LF-501, ", desk.now + 2 * HOUR)
    page = desk.browser("author").get(f"/author/drafts/{ref}").text
    assert "Facts have changed" not in page
    assert standing(desk.browser("author").get("/facts/LF-501").text)["Lesson 1 (English)"] == ""


def test_a_fact_is_cited_once_for_each_file_and_question():
    bank = "items:\n  - id: C50-Q01\n    facts: [LF-101, LF-1011]\n    stem: 'LF-101, again'\n  - id: C50-Q02\n    facts: [XLF-101]\n"
    lesson = "---\nid: C50-L1\nfacts: [LF-102]\n---\n\nLF-102 and LF-101.\n"
    found = citations({"lessons/01-a.en.md": lesson, "bank.yaml": bank})
    assert [(one.place, one.line, one.code) for one in found] == [
        (("LF-101", "bank.yaml", "C50-Q01"), 3, "C50-Q01"),
        (("LF-1011", "bank.yaml", "C50-Q01"), 3, "C50-Q01"),
        (("LF-102", "lessons/01-a.en.md", ""), 3, "C50-L1"),
        (("LF-101", "lessons/01-a.en.md", ""), 6, "C50-L1"),
    ]
    assert citations({"bank.yaml": "items: [: LF-101\n"}) == [Citation("LF-101", "bank.yaml", "", 1, "items: [: LF-101\n")]
