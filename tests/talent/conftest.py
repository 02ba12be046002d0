"""Two counties with clerks who answered, a snapshot of yesterday, and browsers of those who may look."""

from datetime import timedelta

import pytest

from lms.competency.snapshots import take_snapshot
from tests.competency.test_snapshots import crowd
from tests.competency.world import NOW, World, world
from tests.support.people import browser_of


@pytest.fixture
def home(database, worlds):
    """SEC-1 by unit: centre 12 with evidence, data centre 9, township 2, neighbour 30; the snapshot is a day old."""

    def make() -> World:
        with database.writing() as session:
            home = world(session)
            crowd(home)
            take_snapshot(session, now=NOW - timedelta(days=1))
            return World(session, home.cast, home.revisions, home.course)

    return worlds.make(database, "clerks and a snapshot", make)


@pytest.fixture
def browser(app, home):
    """A signed-in test client by the key of tests.support.people."""
    return lambda key, language="en": browser_of(app, home.cast, key, language=language)
