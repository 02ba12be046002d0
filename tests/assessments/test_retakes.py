"""Taking an evidence quiz again: from which day, how often a year, with whose leave, and with which questions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.assessments import actions, queries, retake_actions, retake_queries, retakes
from lms.assessments.enums import Purpose
from lms.assessments.models import RetakePermission
from lms.assessments.package import Blueprint, Retake
from lms.core.errors import Forbidden, Invalid, Refused
from lms.people.models import Notice, Official
from tests.assessments.banks import first_bank
from tests.assessments.conftest import SLUG, start
from tests.support.people import actor_of, browser_of

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def ago(*days: int) -> list[date]:
    return [TODAY - n * DAY for n in days]


@pytest.mark.parametrize(
    ("taken", "opens"),
    [
        (ago(), None),
        (ago(0), TODAY + 14 * DAY),
        (ago(13), TODAY + DAY),
        (ago(14), None),
        (ago(300, 200, 100, 20), TODAY + 65 * DAY),  # four within a year: when the oldest is a year old
        (ago(300, 200, 100), None),
        (ago(364, 200, 100, 20), TODAY + DAY),
        (ago(365, 200, 100, 20), None),
        (ago(360, 200, 100, 0), TODAY + 14 * DAY),  # the later of the two days
        (ago(300, 250, 200, 100, 20), TODAY + 115 * DAY),  # five: two have to grow old
    ],
)
def test_the_day_on_which_the_quiz_opens_again(taken, opens):
    assert retakes.opens_on(Retake(), taken, TODAY) == opens


def test_a_bank_sets_its_own_days_and_times():
    assert retakes.opens_on(Retake(days=30, per_year=2), ago(20), TODAY) == TODAY + 10 * DAY
    assert retakes.opens_on(Retake(days=0, per_year=2), ago(20, 10), TODAY) == TODAY + 345 * DAY
    assert Blueprint.model_validate({"form_length": 1, "cells": first_bank().blueprint.model_dump()["cells"], "retake": {"days": 30}}).retake.per_year == 4


def test_the_usual_rule_changes_no_bank():
    assert "retake" not in first_bank().model_dump(mode="json", exclude_defaults=True)["blueprint"]


@given(st.lists(st.integers(0, 800), max_size=12), st.integers(0, 60), st.integers(1, 6))
def test_on_the_day_that_is_named_it_is_open_and_the_day_before_it_is_not(days, wait, per_year):
    rule, taken = Retake(days=wait, per_year=per_year), ago(*days)
    opens = retakes.opens_on(rule, taken, TODAY)
    if opens is not None:
        assert opens > TODAY
        assert retakes.opens_on(rule, taken, opens) is None
        assert retakes.opens_on(rule, taken, opens - DAY) == opens


def take(database, actor, now):
    attempt = start(database, actor, now)
    with database.writing() as session:
        return actions.submit(session, actor=actor, ref=attempt.ref, now=now)


def test_before_its_day_the_quiz_is_refused_with_the_day_and_practice_stays_open(accepted, zhaxi, meng, now):
    take(accepted, zhaxi, now)
    with pytest.raises(Refused, match="2026年12月7日"):
        start(accepted, zhaxi, now + 13 * DAY)
    assert start(accepted, zhaxi, now + 13 * DAY, Purpose.FORMATIVE)
    assert start(accepted, meng, now)  # who has not taken it
    assert start(accepted, zhaxi, now + 14 * DAY)


def test_an_attempt_left_to_run_out_counts_from_its_deadline(accepted, zhaxi, now):
    start(accepted, zhaxi, now)
    with pytest.raises(Refused):
        start(accepted, zhaxi, now + DAY)


def test_the_page_says_the_rule_and_the_day(app, accepted, cast, zhaxi, now):
    mine = browser_of(app, cast, "zhaxi")
    first = mine.get(f"/assessments/{SLUG}/").text
    assert "You can take it again after 14 days; at most 4 times within a year." in first
    assert "How fast you answer and what else you do meanwhile is not watched." in first
    assert "Begin the evidence quiz" in first
    take(accepted, zhaxi, now)
    page = mine.get(f"/assessments/{SLUG}/").text
    assert "Open again from 7 December 2026" in page and "Begin the evidence quiz" not in page
    refused = mine.post(f"/assessments/{SLUG}/start", data={"purpose": "evidence"})
    assert refused.status_code in (403, 409, 422) and "from 7 December 2026" in refused.text


def allow(database, actor, official_id, now, reason="The line to the village was down."):
    with database.writing() as session:
        official = session.get_one(Official, official_id)
        return retake_actions.allow_retake(session, actor=actor, official=official, slug=SLUG, reason=reason, now=now)


def test_leave_opens_the_quiz_once_before_its_day(app, accepted, cast, zhaxi, now):
    take(accepted, zhaxi, now)
    given_ = allow(accepted, actor_of(accepted, cast, "hr"), zhaxi.official_id, now)
    assert "The line to the village was down." in browser_of(app, cast, "zhaxi").get(f"/assessments/{SLUG}/").text
    take(accepted, zhaxi, now + DAY)
    with accepted.reading() as session:
        assert session.get_one(RetakePermission, given_.id).used_at == now + DAY
        head = queries.assessment(session, SLUG)
        assert retake_queries.leave(session, official_id=zhaxi.official_id, assessment_id=head.id) is None
        assert session.scalars(select(Notice.kind).where(Notice.official_id == zhaxi.official_id)).all() == ["retake_allowed"]
        said = session.scalars(select(AuditEntry.action).where(AuditEntry.official_id == zhaxi.official_id)).all()
        assert "retake_allowed" in said
    with pytest.raises(Refused):
        start(accepted, zhaxi, now + 2 * DAY)


def test_leave_is_kept_while_the_quiz_is_open_anyway(accepted, cast, zhaxi, now):
    allow(accepted, actor_of(accepted, cast, "hr"), zhaxi.official_id, now)
    take(accepted, zhaxi, now)
    take(accepted, zhaxi, now + DAY)  # the leave given before
    with pytest.raises(Refused):
        start(accepted, zhaxi, now + 2 * DAY)


def test_leave_not_used_is_not_given_twice_and_needs_a_reason(accepted, cast, zhaxi, now):
    hr = actor_of(accepted, cast, "hr")
    assert allow(accepted, hr, zhaxi.official_id, now).id == allow(accepted, hr, zhaxi.official_id, now).id
    with pytest.raises(Invalid):
        allow(accepted, hr, cast.officials["meng"], now, reason="  ")


@pytest.mark.parametrize("who", ["hr_neighbour", "head", "meng", "assessor"])
def test_only_who_answers_for_the_unit_gives_leave(accepted, cast, zhaxi, now, who):
    with pytest.raises(Forbidden):
        allow(accepted, actor_of(accepted, cast, who), zhaxi.official_id, now)


def test_hr_opens_a_quiz_earlier_on_its_page_and_the_official_may_begin(app, accepted, cast, zhaxi, now):
    hr, address = browser_of(app, cast, "hr"), f"/people/{cast.refs['zhaxi']}/retakes"
    assert "any may be begun at once" in hr.get(address).text and "Allow one attempt" not in hr.get(address).text
    take(accepted, zhaxi, now)
    assert address in hr.get(f"/people/{cast.refs['zhaxi']}").text
    page = hr.get(address).text
    assert "from 7 December 2026" in page and "Allow one attempt" in page
    assert hr.post(address, data={"quiz": SLUG, "reason": " "}).status_code == 422
    done = hr.post(address, data={"quiz": SLUG, "reason": "The line to the village was down."}, follow_redirects=True).text
    assert "may take it once before its day and has been told" in done and "given, not used yet" in done and "Allow one attempt" not in done
    assert "Begin the evidence quiz" in browser_of(app, cast, "zhaxi").get(f"/assessments/{SLUG}/").text
    with accepted.reading() as session:
        read = session.scalars(select(AuditEntry.action).where(AuditEntry.official_id == zhaxi.official_id)).all()
    assert "record_read" in read and "retake_allowed" in read


@pytest.mark.parametrize("who", ["hr_neighbour", "head", "admin", "zhaxi", "assessor"])
def test_the_page_is_closed_to_others(app, accepted, cast, zhaxi, now, who):
    take(accepted, zhaxi, now)
    client, address = browser_of(app, cast, who), f"/people/{cast.refs['zhaxi']}/retakes"
    assert client.get(address).status_code == 403 and client.post(address, data={"quiz": SLUG, "reason": "x"}).status_code == 403


def test_nobody_gives_leave_to_themselves(accepted, cast, zhaxi, now):
    from lms.access.permissions import Role
    from lms.core.ids import new_ref
    from lms.people.models import RoleGrant

    with accepted.writing() as session:
        known = {"account_id": cast.accounts["zhaxi"], "unit_id": cast.units["513399"]}
        session.add(RoleGrant(ref=new_ref(), role=Role.HR, granted_by="test", granted_at=now, **known))
    with pytest.raises(Forbidden):
        allow(accepted, actor_of(accepted, cast, "zhaxi"), zhaxi.official_id, now)
