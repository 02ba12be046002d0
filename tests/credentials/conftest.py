"""A county in which a key is wrong and some have proven a level; and one in which a course was finished."""

import pytest

from tests.corrections.world import World, world


@pytest.fixture
def home(app, database, worlds) -> World:
    """Meng and zhaxi are credited with four right answers on NET-1, of which one was keyed wrongly; lei with none."""
    made = world(app, database, worlds)
    right = {f"NET_1_Q{n}": "a" for n in range(1, 4)}
    for key in ("meng", "zhaxi"):
        made.answer(key, 10, NET_1_Q0="a", **right)
    made.answer("lei", 10, NET_1_Q0="b", NET_1_Q1="b")
    return made
