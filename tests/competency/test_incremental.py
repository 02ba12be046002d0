"""What is kept as facts arrive equals what all facts give from scratch, to the bit, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from lms.assessments.models import Response
from lms.competency import target_actions
from lms.competency.enums import StateKind
from lms.competency.models import LeafRollup, Proficiency, StateChange, TreeExpiry, TreeRollup
from lms.competency.queries import live_cells
from lms.competency.rebuild import differences, rebuild
from lms.core.clock import day_number
from lms.core.errors import LmsError
from lms.people.models import Unit
from tests.competency.world import CODES, ITEMS, NOW, World, world
from tests.support.people import PEOPLE, UNITS

TODAY = day_number(NOW)
keys = st.sampled_from([key for key, *_ in PEOPLE])
units = st.sampled_from([code for code, *_ in UNITS])
positions = st.sampled_from(["P01", "P02", "P05"])
answers = st.tuples(keys, st.sampled_from(ITEMS), st.integers(0, 500), st.sampled_from([0, 1, 1, None]))
happenings = st.one_of(
    st.tuples(st.just("answer"), st.lists(answers, min_size=1, max_size=12), st.sampled_from(["import", "A", "B"])),
    st.tuples(st.just("place"), keys, units, positions, st.booleans()),
    st.tuples(st.just("mark"), keys, st.integers(0, 1)),
    st.tuples(st.just("correct_key"), st.sampled_from(ITEMS)),
    st.tuples(st.just("complete"), keys, st.sampled_from(CODES)),
    st.tuples(st.just("judge"), keys, st.sampled_from(CODES), st.integers(0, 5), st.sampled_from([2, 3]), st.integers(0, 500)),
    st.tuples(st.just("certify"), keys, st.sampled_from(CODES), st.integers(0, 500)),
    st.tuples(st.just("revoke"), keys),
    st.tuples(st.just("hang"), units.filter(lambda code: code != "51"), units),
    st.tuples(st.just("retarget"), positions, st.integers(0, 5), st.integers(0, 5)),
)
whose = st.one_of(
    st.builds(lambda key: {"official": key}, keys),
    st.builds(lambda unit: {"unit": unit}, units),
    st.builds(lambda unit, position: {"unit": unit, "position": position}, units, positions),
    st.builds(lambda position: {"position": position}, positions),
)
own_targets = st.one_of(
    st.tuples(st.just("own"), whose, st.integers(0, 3), st.dictionaries(st.sampled_from(CODES), st.integers(0, 5), max_size=3)),
    st.tuples(st.just("advance"), st.integers(1, 2)),
    st.tuples(st.just("next_day")),
)
property_of_the_database = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def county(database):
    """A fresh county that leaves no trace."""
    with database.new_session(write=True) as session:
        yield world(session)
        session.rollback()


def happen(home: World, what: str, *details) -> None:
    if what == "answer":
        home.answer(*details[0], ref=details[1])
    elif what == "place":
        home.place(details[0], unit=details[1], position=details[2], active=details[3])
    elif what == "retarget":
        home.retarget(details[0], NET_1=details[1], GOV_1=details[2])
    elif what == "own":
        with suppress(LmsError):  # such as a second draft for the same thing: refused, and nothing is written
            home.own(home.thing(**details[0]), days=details[1], **details[2])
    elif what == "advance":
        home.advance(details[0])
    else:
        getattr(home, what)(*details)


@property_of_the_database
@given(st.lists(happenings, min_size=1, max_size=10))
def test_whatever_happens_stored_equals_derived(database, events):
    with county(database) as home:
        for event in events:
            happen(home, *event)
            assert [str(d) for d in differences(home.session)] == []


@property_of_the_database
@given(st.lists(st.one_of(own_targets, own_targets, happenings), min_size=3, max_size=14), st.sampled_from([1, 2, 400]))
def test_whatever_targets_are_set_and_come_into_force_stored_equals_derived(database, events, portion):
    """Also in the middle of a change: whoever has been reached counts by the new targets, everybody else by the old."""
    with county(database) as home, pytest.MonkeyPatch.context() as patch:
        patch.setattr(target_actions, "PORTION", portion)
        for event in events:
            happen(home, *event)
            assert [str(d) for d in differences(home.session)] == []


@property_of_the_database
@given(st.lists(answers, min_size=1, max_size=20, unique_by=lambda a: a[:3]), st.randoms(use_true_random=False), st.integers(1, 5))
def test_the_order_and_size_of_batches_and_repeated_imports_change_nothing(database, facts, chance, size):
    with county(database) as home:
        home.answer(*facts)
        at_once = home.derived()
    shuffled = facts[:]
    chance.shuffle(shuffled)
    with county(database) as home:
        for start in range(0, len(shuffled), size):
            home.answer(*shuffled[start : start + size])
        home.answer(*facts[: size + 1])
        in_pieces = home.derived()
    assert _without_ids(in_pieces) == _without_ids(at_once)


def _without_ids(derived):
    """The same county twice has other keys on PostgreSQL: rows are compared without their ids."""
    return {table: sorted(str(row[2:] if table == "proficiency" else row[-1]) for row in rows) for table, rows in derived.items()}


def met(home: World, key: str = "zhaxi", code: str = "NET-1") -> None:
    """Enough right answers for the county's level 1."""
    home.answer(*[(key, f"{code}-Q{n}", 600 + n, 1) for n in range(6)])


