"""The desk of tests/marking/desk.py, on both engines."""

import pytest

from tests.marking.desk import Desk
from tests.marking.desk import desk as made


@pytest.fixture
def desk(database, cast, worlds) -> Desk:
    return made(database, cast, worlds)
