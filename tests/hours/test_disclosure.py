"""Class hours outside HR, attacked: all heads together, two nights, and the roster; no small group can be solved for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lms.hours.disclosure import Counts, may_show, moved, released

PATHS = ("/1/", "/1/2/", "/1/2/3/", "/1/2/4/", "/1/5/")
NOTHING = Counts()
COUNTS = st.builds(Counts, *[st.integers(0, 7)] * 3)
COUNTY = st.lists(COUNTS, min_size=5, max_size=5)


def units(direct: list[Counts]) -> dict[str, Counts]:
    """Each unit with all below it."""
    return {path: sum((counts for below, counts in zip(PATHS, direct, strict=True) if below.startswith(path)), NOTHING) for path in PATHS}


def test_the_first_night_shows_what_the_rule_of_a_night_allows():
    shown = released(units([Counts(4, 4, 4), Counts(1, 1, 1), NOTHING, NOTHING, Counts(5, 5, 5)]), {})
    assert set(shown) == {"/1/", "/1/5/"}


def test_one_person_who_gets_done_changes_no_figure():
    before = released(units([Counts(4, 4, 4), NOTHING, NOTHING, NOTHING, Counts(5, 5, 5)]), {})
    assert released(units([Counts(4, 4, 4), NOTHING, NOTHING, NOTHING, Counts(6, 4, 5)]), before) == before


def test_five_people_renew_their_unit_and_those_above():
    before = released(units([Counts(4, 4, 4), NOTHING, NOTHING, NOTHING, Counts(5, 5, 5)]), {})
    after = released(units([Counts(4, 4, 4), NOTHING, NOTHING, NOTHING, Counts(10, 2, 3)]), before)
    assert after == {"/1/": Counts(14, 6, 7), "/1/5/": Counts(10, 2, 3)}


def test_one_person_beside_five_keeps_the_county_back():
    before = released(units([Counts(4, 4, 4), NOTHING, NOTHING, NOTHING, Counts(5, 5, 5)]), {})
    after = released(units([Counts(5, 3, 4), NOTHING, NOTHING, NOTHING, Counts(10, 2, 3)]), before)
    assert after == {"/1/": before["/1/"], "/1/5/": Counts(10, 2, 3)}


def test_a_unit_that_shrank_stays_and_keeps_what_is_above_it():
    before = released(units([Counts(4, 4, 4), NOTHING, NOTHING, NOTHING, Counts(5, 5, 5)]), {})
    after = released(units([Counts(4, 4, 4), NOTHING, NOTHING, NOTHING, Counts(0, 0, 1)]), before)
    assert after == before | {"/1/": before["/1/"]}


class Attack:
    """Counts of people by place and state in two nights; at most ``few`` of them changed, as the attacker knows."""

    def __init__(self, first, second, one, two, few: int = 4) -> None:
        self.places = [path for path in PATHS]
        rows, values = [], []
        for night, (truth, shown) in enumerate(((first, one), (second, two))):
            for path, counts in shown.items():
                if counts == units(truth)[path]:  # kept figures are no equation; the attacker is granted to know which they are
                    for state, number in enumerate((counts.fulfilled, counts.on_way, counts.behind)):
                        rows.append(self.weights(night, path, (state,)))
                        values.append(number)
        for i in range(15):
            row = np.zeros(60)
            row[[i, 15 + i, 30 + i, 45 + i]] = -1, 1, -1, 1
            rows.append(row)
            values.append(0)
        few_rows = [np.concatenate([np.zeros(30), np.ones(15), np.zeros(15)]), np.concatenate([np.zeros(45), np.ones(15)])]
        self.known = {"A_eq": np.array(rows), "b_eq": values, "A_ub": np.array(few_rows), "b_ub": [few, few], "method": "highs"}

    def weights(self, night: int, path: str, states=(0, 1, 2)) -> np.ndarray:
        row = np.zeros(60)
        row[[15 * night + 3 * n + state for n, below in enumerate(PATHS) if below.startswith(path) for state in states]] = 1
        return row

    def pinned(self, night: int, path: str) -> bool:
        """Whether all three counts of a unit are known."""
        goals = [self.weights(night, path, (state,)) for state in range(3)]
        ends = [[linprog(sign * goal, **self.known) for sign in (1, -1)] for goal in goals]
        return all(low.status == high.status == 0 and -high.fun - low.fun < 0.5 for low, high in ends)


@settings(max_examples=12, deadline=None)
@given(COUNTY, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 2)), max_size=4))
def test_linear_programming_over_two_nights_solves_for_no_hidden_unit(first, few):
    second = [[one.fulfilled, one.on_way, one.behind] for one in first]
    for place, source, target in few:
        if second[place][source]:
            second[place][source] -= 1
            second[place][target] += 1
    second = [Counts(*counts) for counts in second]
    one = released(units(first), {})
    two = released(units(second), one)
    attack = Attack(first, second, one, two)
    for night, (truth, known) in enumerate(((first, one), (second, one | two))):
        for path in PATHS:
            small = units(truth)[path].people and path not in known
            assert not (small and attack.pinned(night, path)), (night, path)


@given(COUNTY, COUNTY)
def test_what_two_nights_tell_apart_is_nothing_or_five_people(first, second):
    one = released(units(first), {})
    two = released(units(second), one)
    fresh = [path for path in two if path in one and two[path] != one[path]]
    assert all(moved(two[path] - one[path]) >= 5 for path in fresh)
    assert all(may_show(counts) for counts in two.values())
    assert set(one) <= set(two)