def cell(home: World, unit: str, code: str = "NET-1"):
    home.session.expire_all()
    unit_row = home.session.scalars(select(Unit).where(Unit.code == unit)).one()
    return live_cells(home.session, unit_row, TODAY)[unit_row.id, False].get(code)


def test_a_submission_reaches_the_county_in_the_same_transaction(database):
    with county(database) as home:
        before = cell(home, "513399")
        met(home)
        after = cell(home, "513399")
        assert (before.n_required, before.n_evidence, before.met) == (5, 0, 0)
        assert (after.n_required, after.n_evidence, after.met) == (5, 1, 1)
        assert home.row("zhaxi", "NET-1").state == StateKind.MET


def test_a_moved_official_takes_the_record_along(database):
    with county(database) as home:
        met(home)
        home.place("zhaxi", unit="513398101")
        assert (cell(home, "513399101").n_evidence, cell(home, "513398101").met, cell(home, "5133").met) == (0, 1, 1)
        assert cell(home, "513399101").n_required == 1 and cell(home, "513398101").n_required == 2


def test_another_post_asks_for_another_level(database):
    with county(database) as home:
        met(home)
        home.place("zhaxi", position="P02")
        row = home.row("zhaxi", "NET-1")
        assert row.target_level == 2 and cell(home, "513399101").n_evidence == 1
        home.place("zhaxi", position="P05")
        assert home.row("zhaxi", "NET-1").target_level == 0 and cell(home, "513399101").n_evidence == 0


def test_the_inactive_count_nowhere_and_come_back_whole(database):
    with county(database) as home:
        met(home)
        home.place("zhaxi", active=False)
        assert (cell(home, "513399").n_required, cell(home, "513399").n_evidence) == (4, 0)
        home.place("zhaxi", active=True)
        assert (cell(home, "513399").n_required, cell(home, "513399").met) == (5, 1)


def test_a_late_arrival_replays_its_pair(database):
    with county(database) as home:
        home.answer(("zhaxi", "NET-1-Q3", 100, 1), ("zhaxi", "NET-1-Q4", 300, 0))
        late = home.row("zhaxi", "NET-1").m_milli
        home.answer(("zhaxi", "NET-1-Q5", 200, 1))
        assert home.row("zhaxi", "NET-1").m_milli > late and home.row("zhaxi", "NET-1").t_day == 20_089 + 300


def test_a_corrected_key_replays_exactly_those_concerned(database):
    with county(database) as home:
        home.answer(("zhaxi", "NET-1-Q3", 1, 0), ("meng", "NET-1-Q3", 1, 1), ("lei", "NET-1-Q4", 1, 1))
        before = {key: home.row(key, "NET-1").m_milli for key in ("zhaxi", "meng", "lei")}
        home.correct_key("NET-1-Q3")
        after = {key: home.row(key, "NET-1").m_milli for key in ("zhaxi", "meng", "lei")}
        assert (after["zhaxi"], after["meng"], after["lei"]) == (before["meng"], before["zhaxi"], before["lei"])


def test_practice_items_never_count(database):
    with county(database) as home:
        home.revisions["NET-1-Q1"].use = "practice"
        home.answer(("zhaxi", "NET-1-Q1", 1, 1))
        assert home.row("zhaxi", "NET-1") is None


def test_an_answer_that_waits_for_its_marker_counts_when_marked(database):
    with county(database) as home:
        home.answer(("zhaxi", "NET-1-Q1", 1, None))
        assert home.row("zhaxi", "NET-1") is None and cell(home, "513399101").n_evidence == 0
        home.mark("zhaxi", 1)
        assert home.row("zhaxi", "NET-1").n == 1 and cell(home, "513399101").n_evidence == 1


