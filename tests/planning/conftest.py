"""A county with measured people, a few courses that move what they lack, and HR who plans."""

import pytest

from tests.planning.world import World, world


@pytest.fixture
def county(app, database, cast, worlds, now) -> World:
    return world(app, database, cast, worlds, now)
