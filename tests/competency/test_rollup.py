"""Sums of a cell: exact by adding and taking away, and right on any later day."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competency.proficiency import Proficiency, State
from lms.competency.rollup import NOTHING, REQUIRED, SUMS, Delta, Sums, contribution, lapsed, on_day, total
from lms.competency.states import StateKind, standing
from tests.competency.pure import RULES, known

people = st.lists(
    st.tuples(
        st.one_of(
            st.just(Proficiency()),
            st.builds(known, st.integers(-3000, 3500), st.integers(1, 1_000_000), st.integers(1, 12), t_day=st.integers(19_000, 20_000)),
        ),
        st.integers(0, 5),
    ),
    max_size=12,
)


def test_an_official_without_evidence_is_required_and_nothing_else():
    assert contribution(Proficiency(), 2, RULES) == REQUIRED
    assert contribution(Proficiency(), 0, RULES) == NOTHING


def test_what_one_official_adds():
    part = contribution(known(-400, 300_000, 6), 2, RULES)
    expected = Sums(1, 1, -400, 160_000, 300_000, 90_000_000_000, 20_000, 0, 1, 0, 0, 0, 0, 0, 0, 400)
    assert part.sums == expected and part.lapse is None


def test_a_target_of_zero_has_evidence_but_no_state_and_no_gap():
    part = contribution(known(-3000, 100_000, 6), 0, RULES).sums
    assert (part.n_required, part.n_evidence, part.not_yet, part.sum_gap) == (0, 1, 0, 0)


@given(people, people)
def test_taking_away_what_was_added_leaves_nothing(first, second):
    delta = Delta()
    for sign in (1, -1):
        for proficiency, target in [*first, *second]:
            delta.add(contribution(proficiency, target, RULES), sign)
    assert not delta


@given(people, st.integers(0, 1500))
def test_a_cell_is_exact_on_any_later_day(members, later):
    today, delta = 20_000 + later, Delta()
    for proficiency, target in members:
        delta.add(contribution(proficiency, target, RULES))
    cell = on_day(delta.sums, *(lapsed(delta.lapses, kind, today) for kind in (StateKind.MET, StateKind.NOT_YET)))
    kinds = [standing(proficiency, target, RULES, today).kind for proficiency, target in members if target]
    assert cell.met == kinds.count(StateKind.MET) and cell.not_yet == kinds.count(StateKind.NOT_YET)
    surplus = sum(target == 0 and p.confirmed is not None for p, target in members)  # evidence that nobody asked for
    assert cell.unclear == kinds.count(StateKind.UNCLEAR) + surplus
    assert cell.no_evidence == kinds.count(StateKind.NO_EVIDENCE) - surplus


def test_levels_are_counted_with_zero_below_the_first_cut():
    cell = total([contribution(known(m, 500_000, 1), 1, RULES).sums for m in (-1500, -500, 200, 1000, 2999, 3000, 3100)])
    assert [getattr(cell, f"level_{n}") for n in range(6)] == [1, 1, 1, 1, 1, 2]


def test_the_mean_undoes_the_shrinkage_and_has_its_standard_error():
    cell = total([contribution(known(m, v, 1), 1, RULES).sums for m, v in ((500, 600_000), (300, 400_000))])
    day = on_day(cell)
    assert day.mean == pytest.approx(0.8 / (2 - 1.0))
    assert day.se == pytest.approx(sqrt(1.0 - (0.36 + 0.16)) / (2 - 1.0))


def test_no_mean_without_information():
    for sums in (Sums(), contribution(Proficiency(State(0, 1_000_000, 0, 1)), 1, RULES).sums):
        assert (on_day(sums).mean, on_day(sums).se) == (None, None)


def test_the_gap_is_the_mean_shortfall_of_those_with_evidence():
    cell = total([contribution(p, 2, RULES).sums for p in (known(-600, 300_000, 4), known(900, 300_000, 4), Proficiency())])
    assert on_day(cell).gap == pytest.approx(0.3)
    assert on_day(cell).no_evidence == 1


def test_sums_of_a_million_officials_fit_a_64_bit_column():
    worst = contribution(Proficiency(State(9_000, 1_000_000, 40_000, 9)), 1, RULES).sums
    assert all(getattr(worst, name) * 1_000_000 < 2**63 for name in SUMS)