def test_a_completion_shows_in_the_expected_track_and_not_in_the_cell(database):
    with county(database) as home:
        home.answer(("zhaxi", "NET-1-Q1", 1, 1))
        before, mean = home.row("zhaxi", "NET-1").expected_m_milli, cell(home, "513399").mean
        home.complete("zhaxi", "NET-1", "GOV-1")
        assert home.row("zhaxi", "NET-1").expected_m_milli == before + 350
        assert cell(home, "513399").mean == mean and home.row("zhaxi", "GOV-1") is None


def test_changes_of_state_are_noted_for_the_official(database):
    with county(database) as home:
        met(home)
        noted = home.session.scalars(select(StateChange)).all()
        assert [(c.before, c.after, c.at) for c in noted] == [("no_evidence", "met", NOW)]


def test_state_and_cell_lapse_on_their_day(database):
    with county(database) as home:
        met(home)
        until = home.row("zhaxi", "NET-1").confirmed_until
        unit = home.session.scalars(select(Unit).where(Unit.code == "51")).one()
        last, after = (live_cells(home.session, unit, day)[unit.id, False]["NET-1"] for day in (until, until + 1))
        assert (last.met, last.unclear) == (1, 0) and (after.met, after.unclear) == (0, 1)


def test_people_directly_at_a_unit_are_what_its_children_leave(database):
    with county(database) as home:
        home.answer(("he", "GOV-1-Q1", 1, 1), ("lei", "GOV-1-Q1", 1, 1))
        unit = home.session.scalars(select(Unit).where(Unit.code == "513399")).one()
        cells = live_cells(home.session, unit, TODAY)
        assert (cells[unit.id, False]["GOV-1"].n_evidence, cells[unit.id, True]["GOV-1"].n_evidence) == (2, 1)
        assert "NET-1" not in cells[unit.id, True]


def test_a_rebuild_from_nothing_gives_what_was_kept(database):
    with county(database) as home:
        met(home)
        home.answer(("sun", "SEC-1-Q7", 3, 0), ("cheng", "NET-1-Q2", 3, 0), ("he", "NET-1-Q2", 3, 1))
        kept = home.derived()
        for model in (Proficiency, LeafRollup, TreeRollup, TreeExpiry):
            home.session.execute(delete(model))
        written = rebuild(home.session, now=NOW)
        assert home.derived() == kept and written["proficiency"] == 4
        assert rebuild(home.session, now=NOW).total() == 0


def test_the_check_names_what_was_tampered_with_and_the_rebuild_puts_it_right(database):
    with county(database) as home:
        met(home)
        home.session.execute(Proficiency.__table__.update().values(m_milli=2500))
        home.session.execute(TreeRollup.__table__.update().values(n_met=TreeRollup.n_met + 1))
        home.session.execute(delete(TreeExpiry))
        found = [str(d) for d in differences(home.session)]
        assert any(line.startswith("proficiency") and "m_milli 2500 instead of" in line for line in found)
        assert any(line.startswith("tree_rollup") for line in found) and any("tree_expiry" in line and "missing" in line for line in found)
        rebuild(home.session, now=NOW)
        assert list(differences(home.session)) == []


def test_an_estimate_without_any_fact_is_found_and_removed(database):
    with county(database) as home:
        met(home)
        home.session.execute(delete(Response))
        assert "not derived from any fact" in str(next(differences(home.session)))
        rebuild(home.session, now=NOW)
        assert home.session.scalar(select(func.count()).select_from(Proficiency)) == 0


def test_a_submission_costs_the_same_however_many_officials_there_are(database):
    def statements(home: World) -> int:
        from sqlalchemy import event

        seen = []
        bind = home.session.connection()
        event.listen(bind, "before_cursor_execute", lambda *details: seen.append(details[2]))
        pairs = home.answer(*[("zhaxi", f"NET-1-Q{n}", 600 + n, 1) for n in range(3)], publish=False)
        del seen[:]
        from lms.competency import actions

        actions.replay_pairs(home.session, pairs=pairs, now=NOW)
        return len(seen)

    with county(database) as home:
        alone = statements(home)
    with county(database) as home:
        for key in ("meng", "lei", "sun", "dong", "he", "cheng"):
            met(home, key)
        assert statements(home) == alone


def test_writers_at_the_same_time_lose_nothing(app, database):
    with database.writing() as session:
        home = world(session)
    keys_ = [key for key, *_ in PEOPLE]

    def submit(n: int) -> None:
        with app.app_context(), database.writing() as session:
            home_of_thread = replace(home, session=session)
            home_of_thread.answer(*[(keys_[(n + k) % 7], f"{code}-Q{n % 8}", n, 1) for k in range(3) for code in CODES], ref=f"A{n}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(submit, range(24)))
    with database.reading() as session:
        assert list(differences(session)) == []
        assert session.scalar(select(func.count()).select_from(Response)) == 24 * 9
