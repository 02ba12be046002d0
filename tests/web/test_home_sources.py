"""What each person finds on the home page, from every capability: the known county with the project's own content loaded."""

from datetime import timedelta

import pytest
from flask import g

from lms.access.actor import Actor, Grant
from lms.access.permissions import Role
from lms.assessments import actions, queries
from lms.assessments.enums import Purpose
from lms.competency.models import StateChange
from lms.operations import setup
from lms.people.models import Account
from lms.web.home import Urgency, gather
from tests.support.people import actor_of, browser_of

COURSE = "internet-and-governance"


@pytest.fixture
def county(app, database, cast, worlds, now):
    worlds.make(database, "all content", lambda: setup.load_content(now))
    return cast


def at_home(app, database, county, key, now):
    actor = actor_of(database, county, key)
    with app.test_request_context(), database.reading() as session:
        g.language = "en"
        return gather(session, actor=actor, now=now)


def urls(home):
    return [step.url for step in ([home.first] if home.first else []) + list(home.steps)]


def test_a_new_official_is_led_to_the_first_course(app, database, county, now):
    home = at_home(app, database, county, "zhaxi", now)
    assert (home.first.urgency, home.first.url) == (Urgency.START, f"/courses/{COURSE}/")


def test_an_open_quiz_comes_first_and_only_for_who_takes_it(app, database, county, now):
    zhaxi = actor_of(database, county, "zhaxi")
    with database.writing() as session:
        tie = queries.course_tie(session, COURSE, zhaxi.official_id)
        attempt = actions.start_attempt(session, actor=zhaxi, slug=COURSE, purpose=Purpose.FORMATIVE, tie=tie, now=now)
    assert urls(at_home(app, database, county, "zhaxi", now))[0] == f"/attempts/{attempt.ref}/"
    assert f"/attempts/{attempt.ref}/" not in urls(at_home(app, database, county, "meng", now))


def test_changes_of_state_are_told_to_whom_they_concern_for_three_months(app, database, county, now):
    with database.writing() as session:
        for days, code in ((3, "NET-1"), (200, "SEC-1")):
            change = StateChange(official_id=county.officials["zhaxi"], competency=code, before="no_evidence", after="met", at=now - timedelta(days=days))
            session.add(change)
    told = {key: browser_of(app, county, key).get("/").get_data(as_text=True) for key in ("zhaxi", "meng")}
    assert "/me/skills/NET-1" in told["zhaxi"]
    assert "/me/skills/SEC-1" not in told["zhaxi"]
    assert "/me/skills/NET-1" not in told["meng"]


def test_hr_hears_how_many_of_its_own_people_cannot_sign_in(app, database, county, now):
    with database.writing() as session:
        account = session.get_one(Account, county.accounts["zhaxi"])
        account.password_hash, account.password_set_at = "set", now
    home = at_home(app, database, county, "hr", now)
    assert "5 officials cannot sign in yet" in [step.title for step in (home.first, *home.steps)]
    [people] = [panel for panel in home.panels if panel.template == "home/_people.html"]
    assert people.data == {"people": 6, "active": 1}


def test_a_unit_head_sees_numbers_of_the_unit_and_no_movements_of_persons(app, database, county, now):
    home = at_home(app, database, county, "head", now)
    [unit] = [panel for panel in home.panels if panel.template == "home/_unit.html"]
    assert unit.data["url"] == "/units/513399101/skills"
    assert unit.data["moved"] == []


def test_an_administrator_is_asked_to_decide_on_a_course_without_reviewers(app, database, county, now):
    home = at_home(app, database, county, "admin", now)
    assert (home.first.urgency, home.first.url) == (Urgency.ASSIGNED, f"/admin/courses/{COURSE}/accept")


def test_an_empty_installation_begins_with_the_roster(app, database, now):
    administrator = Actor(1, "ref", "root", (Grant(Role.ADMINISTRATOR),))
    with app.test_request_context(), database.reading() as session:
        home = gather(session, actor=administrator, now=now)
    assert home.first.url == "/people/import"


def test_the_auditor_is_led_to_the_log(app, database, county, now):
    assert urls(at_home(app, database, county, "auditor", now)) == ["/admin/audit"]


@pytest.mark.parametrize("key", ["zhaxi", "hr", "head", "admin", "auditor", "author"])
def test_everyone_has_one_primary_action_at_most(app, county, key):
    page = browser_of(app, county, key).get("/").get_data(as_text=True)
    assert page.count('class="btn "') <= 1
