"""The placement as a browser meets it, without script: begin, answer, leave, come back, end, result."""

import re
from datetime import timedelta

from lms.core import clock
from lms.placement import flow, queries
from tests.assessments.test_attempts import key_of
from tests.assessments.test_web import form_for
from tests.placement.test_sittings import responses, waiting
from tests.support.people import browser_of

FIELD = r'name="{}" value="([\w-]+)"'


def begin(browser):
    reply = browser.post("/me/placement/start")
    assert reply.status_code == 303
    return reply.location


def fields(page):
    return {name: re.search(FIELD.format(name), page)[1] for name in ("place", "token")}


def sitting_at(database, address, official_id):
    with database.reading() as session:
        return queries.sitting(session, address.split("/")[3], official_id=official_id)


def test_a_placement_from_my_skills_to_its_result_without_script(browser, accepted, cast):
    skills = browser.get("/me/skills").text
    assert "Find out where I stand, about 20 minutes" in skills
    intro = browser.get("/me/placement").text
    assert "How this test chooses" in intro
    assert "4 of them are not decided yet." in intro
    address = begin(browser)
    sitting = sitting_at(accepted, address, cast.officials["zhaxi"])
    page = browser.get(address).text
    assert "0 of 4 competencies decided; at most 55 questions to go" in page
    for _ in range(60):
        step, asked = waiting(accepted, sitting)
        if step is None:
            break
        page = browser.get(address).text
        assert f"Placement, question {step.place}" in page
        reply = browser.post(address, data=form_for(asked.question, key_of(asked.question)) | fields(page))
        assert (reply.status_code, reply.location) == (303, address)
    result = browser.get(address, follow_redirects=True).text
    assert "Result of the placement" in result
    assert "are decided now" in result
    assert "There is no further question about it that you have not met lately." in result
    assert len(responses(accepted)) == len(flow.answered(_steps(accepted, sitting)))
    assert "Met" in browser.get("/me/skills/NET-1").text


def _steps(database, sitting):
    with database.reading() as session:
        return queries.steps(session, sitting.id)


def test_leaving_and_coming_back_from_the_home_page_meets_the_same_question(browser):
    assert "Find out where you stand" in browser.get("/").text
    address = begin(browser)
    browser.post(address, data=fields(browser.get(address).text) | {"unknown": "1"})
    stem = re.search(r"<legend>(.*?)</legend>", browser.get(address).text)[1]
    with clock.at(clock.now() + timedelta(minutes=9)):
        home = browser.get("/").text
        assert "A placement you have begun" in home
        assert f'href="{address}"' in home
        page = browser.get(address).text
    assert re.search(r"<legend>(.*?)</legend>", page)[1] == stem
    assert "✓ Question 1 is saved on the server" in page
    assert begin(browser) == address


def test_sent_twice_it_is_one_answer_and_an_old_tab_changes_nothing(browser, accepted, cast):
    address = begin(browser)
    form = fields(browser.get(address).text) | {"unknown": "1"}
    for _ in range(3):
        assert browser.post(address, data=form).status_code == 303
    sitting = sitting_at(accepted, address, cast.officials["zhaxi"])
    first = _steps(accepted, sitting)
    assert len(flow.answered(first)) == 1
    _, asked = _first(accepted, first)
    del form["unknown"]
    said = browser.post(address, data=form_for(asked.question, key_of(asked.question)) | form, follow_redirects=True).text
    assert "Question 1 was answered before and is not changed" in said
    assert _steps(accepted, sitting) == first


def _first(database, steps):
    from lms.assessments import placing_queries as questions

    with database.reading() as session:
        return steps[0], questions.question(session, steps[0].revision_id)


def test_an_empty_answer_is_named_and_nothing_is_saved(browser, accepted, cast):
    address = begin(browser)
    reply = browser.post(address, data=fields(browser.get(address).text))
    assert reply.status_code == 422
    assert 'aria-invalid="true"' in reply.text
    assert len(_steps(accepted, sitting_at(accepted, address, cast.officials["zhaxi"]))) == 1


def test_ending_early_says_that_the_open_question_does_not_count(browser):
    address = begin(browser)
    browser.post(address, data=fields(browser.get(address).text) | {"unknown": "1"})
    result = browser.post(f"{address}finish", follow_redirects=True).text
    assert "You answered 1 question." in result
    assert "The question that was open does not count." in result
    assert "The placement ended before this was decided." in result


def test_no_page_of_a_placement_shows_a_key(browser, accepted, cast):
    address = begin(browser)
    sitting = sitting_at(accepted, address, cast.officials["zhaxi"])
    _, asked = waiting(accepted, sitting)
    page = browser.get(address).text
    assert asked.question.rationale.en not in page
    assert asked.question.rationale.zh not in page


def test_a_strangers_placement_is_not_found(app, browser, cast):
    address = begin(browser)
    stranger = browser_of(app, cast, "meng")
    for reply in (stranger.get(address), stranger.get(f"{address}result"), stranger.post(address, data={"place": "1"}), stranger.post(f"{address}finish")):
        assert reply.status_code == 404


def test_without_accepted_courses_it_says_that_there_is_nothing_to_ask(app, county, cast):
    browser = browser_of(app, cast, "zhaxi")
    reply = browser.post("/me/placement/start")
    assert reply.status_code == 409
    assert "There is nothing to ask" in reply.text
    assert "Find out where you stand" not in browser.get("/").text


def test_a_post_without_targets_has_nothing_to_be_placed_against(app, accepted, cast):
    assert "Your post has no targets yet" in browser_of(app, cast, "he").get("/me/placement").text
