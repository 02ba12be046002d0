"""My skills, what moved them, and the same for HR: what is said, to whom, and that looking is logged."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.assessments.models import ItemRevision
from tests.competency.world import NOW, World, world
from tests.support.people import browser_of


@pytest.fixture
def home(database, worlds):
    """Zhaxi (targets NET-1: 1, SEC-1: 2) met SEC-1 with six right answers; nothing is known of NET-1."""

    def make() -> World:
        with database.writing() as session:
            home = world(session)
            home.answer(*[("zhaxi", f"SEC-1-Q{n}", 650 + n / 100, 1) for n in range(1, 7)])
            home.answer(("zhaxi", "SEC-1-Q1", 660, 0))
            for revision in session.scalars(select(ItemRevision)):
                revision.content = {
                    "stem": {"zh": f"题干{revision.id}", "en": f"Stem {revision.id}"},
                    "answer": "SECRET-KEY",
                    "rationale": {"zh": "SECRET", "en": "SECRET"},
                }
            home.complete("zhaxi", "SEC-1")
        return home

    return worlds.make(database, "six right answers", make)


@pytest.fixture
def browser(app, home):
    return lambda key, language="en": browser_of(app, home.cast, key, language=language)


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_one_sentence_says_it_all(browser):
    html = page(browser("zhaxi"), "/me/skills")
    assert "Of the 2 competencies that the post “Counter clerk” needs, you have reached the target in 1." in html
    assert "For 1 it is evidence that is missing, not necessarily ability." in html


def test_each_competency_has_estimate_target_state_and_expiry_in_picture_and_table(browser):
    html = page(browser("zhaxi"), "/me/skills")
    labels = re.findall(r'<svg class="band"[^>]*aria-label="([^"]*)"', html)
    assert len(labels) == 2
    assert re.fullmatch(r"Accounts, devices and phishing: estimate \d{3}, range \d{3} to \d{3}; the target is level 2; Met", labels[1])
    assert labels[0] == "Internet architecture and critical resources: No evidence; the target is level 1"
    assert re.search(r"holds until \d+ \w+ 20\d\d without new evidence", html)
    assert html.count('class="hatch"') == 24  # the ruler of what nobody knows


def test_what_is_expected_stands_apart_from_what_is_confirmed(browser):
    html = page(browser("zhaxi"), "/me/skills")
    assert re.search(r"Accounts, devices and phishing: expected \d+, confirmed \d+", html.split("Expected, not confirmed")[1])


def test_the_trail_shows_every_answer_and_why_one_did_not_count(browser):
    html = page(browser("zhaxi"), "/me/skills/SEC-1")
    assert html.count("Stem ") == 7
    assert html.count(">counted<") == 6
    assert "no: the same question within 90 days is memory" in html
    assert "moves the expected estimate only" in html
    assert "6 counted answers, 6 of them right, moved the estimate from 500 to" in html


def test_keys_and_explanations_of_live_questions_are_nowhere(browser):
    assert "SECRET" not in page(browser("zhaxi"), "/me/skills/SEC-1")


def test_the_trail_is_a_picture_with_live_text_and_no_style(browser):
    html = page(browser("zhaxi"), "/me/skills/SEC-1")
    svg, narrow = re.findall(r'<svg xmlns="[^"]*" class="chart".*?</svg>', html, re.S)
    root = ET.fromstring(svg)
    assert "style=" not in svg
    assert sum(1 for node in root.iter("{http://www.w3.org/2000/svg}text")) > 8
    assert root.get("aria-labelledby") == "trail-title trail-desc"
    assert ET.fromstring(narrow).get("aria-labelledby") == "trail-phone-title trail-phone-desc"


@pytest.mark.parametrize(("path", "name"), [("/me/skills.svg", "my-skills.svg"), ("/me/skills/SEC-1.svg", "skill-SEC-1.svg")])
def test_pictures_are_files_with_a_policy_of_their_own(browser, path, name):
    answer = browser("zhaxi").get(path)
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert name in answer.headers["Content-Disposition"]
    assert ET.fromstring(answer.text).get("role") == "img"


def test_a_competency_that_the_post_does_not_need_has_no_page(browser):
    assert [browser("zhaxi").get(f"/me/skills/{code}").status_code for code in ("GOV-1", "XXX", "GOV-1.svg")] == [404, 404, 404]


def test_a_competency_without_answers_says_that_nothing_is_known(browser):
    html = page(browser("zhaxi"), "/me/skills/NET-1")
    assert "No answer yet. That is not the same as failing: nothing is known." in html


def test_hr_sees_the_same_and_the_official_can_see_that(database, home, browser):
    ref = home.cast.refs["zhaxi"]
    html = page(browser("hr"), f"/people/{ref}/skills")
    assert "Skills of 扎西" in html and "the target is reached in 1" in html
    page(browser("hr"), f"/people/{ref}/skills/SEC-1")
    with database.reading() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.official_id == home.cast.officials["zhaxi"], AuditEntry.action == Action.RECORD_READ)
        ).all()
    assert len(entries) == 2


def test_nobody_else_opens_the_record_and_a_refusal_is_not_logged_as_reading(database, home, browser):
    ref = home.cast.refs["zhaxi"]
    others = ("meng", "head", "hr_neighbour", "author", "auditor", "admin")
    assert {browser(key).get(f"/people/{ref}/skills{rest}").status_code for key in others for rest in ("", "/SEC-1")} == {403}
    with database.reading() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == Action.RECORD_READ)).all() == []


def test_an_account_without_an_official_has_no_skills_of_its_own(browser):
    assert browser("hr").get("/me/skills").status_code in (403, 404)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("path", ["/me/skills", "/me/skills/SEC-1", "/me/skills/NET-1"])
def test_pages_have_no_inline_style_and_one_heading(browser, path, language):
    html = page(browser("zhaxi", language), path)
    assert " style=" not in html
    assert html.count("<h1") == 1


def test_evidence_lapses_and_the_page_says_when(database, home, browser):
    from lms.core import clock

    with clock.at(datetime(2031, 1, 1, tzinfo=UTC)):
        html = page(browser("zhaxi"), "/me/skills")
    assert re.search(r"lapsed on \d+ \w+ 20\d\d: the evidence is old", html)
    assert NOW.year == 2026


def test_an_estimate_is_worked_out_to_the_person_with_item_versions_and_other_rules(browser):
    html = page(browser("zhaxi"), "/me/skills/SEC-1/explained")
    assert html.count(", version 1</small>") == 6
    assert "P = Φ((" in html and "Per cent right of all answers" in html
    assert "Right answers: 6 of 6; the estimate of each moment let one expect" in html
    assert "SECRET" not in html


def test_hr_reads_the_working_of_an_official_and_that_is_logged(database, home, browser):
    page(browser("hr"), f"/people/{home.cast.refs['zhaxi']}/skills/SEC-1/explained")
    with database.reading() as session:
        assert (
            session.scalar(
                select(func.count(AuditEntry.seq)).where(AuditEntry.action == Action.RECORD_READ, AuditEntry.official_id == home.cast.officials["zhaxi"])
            )
            == 1
        )


def test_a_neighbouring_hr_may_not_read_the_working(home, browser):
    assert browser("hr_neighbour").get(f"/people/{home.cast.refs['zhaxi']}/skills/SEC-1/explained").status_code == 403
