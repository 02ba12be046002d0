"""A county in which a key is wrong: those who chose c were right, those who chose a were credited."""

import pytest

from tests.corrections.world import World, world


@pytest.fixture
def home(app, database, worlds) -> World:
    made = world(app, database, worlds)
    right = {f"NET_1_Q{n}": "a" for n in range(1, 4)}
    made.answer("zhaxi", 10, NET_1_Q0="c", **right)
    made.answer("meng", 10, NET_1_Q0="a", **right)
    made.answer("lei", 10, NET_1_Q0="b", **right)
    made.answer("sun", 10, **right)
    made.answer("cheng", 10, NET_1_Q0=None, **right)
    return made
