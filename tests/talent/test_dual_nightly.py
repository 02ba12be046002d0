"""The nightly work looks only at those who may stand otherwise, and leaves what looking at everybody would leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.competency.levels import proven
from lms.competency.models import Touched
from lms.competency.proficiency import EvidenceItem, Proficiency, State
from lms.core import clock
from lms.core.instance import set_fact
from lms.talent import dual_actions, dual_jobs, dual_queries
from lms.talent.models import DualStanding, DualTally, StrongLevel
from tests.competency.pure import RULES
from tests.competency.world import NOW, World, world
from tests.talent.test_dual_pages import GOVERNANCE, TARGETS, TECHNOLOGY, prove

DAY = 20_000
evidence = st.lists(
    st.builds(
        EvidenceItem, st.sampled_from("abcdefghij"), st.integers(DAY - 1000, DAY), st.booleans(), st.booleans(), st.integers(1, 5),
        st.one_of(st.none(), st.integers(1, 5)), st.integers(0, 2), st.booleans(),
    ),
    max_size=10, unique_by=lambda item: item.item,
)  # fmt: skip


@given(m=st.integers(-2500, 4000), v=st.integers(20_000, 1_000_000), n=st.integers(1, 12), items=evidence, ago=st.integers(0, 1300), later=st.integers(0, 1300))
def test_a_proven_level_holds_to_its_last_day(m, v, n, items, ago, later):
    known = Proficiency(State(m, v, DAY, n), None, tuple(sorted(items, key=lambda item: item.day)))
    today = DAY + ago
    found = proven(known, RULES, today)
    last = found.until
    assert last is None or last >= today
    day = today + later if last is None else min(today + later, last)
    assert proven(known, RULES, day) == found
    if last is not None:
        assert proven(known, RULES, last + 1) != found


@pytest.fixture
def home(database):
    """Zhaxi and Cheng have proven all, Meng one strand; worked out once."""
    with database.writing() as session:
        home = world(session)
        home.retarget("P01", **TARGETS)
        for key, codes in (("zhaxi", TECHNOLOGY + GOVERNANCE), ("cheng", TECHNOLOGY + GOVERNANCE), ("meng", TECHNOLOGY)):
            prove(home, key, codes)
        known = World(session, home.cast, home.revisions, home.course)
    dual_jobs.nightly(NOW)
    return known


def kept(database):
    """All that the night writes, without the day on which a standing was worked out."""
    names = [column for column in DualStanding.__table__.c if column.name != "as_of"]
    with database.reading() as session:
        tables = (select(*names), select(StrongLevel.__table__), select(DualTally.__table__))
        return [sorted(map(tuple, session.execute(query))) for query in tables]


@pytest.fixture
def looked_at(monkeypatch):
    seen = []
    refresh = dual_actions.refresh
    monkeypatch.setattr(dual_actions, "refresh", lambda session, ids, **more: (seen.extend(ids), refresh(session, ids, **more))[1])
    return seen


def test_a_night_after_which_nothing_happened_looks_at_nobody(database, home, looked_at):
    before = kept(database)
    dual_jobs.nightly(NOW + timedelta(days=1))
    assert looked_at == [] and kept(database) == before
    with database.reading() as session:
        assert dual_queries.as_of(session) == clock.day_number(NOW) + 1
        assert session.scalars(select(Touched)).all() == []


def test_only_those_who_were_touched_are_looked_at_and_all_is_as_if_everybody_were(database, home, looked_at):
    ids = home.cast.officials
    with database.writing() as session:
        again = World(session, home.cast, home.revisions, home.course)
        prove(again, "meng", GOVERNANCE)  # evidence
        again.place("lei", unit="513399101", position="P01")  # another place
        again.place("cheng", active=False)  # gone
        again.own(again.thing(official="he"), NET_1=2)  # other targets
        again.advance()
    dual_jobs.nightly(NOW + timedelta(days=2))
    assert {ids["meng"], ids["lei"], ids["cheng"], ids["he"]} <= set(looked_at) and not {ids["zhaxi"], ids["sun"]} & set(looked_at)
    small = kept(database)
    with database.writing() as session:
        set_fact(session, dual_actions.RULES, "others")
    dual_jobs.nightly(NOW + timedelta(days=2))
    assert kept(database) == small


def test_what_lapses_by_time_alone_is_looked_at_on_its_day(database, home, looked_at):
    with database.reading() as session:
        last = {one.official_id: one.holds_until for one in session.scalars(select(DualStanding))}
    zhaxi = home.cast.officials["zhaxi"]
    assert last[zhaxi] < dual_queries.FOR_GOOD == last[home.cast.officials["sun"]]
    day = NOW + timedelta(days=last[zhaxi] - clock.day_number(NOW))
    dual_jobs.nightly(day)
    assert zhaxi not in looked_at
    dual_jobs.nightly(day + timedelta(days=1))
    assert zhaxi in looked_at
    small = kept(database)
    with database.writing() as session:
        set_fact(session, dual_actions.RULES, "others")
    dual_jobs.nightly(day + timedelta(days=1))
    assert kept(database) == small


def test_everybody_is_looked_at_when_the_rules_changed(database, home, looked_at):
    with database.writing() as session:
        set_fact(session, dual_actions.RULES, "others")
    dual_jobs.nightly(NOW + timedelta(days=1))
    assert sorted(looked_at) == sorted(home.cast.officials.values())
    looked_at.clear()
    dual_jobs.nightly(NOW + timedelta(days=1))
    assert looked_at == []
