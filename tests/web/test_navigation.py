"""The frame shows each person the doors that open for them, and the way to the other language."""

import pytest

from lms.access.actor import Actor, Grant
from lms.access.permissions import Role
from lms.web.navigation import ACCOUNT, MAIN, Section, items, language_links
from tests.support.people import actor_of, browser_of

EVERYONE = ["zhaxi", "hr", "head", "admin", "auditor", "author"]


def labels(database, cast, key, entries=MAIN, path="/"):
    return [str(item.label) for item in items(entries, actor_of(database, cast, key), path)]


def test_an_official_sees_learning_and_the_own_skills(database, cast):
    assert labels(database, cast, "zhaxi") == ["Home", "Courses", "My skills"]


def inside(database, cast, key, label):
    [section] = [item for item in items(MAIN, actor_of(database, cast, key), "/") if item.label == label]
    return [item.label for item in section.inside]


def test_hr_sees_units_and_people_in_few_parts(database, cast):
    assert labels(database, cast, "hr") == ["Home", "Courses", "Skills and gaps", "Planning", "People and units", "Appeals"]
    assert inside(database, cast, "hr", "Skills and gaps") == ["Unit skills", "Gap board", "Both strands", "Targets", "Reports"]
    assert inside(database, cast, "hr", "Planning") == [
        "Training plans", "Training orders", "Assignments", "Decisions", "Yearly plans", "Training bases", "Class hours",
    ]  # fmt: skip


def test_a_unit_head_sees_the_unit_only(database, cast):
    assert labels(database, cast, "head") == ["Home", "Skills and gaps", "Planning"]
    assert inside(database, cast, "head", "Planning") == ["Yearly plans", "Class hours"]


def test_a_part_with_one_open_page_is_that_page():
    expert = Actor(1, "expert", "Expert", (Grant(Role.REVIEWER),))
    assert [item.label for item in items([Section("Skills", (MAIN[4].entries[3], MAIN[4].entries[4]))], expert, "/")] == ["Targets"]


def test_the_part_one_is_in_shows_its_pages(app, cast):
    page = browser_of(app, cast, "hr").get("/talent/plans/").get_data(as_text=True)
    assert page.count('href="/talent/decisions/"') == 1
    assert 'href="/talent/decisions/"' not in browser_of(app, cast, "hr").get("/people/").get_data(as_text=True)


def test_only_who_has_a_staff_record_finds_it_in_the_menu(database, cast):
    own = ["My assignments", "My certificates", "My class hours", "My comments", "My appeals", "Decisions that concern me", "My record"]
    assert labels(database, cast, "zhaxi", ACCOUNT) == ["Notices", *own, "Password and sessions"]
    assert labels(database, cast, "hr", ACCOUNT) == ["Decisions that concern me", "Password and sessions"]


def test_the_unit_entry_leads_to_the_unit_one_answers_for(database, cast):
    found = [item for item in items(MAIN, actor_of(database, cast, "hr"), "/") if item.url.startswith("/units/")]
    assert [item.url for item in found] == ["/units/513399/skills"]


def test_a_page_inside_a_part_marks_the_part(database, cast):
    marked = items(MAIN, actor_of(database, cast, "zhaxi"), "/courses/internet-and-governance/C01-L1")
    assert [(item.url, item.exact) for item in marked if item.current] == [("/courses/", False)]


@pytest.mark.parametrize("key", EVERYONE)
def test_every_entry_opens_for_who_sees_it(app, database, cast, key):
    browser = browser_of(app, cast, key)
    shown = [item.url for item in items((*MAIN, *ACCOUNT), actor_of(database, cast, key), "/")]
    answers = {url: browser.get(url).status_code for url in shown}
    assert answers == dict.fromkeys(shown, 200)


def test_the_other_language_leads_back_to_this_page():
    [link] = language_links("zh-Hans", "/units/513399/skills?as=table&x=1")
    assert (link.code, link.label) == ("en", "English")
    assert link.url == "/language/en?next=/units/513399/skills%3Fas%3Dtable%26x%3D1"


def test_the_choice_of_language_is_remembered(client):
    client.set_cookie("language", "zh-Hans")
    response = client.get("/language/en?next=/privacy", follow_redirects=True)
    assert response.request.path == "/privacy"
    assert '<html lang="en">' in response.get_data(as_text=True)
    assert '<html lang="en">' in client.get("/power-list").get_data(as_text=True)


def test_an_unknown_language_is_not_found(client):
    assert client.get("/language/tlh").status_code == 404


def test_the_switch_leads_to_no_other_host(client):
    assert client.get("/language/en?next=https://evil.example/").headers["Location"] == "/"
