"""The first course with its item bank, loaded and accepted for evidence."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.access.actor import Actor
from lms.assessments import actions, content
from lms.assessments.enums import Purpose
from lms.assessments.queries import AttemptHead, CourseTie, assessment, course_tie
from lms.core.db import Database
from lms.core.framework import content_root
from lms.courses import actions as course_actions
from lms.courses import content as course_content
from lms.courses import queries as courses
from tests.support.people import Cast, actor_of, browser_of
from tests.support.worlds import Worlds

SLUG = "internet-and-governance"


@pytest.fixture
def loaded(database: Database, worlds: Worlds, now) -> Database:
    """The database with the first course and its bank, provisional as they are."""

    def load() -> None:
        with database.writing() as session:
            list(content.load(session, now))
            list(course_content.load(session, now))

    worlds.make(database, f"content of {content_root()}", load)
    return database


@pytest.fixture
def accepted(loaded: Database, cast: Cast, worlds: Worlds, now) -> Database:
    """The same, accepted for evidence by the administrator."""

    def accept() -> None:
        admin = actor_of(loaded, cast, "admin")
        with loaded.writing() as session:
            revision = courses.current_revision(session, SLUG)
            course_actions.accept_for_evidence(session, revision=revision, reason="Needed for the first training round.", actor=admin, now=now)

    worlds.make(loaded, "accepted", accept)
    return loaded


@pytest.fixture
def zhaxi(accepted: Database, cast: Cast) -> Actor:
    return actor_of(accepted, cast, "zhaxi")


@pytest.fixture
def meng(accepted: Database, cast: Cast) -> Actor:
    return actor_of(accepted, cast, "meng")


@pytest.fixture
def browser(app: Flask, accepted: Database, cast: Cast) -> Iterator[FlaskClient]:
    """Zhaxi's browser, in English."""
    yield browser_of(app, cast, "zhaxi")


def tie_of(session, actor: Actor) -> CourseTie | None:
    return course_tie(session, assessment(session, SLUG).course_slug, actor.official_id)


def start(database: Database, actor: Actor, now, purpose: Purpose = Purpose.EVIDENCE) -> AttemptHead:
    """Begin an attempt of the first course."""
    with database.writing() as session:
        return actions.start_attempt(session, actor=actor, slug=SLUG, purpose=purpose, tie=tie_of(session, actor), now=now)
