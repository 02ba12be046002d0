"""What lies behind a live number of a unit: who and what is counted, by which versions, and other rules on the same answers."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from lms.competency import behind_queries
from lms.competency.behind_queries import AskedVersion, behind
from lms.competency.enums import Rival
from lms.people.models import Unit
from tests.competency.world import World, world


@pytest.fixture
def home(database, worlds):
    def make() -> World:
        with database.writing() as session:
            return world(session)

    made = worlds.make(database, "targets and items", make)
    with database.new_session(write=True) as session:
        yield replace(made, session=session)
        session.rollback()


def centre(home) -> Unit:
    return home.session.scalars(select(Unit).where(Unit.code == "513399")).one()


def test_only_what_counted_is_summed_and_each_rule_is_a_mean_over_people(home):
    home.answer(("zhaxi", "SEC-1-Q1", 600, 1), ("zhaxi", "SEC-1-Q2", 610, 0), ("zhaxi", "SEC-1-Q1", 620, 1))  # the last is memory
    home.answer(("meng", "SEC-1-Q1", 600, 0))
    found = behind(home.session, centre(home), "SEC-1")
    assert (found.people, found.read, found.answers, found.right, found.judgements) == (2, 2, 3, 1, 0)
    assert found.rules == {
        Rival.PERCENT_CORRECT: pytest.approx((0.5 + 0) / 2),
        Rival.DECAYING_AVERAGE: pytest.approx((0.35 + 0) / 2),
        Rival.HIGHEST_SCORE: pytest.approx((1 + 0) / 2),
    }
    assert found.versions == [AskedVersion("SEC-1-Q1", 1, 0, 2), AskedVersion("SEC-1-Q2", 1, 0, 1)]
    assert list(found.models.values()) == [2]


def test_nobody_with_evidence_is_nothing_to_sum(home):
    found = behind(home.session, centre(home), "GOV-1")
    assert (found.people, found.answers, found.rules, found.versions) == (0, 0, {}, [])


def test_large_cells_are_read_from_part_of_the_people(home, monkeypatch):
    home.answer(("zhaxi", "SEC-1-Q1", 600, 1), ("meng", "SEC-1-Q1", 600, 0))
    monkeypatch.setattr(behind_queries, "MOST_PEOPLE", 1)
    found = behind(home.session, centre(home), "SEC-1")
    assert (found.people, found.read, found.answers) == (2, 1, 1)
