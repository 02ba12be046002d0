"""A county whose clerks answered, with a snapshot, and browsers of those who decide and of those whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.competency.snapshots import take_snapshot
from tests.competency.test_snapshots import crowd
from tests.competency.world import NOW, World, world
from tests.support.people import actor_of, browser_of


@pytest.fixture
def home(database, worlds):
    """SEC-1 at the county: 23 of 28 with evidence, 8 met, 8 not yet; the snapshot is a day old."""

    def make() -> World:
        with database.writing() as session:
            home = world(session)
            crowd(home)
            take_snapshot(session, now=NOW - timedelta(days=1))
            return World(session, home.cast, home.revisions, home.course)

    return worlds.make(database, "clerks and a snapshot", make)


@pytest.fixture
def browser(app, home):
    return lambda key: browser_of(app, home.cast, key)


@pytest.fixture
def hr(database, home):
    return actor_of(database, home.cast, "hr")
