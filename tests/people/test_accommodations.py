"""Accommodations: who grants them, what the server makes of them, and who learns of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.assessments.enums import Purpose
from lms.assessments.models import Attempt
from lms.core.errors import Forbidden, Invalid
from lms.people import accommodation_actions, accommodation_queries
from lms.people.accommodation_actions import Wish
from lms.people.models import Accommodation, Notice, Official
from tests.assessments.conftest import accepted, loaded, start, zhaxi  # noqa: F401 - fixtures
from tests.support.people import actor_of, browser_of

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def grant(database, cast, now):
    """A function by which HR grants Zhaxi something."""

    def give(who="hr", to="zhaxi", at=now, **wish):
        actor, wanted = actor_of(database, cast, who), Wish(**{"reason": "Decision of the unit of 3 May", **wish})
        with database.writing() as session:
            official = session.get_one(Official, cast.officials[to])
            return accommodation_actions.grant(session, actor=actor, official=official, wish=wanted, now=at)

    return give


def in_force(database, official_id, now):
    with database.reading() as session:
        return accommodation_queries.accommodation(session, official_id, now=now)


@pytest.mark.parametrize(("percent", "minutes"), [(100, 28), (125, 35), (150, 42), (200, 56)])
def test_the_deadline_of_a_new_attempt_has_exactly_the_time_granted(accepted, zhaxi, grant, now, percent, minutes):  # noqa: F811
    grant(time_percent=percent, large_type=percent == 100)
    assert start(accepted, zhaxi, now).deadline_at == now + minutes * MINUTE
    assert start(accepted, zhaxi, now, Purpose.FORMATIVE).deadline_at is None


def test_a_quiz_that_runs_keeps_its_deadline(accepted, zhaxi, grant, cast, now):  # noqa: F811
    granted = grant(time_percent=150)
    attempt = start(accepted, zhaxi, now)
    hr = actor_of(accepted, cast, "hr")
    with accepted.writing() as session:
        official = session.get_one(Official, cast.officials["zhaxi"])
        accommodation_actions.end(session, actor=hr, official=official, accommodation_id=granted.id, now=now + MINUTE)
    assert start(accepted, zhaxi, now + 2 * MINUTE) == attempt
    assert attempt.deadline_at == now + 42 * MINUTE


def test_the_attempt_keeps_nothing_of_it_but_its_deadline():
    assert not {"accommodation", "accommodation_id", "time_percent", "extra_time", "large_type"} & set(Attempt.__table__.c.keys())


def test_another_persons_time_stays_the_usual(accepted, cast, grant, now):  # noqa: F811
    grant(time_percent=200)
    assert start(accepted, actor_of(accepted, cast, "meng"), now).deadline_at == now + 28 * MINUTE


def test_it_holds_to_the_end_of_its_last_day_in_the_installations_zone(database, cast, grant, now):
    grant(time_percent=150, until=date(2026, 11, 30))
    me = cast.officials["zhaxi"]
    midnight = now.replace(hour=16, minute=0) + 7 * DAY  # 30 November, 24:00 in the county
    assert in_force(database, me, midnight - MINUTE).time_percent == 150
    assert in_force(database, me, midnight) is None


def test_a_new_one_replaces_the_one_in_force(database, cast, grant, now):
    first, second = grant(time_percent=150), grant(time_percent=200)
    assert in_force(database, cast.officials["zhaxi"], now).id == second.id
    with database.reading() as session:
        assert session.get_one(Accommodation, first.id).ended_at == now


@pytest.mark.parametrize(
    "wish",
    [{}, {"time_percent": 300}, {"time_percent": 150, "reason": ""}, {"time_percent": 150, "until": date(2026, 11, 22)}, {"language": "fr"}],
)
def test_a_faulty_wish_is_refused(grant, wish):
    with pytest.raises(Invalid):
        grant(**wish)


@pytest.mark.parametrize("who", ["hr_neighbour", "head", "admin", "meng"])
def test_only_hr_of_the_own_subtree_grants(grant, who):
    with pytest.raises(Forbidden):
        grant(who=who, time_percent=150)


def test_granting_and_ending_are_logged_and_told(app, database, cast, now):
    hr, me = browser_of(app, cast, "hr"), cast.officials["zhaxi"]
    address = f"/people/{cast.refs['zhaxi']}/accommodations"
    form = {"time_percent": "150", "large_type": "1", "language": "en", "reason": "Decision of 3 May", "until": "2027-06-30"}
    assert "Never write about health" in hr.get(address).text
    assert hr.post(address, data=form).status_code == 303
    granted = in_force(database, me, now)
    assert (granted.time_percent, granted.large_type, granted.language, granted.until) == (150, True, "en", date(2027, 6, 30))
    page = hr.get(f"/people/{cast.refs['zhaxi']}").text
    assert "Quizzes that count give you 150 % of the usual time." in page
    mine = browser_of(app, cast, "zhaxi")
    assert all(word in mine.get("/me/notices").text for word in ("An accommodation was granted to you", "Last day: 30 June 2027."))
    assert "Decision of 3 May" in mine.get("/me/record").text
    assert hr.post(f"{address}/{granted.id}/end").status_code == 303
    assert in_force(database, me, now) is None
    assert hr.post(f"{address}/{granted.id}/end").status_code == 404
    with database.reading() as session:
        said = session.scalars(select(AuditEntry.action).where(AuditEntry.official_id == me)).all()
        assert [one for one in said if one.startswith("acc")] == ["accommodation_granted", "accommodation_ended"]
        assert session.scalars(select(Notice.kind).where(Notice.official_id == me)).all() == ["accommodation_granted", "accommodation_ended"]


def test_a_faulty_form_comes_back_with_its_sentences(app, cast):
    hr = browser_of(app, cast, "hr")
    answer = hr.post(f"/people/{cast.refs['zhaxi']}/accommodations", data={"time_percent": "100", "until": "tomorrow", "reason": ""})
    assert answer.status_code == 422
    assert all(word in answer.text for word in ("Choose at least one of", "Give the reason", "Write the day as year-month-day"))


def test_strangers_are_kept_out_of_the_page(app, cast):
    assert browser_of(app, cast, "hr_neighbour").get(f"/people/{cast.refs['zhaxi']}/accommodations").status_code == 403


def test_large_type_is_on_every_page_of_that_official_only(app, cast, grant):
    grant(large_type=True)
    assert '<html lang="en" class="large-type">' in browser_of(app, cast, "zhaxi").get("/me/record").text
    assert '<html lang="en">' in browser_of(app, cast, "meng").get("/me/record").text


def test_everyone_may_choose_large_type_and_go_back(app, cast):
    mine = browser_of(app, cast, "head")
    assert mine.post("/me/account/type", data={"large_type": "1"}).status_code == 303
    assert 'class="large-type"' in mine.get("/me/account").text
    mine.post("/me/account/type", data={"large_type": ""})
    assert 'class="large-type"' not in mine.get("/me/account").text


def test_questions_are_shown_in_the_language_granted_and_can_be_switched(app, accepted, cast, zhaxi, grant, now):  # noqa: F811
    grant(language="zh-Hans")
    attempt = start(accepted, zhaxi, now)
    mine = browser_of(app, cast, "zhaxi")  # reads the pages in English
    page = mine.get(f"/attempts/{attempt.ref}/1").text
    assert '<fieldset class="question" id="answer" lang="zh-Hans"' in page and 'name="shown_in" value="zh-Hans"' in page
    assert "The questions are shown in Chinese." in page and "Show them in English" in page
    assert mine.post(f"/attempts/{attempt.ref}/1/language", data={"to": "en"}).status_code == 303
    switched = mine.get(f"/attempts/{attempt.ref}/1").text
    assert '<fieldset class="question" id="answer">' in switched and "Show them in Chinese" in switched
    other = browser_of(app, cast, "zhaxi", language="zh-Hans").get(f"/attempts/{attempt.ref}/2").text
    assert '<fieldset class="question" id="answer">' in other


def test_without_a_grant_questions_follow_the_page(app, accepted, cast, zhaxi, now):  # noqa: F811
    attempt = start(accepted, zhaxi, now)
    page = browser_of(app, cast, "zhaxi").get(f"/attempts/{attempt.ref}/1").text
    assert '<fieldset class="question" id="answer">' in page and "Show them in" not in page
