"""Zhaxi's post with targets that the first course's bank can decide, and one that it can't."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.access.actor import Actor
from lms.assessments import content
from lms.competency import actions as competency
from lms.competency.rebuild import rebuild
from lms.core.db import Database
from lms.courses import actions as course_actions
from lms.courses import content as course_content
from lms.courses import queries as courses
from tests.support.people import Cast, actor_of, browser_of
from tests.support.worlds import Worlds

TARGETS = {"NET-1": 1, "NET-3": 2, "GOV-1": 3, "SRV-1": 1}


@pytest.fixture
def county(database: Database, cast: Cast, worlds: Worlds, now) -> Database:
    """The first course and bank, not accepted yet, and the targets of a counter clerk."""

    def make() -> None:
        with database.writing() as session:
            list(content.load(session, now))
            list(course_content.load(session, now))
            competency.set_targets(session, position_id=cast.positions["P01"], levels=TARGETS, critical=["NET-3"], now=now)
            rebuild(session, now=now)  # the small county is written without events

    worlds.make(database, "course, bank and a clerk's targets", make)
    return database


@pytest.fixture
def accepted(county: Database, cast: Cast, worlds: Worlds, now) -> Database:
    """The same, the course accepted for evidence."""

    def accept() -> None:
        admin = actor_of(county, cast, "admin")
        with county.writing() as session:
            revision = courses.current_revision(session, "internet-and-governance")
            course_actions.accept_for_evidence(session, revision=revision, reason="Needed for the first training round.", actor=admin, now=now)

    worlds.make(county, "accepted", accept)
    return county


@pytest.fixture
def zhaxi(accepted: Database, cast: Cast) -> Actor:
    return actor_of(accepted, cast, "zhaxi")


@pytest.fixture
def browser(app: Flask, accepted: Database, cast: Cast) -> Iterator[FlaskClient]:
    """Zhaxi's browser, in English."""
    yield browser_of(app, cast, "zhaxi")
