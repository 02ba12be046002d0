"""Time passes in a sample county, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.access.actor import operator
from lms.assessments.models import Attempt, Response
from lms.assignments import actions as assignments
from lms.assignments.actions import Reason
from lms.assignments.enums import SourceKind, State
from lms.assignments.models import Assignment, AssignmentReminder
from lms.competency.models import Snapshot
from lms.competency.rebuild import differences
from lms.core import clock, instance
from lms.core.db import Database
from lms.core.errors import Refused
from lms.operations import sample, sample_quarter, setup
from lms.people.models import Account, Official

COURSE, QUARTER = sample.COURSE, 92


@pytest.fixture
def running(app: Flask) -> Iterator[Flask]:
    """The application with a clock that runs."""
    with clock.at(None):
        yield app


@pytest.fixture
def county(running: Flask) -> Flask:
    """A small sample county of this very moment."""
    with patch.multiple(sample, PEOPLE=60, SITTINGS=10):
        setup.load_content(clock.now())
        list(sample.make(seed=1, now=clock.now()))
    return running


def given(database: Database, count: int) -> list[int]:
    """The course to people who have not done it, due in sixty days."""
    now, reason = clock.now(), Reason(SourceKind.HAND, words="Before the year ends")
    with database.writing() as session:
        sat = select(Attempt.official_id)
        ids = session.scalars(select(Official.id).where(Official.id.not_in(sat)).order_by(Official.id).limit(count)).all()
        due = now.date() + timedelta(days=60)
        assignments.assign(session, official_ids=ids, thing=("course", COURSE), due=due, reason=reason, actor=operator("test"), now=now)
    return list(ids)


def states(database: Database, ids: list[int]) -> dict[int, str]:
    with database.reading() as session:
        query = select(Assignment.official_id, Assignment.state).where(Assignment.official_id.in_(ids), Assignment.kind == "course")
        return dict(session.execute(query).all())


def count(database: Database, model: type, *conditions) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions))


def front_page(app: Flask) -> str:
    browser = app.test_client()
    browser.set_cookie("language", "en")
    return browser.get("/login").text


def test_a_quarter_goes_by_with_what_people_do_in_it_and_every_weeks_nightly_work(county, database):
    ids, begun = given(database, 30), clock.now()
    snapshots, answers = count(database, Snapshot), count(database, Response)
    said = list(sample_quarter.advance(days=QUARTER, seed=1))
    assert timedelta(days=QUARTER) <= clock.now() - begun < timedelta(days=QUARTER, hours=1)
    ended = states(database, ids)
    done = [one for one, state in ended.items() if state == State.DONE]
    assert 10 <= len(done) < 30, "some do it, some don't"
    assert f"{clock.now():%Y-%m-%d}" in said[0] and "course: " in said[1]
    later = (Attempt.started_at > begun, Attempt.submitted_at <= clock.now(), Attempt.official_id.in_(done))
    assert count(database, Attempt, *later) >= len(done)
    assert count(database, Response) > answers and count(database, Snapshot) > snapshots
    assert count(database, AssignmentReminder, AssignmentReminder.at > begun) > 0
    with database.reading() as session:
        assert list(differences(session)) == []
    assert "clock was moved on" in front_page(county)
    assert count(database, Account, Account.official_id.in_(select(Attempt.official_id)), Account.password_set_at.is_(None)) == 0


def test_the_same_seed_lets_the_same_people_act(county, database):
    ids = given(database, 30)
    assert "Sample county" in front_page(county) and "clock was moved on" not in front_page(county)
    with database.reading() as session:
        drawn = [sorted(sample_quarter._drawn(session, seed, clock.now(), clock.now() + timedelta(days=QUARTER))) for seed in (1, 1, 2)]
    assert [ref for _, ref in drawn[0]] == [ref for _, ref in drawn[1]] != [ref for _, ref in drawn[2]]
    assert len(ids) == 30


def test_the_clock_of_real_people_does_not_move(running, database):
    before = clock.now()
    with pytest.raises(Refused, match="sample"):
        list(sample_quarter.advance(days=QUARTER, seed=1))
    with database.writing() as session, pytest.raises(AssertionError):
        instance.move_clock(session, days=1)
    with database.writing() as session:  # not even a forged fact moves it
        instance.set_fact(session, "sample_clock_days", "92")
    instance.forget()
    assert clock.now() - before < timedelta(hours=1)
