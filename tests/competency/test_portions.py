"""Replaying in portions: each is a transaction of its own, and stopping between two of them costs nothing."""

import pytest
from sqlalchemy import select, update

from lms.assessments.models import Response
from lms.competency.models import Proficiency
from lms.competency.portion_actions import portions, replay_in_portions
from lms.competency.rebuild import differences
from tests.competency.world import NOW, World, world

KEYS = ("zhaxi", "meng", "lei", "sun")


@pytest.fixture
def home(app, database, worlds):
    """Four officials who answered one question right and one wrong."""

    def make() -> World:
        with database.writing() as session:
            made = world(session)
            made.answer(*[(key, f"NET-1-Q{n}", n, n % 2) for key in KEYS for n in (3, 4)])
        return made

    return worlds.make(database, "one right and one wrong", make)


def pairs_of(home):
    return [(home.cast.officials[key], "NET-1") for key in KEYS]


def flip(session, portion):
    """The key of the fourth question was wrong."""
    ids = [official_id for official_id, _ in portion]
    session.execute(update(Response).where(Response.official_id.in_(ids), Response.correct == 0).values(correct=1))


def estimates(database):
    with database.reading() as session:
        return dict(session.execute(select(Proficiency.official_id, Proficiency.m_milli)).all())


def test_a_portion_holds_whole_officials_in_ascending_order():
    assert list(portions([(3, "A"), (1, "B"), (2, "A"), (1, "A")], 2)) == [[(1, "A"), (1, "B"), (2, "A")], [(3, "A")]]


def test_facts_are_changed_and_replayed_portion_by_portion(home, database):
    before, told, seen = estimates(database), [], {}
    replay_in_portions(
        database, pairs=pairs_of(home), now=NOW, prepare=flip, officials=3, report=lambda *p: told.append(p),
        watch=lambda was, is_: seen.update({pair: (was[pair]["m_milli"], row["m_milli"]) for pair, row in is_.items()}),
    )  # fmt: skip
    after = estimates(database)
    assert told == [(3, 4), (4, 4)]
    assert all(after[i] > before[i] for i in before)
    assert seen == {(i, "NET-1"): (before[i], after[i]) for i in before}
    with database.reading() as session:
        assert list(differences(session)) == []


def test_stopped_in_the_middle_what_is_done_stays_and_the_rest_can_follow(home, database):
    def stop_after_first(done, total):
        raise InterruptedError

    before = estimates(database)
    with pytest.raises(InterruptedError):
        replay_in_portions(database, pairs=pairs_of(home), now=NOW, prepare=flip, officials=2, report=stop_after_first)
    with database.reading() as session:
        assert list(differences(session)) == []
    half = estimates(database)
    assert sum(half[i] != before[i] for i in before) == 2
    replay_in_portions(database, pairs=pairs_of(home), now=NOW, prepare=flip, officials=2)
    whole = estimates(database)
    replay_in_portions(database, pairs=pairs_of(home), now=NOW, prepare=flip, officials=2)
    assert estimates(database) == whole and all(whole[i] != before[i] for i in before)


def test_what_fails_in_a_portion_leaves_nothing_of_it(home, database):
    def refuse(session, changed):
        raise RuntimeError

    before = estimates(database)
    with pytest.raises(RuntimeError):
        replay_in_portions(database, pairs=pairs_of(home), now=NOW, prepare=flip, conclude=refuse)
    assert estimates(database) == before
    with database.reading() as session:
        assert session.scalars(select(Response.correct).order_by(Response.id)).all() == [1, 0] * 4
