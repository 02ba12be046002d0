"""When marks are enough and what they come to, with exact values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.marking.agreement import weighted_kappa
from lms.marking.settling import Decision, answer_marks_needed, differ, is_double, judged_level, marks_needed, passes, settle, settle_answer

grades = st.lists(st.integers(0, 3), min_size=4, max_size=4)


def test_two_who_agree_settle_a_work_sample():
    assert settle([[3, 2, 2, 3]]) is None
    assert settle([[3, 2, 2, 3], [2, 2, 3, 2]]) == Decision(True, (2, 2, 2, 2), 2)


def test_a_third_is_asked_when_totals_are_more_than_two_apart():
    assert not differ([3, 3, 3, 3], [3, 3, 2, 2]) and differ([3, 3, 3, 3], [3, 2, 2, 2])
    assert settle([[3, 3, 3, 3], [3, 2, 2, 2]]) is None
    assert settle([[3, 3, 3, 3], [3, 2, 2, 2], [2, 3, 2, 3]]) == Decision(True, (3, 3, 2, 3), 3)


def test_a_third_is_asked_when_one_passes_it_and_the_other_does_not():
    assert settle([[2, 2, 2, 2], [2, 2, 2, 1]]) is None
    assert settle([[2, 2, 2, 2], [2, 2, 2, 1], [1, 2, 2, 2]]) == Decision(False, (2, 2, 2, 2), 3)


def test_a_panel_needs_three_whatever_the_first_two_say():
    assert marks_needed([[2] * 4, [2] * 4], panel=True) == 3
    assert settle([[2] * 4, [2] * 4], panel=True) is None
    assert settle([[2] * 4, [3] * 4, [1] * 4], panel=True) == Decision(True, (2, 2, 2, 2), 3)


@pytest.mark.parametrize(("passed", "criteria", "level"), [
    (True, (2, 2, 2, 2), 4), (True, (3, 3, 3, 3), 4), (False, (1, 2, 2, 2), 3), (False, (1, 1, 2, 2), 3), (False, (2, 2, 2, 2), 3),
    (False, (1, 1, 1, 2), 2), (False, (0, 3, 3, 3), 2), (False, (0, 0, 0, 0), 2),
])  # fmt: skip
def test_the_judged_level_is_that_of_the_task_one_below_or_two_below(passed, criteria, level):
    assert judged_level(4, Decision(passed, criteria, 2)) == level
    assert judged_level(5, Decision(passed, criteria, 3)) == level + 1
    assert judged_level(1, Decision(False, (0, 0, 0, 0), 2)) == 0


@given(grades, grades, grades)
def test_the_order_of_marks_never_decides_and_the_majority_does(a, b, c):
    decisions = {settle(list(marks), panel=True) for marks in ((a, b, c), (c, a, b), (b, a, c))}
    assert len(decisions) == 1
    (decision,) = decisions
    assert decision.passed == (sum(map(passes, (a, b, c))) >= 2)
    assert not decision.passed or min(decision.criteria) >= 2


def test_a_short_answer_is_settled_by_one_two_or_three():
    assert settle_answer([2], 3, double=False) == 667
    assert settle_answer([2], 3, double=True) is None
    assert settle_answer([2, 3], 3, double=True) == 833
    assert settle_answer([0, 3], 3, double=True) is None and answer_marks_needed([0, 3], double=True) == 3
    assert settle_answer([0, 3, 2], 3, double=True) == 667


def test_every_fifth_answer_and_all_of_level_three_are_marked_twice():
    keys = [f"A{n}:1:C01-Q17" for n in range(5000)]
    share = sum(is_double(key, 2) for key in keys) / len(keys)
    assert 0.18 < share < 0.22
    assert all(is_double(key, 3) for key in keys[:50])
    assert [is_double(key, 1) for key in keys] == [is_double(key, 2) for key in keys]


ANXIETY = (
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
)
"""Twenty subjects rated by two raters: the data set "anxiety" of the R package irr."""


def test_weighted_kappa_reaches_the_published_value():
    assert round(weighted_kappa(list(zip(*ANXIETY, strict=True))), 3) == 0.297  # irr::kappa2(anxiety[, 1:2], "squared")


def test_weighted_kappa_of_a_table_worked_by_hand():
    # 2 x 2, where weights do not matter: po = 0.7, pe = 0.5, so kappa = 0.4 (the textbook example 20/5/10/15)
    table = {(1, 1): 20, (1, 0): 5, (0, 1): 10, (0, 0): 15}
    assert weighted_kappa([pair for pair, n in table.items() for _ in range(n)]) == pytest.approx(0.4)


def test_kappa_is_one_when_all_agree_and_unknown_when_nothing_varies():
    assert weighted_kappa([(0, 0), (1, 1), (3, 3)]) == 1
    assert weighted_kappa([(2, 2), (2, 2)]) is None and weighted_kappa([]) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40))
def test_kappa_never_exceeds_one_and_ignores_who_is_first(pairs):
    kappa = weighted_kappa(pairs)
    other = weighted_kappa([(b, a) for a, b in pairs])
    assert (kappa is None and other is None) or (kappa <= 1 and kappa == pytest.approx(other))
