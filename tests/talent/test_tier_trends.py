"""The course of a tier: a sum of published cells, and nothing on days on which one of them was hidden."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.competency import queries as competency
from lms.competency import total_queries
from lms.competency.models import SnapshotCell
from lms.competency.snapshots import take_snapshot
from lms.core.clock import day_number
from lms.people.models import Unit
from lms.talent import board_queries
from tests.competency.test_snapshots import crowd
from tests.competency.world import NOW, world

TIER = "county-department"


@pytest.fixture
def session(database):
    with database.new_session(write=True) as session:
        home = world(session)
        crowd(home)
        for days in (21, 10, 1):
            take_snapshot(session, now=NOW - timedelta(days=days))
        yield session


def unit(session, code: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.code == code)).one()


def course(session, code: str):
    return board_queries.tier_trends(session, unit(session, code), ["SEC-1"])


def test_a_tier_of_one_unit_has_the_course_of_that_unit(session):
    [own] = board_queries.trends(session, [unit(session, "513398101").id], ["SEC-1"]).values()
    found = course(session, "513398")[TIER, "SEC-1"]
    assert len(found) == len(own) == 3
    assert [(point.day, point.n_evidence) for point in found] == [(point.day, point.n_evidence) for point in own]
    assert [point.gap for point in found] == pytest.approx([point.gap for point in own])
    assert [point.se for point in found] == pytest.approx([point.se for point in own])


def test_where_a_unit_of_the_tier_is_hidden_there_is_no_course(session):
    shown = session.scalars(select(SnapshotCell.n_required).where(SnapshotCell.unit_id == unit(session, "513399102").id, SnapshotCell.competency == "SEC-1"))
    assert set(shown) == {None}
    assert (TIER, "SEC-1") not in course(session, "513399")


def test_a_day_on_which_one_was_hidden_is_left_out(session):
    hidden = {c.name: None for c in SnapshotCell.__table__.columns if not c.primary_key}
    first = session.scalars(select(SnapshotCell.snapshot_id).order_by(SnapshotCell.snapshot_id)).first()
    mine = SnapshotCell.snapshot_id == first, SnapshotCell.unit_id == unit(session, "513398101").id, SnapshotCell.competency == "SEC-1"
    session.execute(update(SnapshotCell).where(*mine).values(hidden))
    assert len(course(session, "513398")[TIER, "SEC-1"]) == 2


def test_above_counties_there_is_none(session):
    assert course(session, "5133") == {}


@pytest.mark.parametrize("years", [0, 1, 2, 4])
def test_posts_tiers_and_connections_add_up_to_the_unit_on_every_day(session, years):
    """What has lapsed since the last evidence has lapsed in every grouping: the board by post says no more met than the board."""
    county, today = unit(session, "513399"), day_number(NOW) + 365 * years
    whole = competency.live_cells(session, county, today)[county.id, False]["SEC-1"]
    for count in (total_queries.post_cells, total_queries.tier_cells, total_queries.connection_cells):
        parts = [cells["SEC-1"] for cells in count(session, county, today).values() if "SEC-1" in cells]
        sums = tuple(sum(getattr(cell, name) for cell in parts) for name in ("n_required", "n_evidence", "met", "not_yet", "unclear"))
        assert sums == (whole.n_required, whole.n_evidence, whole.met, whole.not_yet, whole.unclear)
    assert (whole.met > 0) == (years < 4)
