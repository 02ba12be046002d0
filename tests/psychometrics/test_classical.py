"""Exact values of a small table, planted wrong keys, and the formulas of differential functioning."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.psychometrics.classical import Flag, analyse, thirds
from lms.psychometrics.dif import adjust, benjamini_hochberg, mantel_haenszel

KEY = ["a", "b", "c"]
TABLE = [["a", "b", "c"], ["a", "b", "a"], ["a", "a", "c"], ["b", "b", ""], ["b", "a", "a"], ["c", "c", "b"]]


def sitting(n: int, key: list[str], seed: int, harder_for_focal: dict[int, float] | None = None, share: float = 0.5):
    """(answers, focal) of people whose ability decides, four options, a third of a chance to guess."""
    rng = np.random.default_rng(seed)
    theta, focal = rng.normal(0, 1, n), rng.random(n) < share
    rows = []
    for person in range(n):
        row = []
        for i, right in enumerate(key):
            b = -0.5 + i / len(key) + (harder_for_focal or {}).get(i, 0.0) * focal[person]
            knows = rng.random() < 1 / (1 + np.exp(-1.5 * (theta[person] - b)))
            row.append(right if knows else str(rng.choice([o for o in "abcd" if o != right])))
        rows.append(row)
    return rows, focal


def test_exact_values_of_six_people():
    found = analyse(TABLE, KEY)
    assert (found.n, found.mean) == (6, pytest.approx(8 / 6))
    assert found.sd == pytest.approx(np.std([3, 2, 2, 1, 0, 0], ddof=1))
    assert [one.p for one in found.items] == pytest.approx([0.5, 0.5, 2 / 6])
    variances = [0.3, 0.3, 4 / 15]
    assert found.alpha == pytest.approx(3 / 2 * (1 - sum(variances) / found.sd**2))
    assert found.sem == pytest.approx(found.sd * (1 - found.alpha) ** 0.5)
    assert found.items[0].rest_r == pytest.approx(np.corrcoef([1, 1, 1, 0, 0, 0], [2, 1, 1, 1, 0, 0])[0, 1])
    assert found.items[0].rit == pytest.approx(np.corrcoef([1, 1, 1, 0, 0, 0], [3, 2, 2, 1, 0, 0])[0, 1])
    assert {name: line.share for name, line in found.items[2].options.items()} == pytest.approx({"a": 2 / 6, "b": 1 / 6, "c": 2 / 6})
    assert found.items[2].options["b"].thirds == pytest.approx((0.5, 0, 0))


def test_the_keys_rest_correlation_is_the_items():
    found = analyse(TABLE, KEY)
    assert [one.options[key].rest_r for one, key in zip(found.items, KEY)] == pytest.approx([one.rest_r for one in found.items])


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_wrong_key_is_suspected_and_no_other(seed):
    key = list("abcdabcd")
    rows, _ = sitting(300, key, seed)
    wrong = [*key[:3], "a", *key[4:]]
    found = analyse(rows, wrong)
    assert [one.key_suspect for one in found.items] == [i == 3 for i in range(8)]
    assert Flag.KEY in found.items[3].flags


def test_what_everybody_answers_alike_has_no_correlation():
    found = analyse([["a", "b"], ["a", "c"], ["a", "b"]], ["a", "b"])
    assert (found.items[0].rest_r, found.items[0].flags) == (None, (Flag.EASY, Flag.UNCALIBRATED))


def test_few_answers_are_called_uncalibrated():
    assert all(Flag.UNCALIBRATED in one.flags for one in analyse(TABLE, KEY).items)


def test_a_question_nobody_can_answer_is_too_hard():
    rows = [["a", "x"]] * 40 + [["b", "y"]] * 9 + [["a", "z"]]
    assert Flag.HARD in analyse(rows, ["a", "z"]).items[1].flags


def test_equal_scores_lie_in_one_third():
    assert thirds(np.array([5, 5, 5, 5])).tolist() == [1, 1, 1, 1]
    assert thirds(np.array([1, 2, 3])).tolist() == [0, 1, 2]


def test_mantel_haenszel_by_hand():
    """Two strata: (A, B, C, D) = (30, 10, 15, 15) and (20, 20, 8, 22)."""
    right, stratum, focal = [], [], []
    for level, cells in enumerate([(30, 10, 15, 15), (20, 20, 8, 22)]):
        for (is_right, is_focal), n in zip([(1, False), (0, False), (1, True), (0, True)], cells):
            right += [is_right] * n
            stratum += [level] * n
            focal += [is_focal] * n
    found = mantel_haenszel(np.array(right), np.array(stratum), np.array(focal))
    alpha = (30 * 15 / 70 + 20 * 22 / 70) / (10 * 15 / 70 + 20 * 8 / 70)
    expected = 40 * 45 / 70 + 40 * 28 / 70
    variance = 40 * 30 * 45 * 25 / (70 * 70 * 69) + 40 * 30 * 28 * 42 / (70 * 70 * 69)
    assert found.alpha == pytest.approx(alpha)
    assert found.delta == pytest.approx(-2.35 * log(alpha))
    assert found.chi2 == pytest.approx((abs(50 - expected) - 0.5) ** 2 / variance)
    assert (found.size, found.n_reference, found.n_focal) == ("C", 80, 60)


def test_a_planted_difference_is_found_and_no_other():
    key = list("abcdabcdab")
    rows, focal = sitting(1500, key, 4, {6: 1.2})
    right = (np.array(rows) == np.array(key)).astype(int)
    found = adjust([mantel_haenszel(right[:, i], right.sum(axis=1), focal) for i in range(len(key))])
    assert [one.found for one in found] == [i == 6 for i in range(10)]
    assert found[6].delta < -1.5


def test_false_alarms_are_rare_where_there_is_nothing():
    key = list("abcdabcdab")
    alarms = 0
    for seed in range(20):
        rows, focal = sitting(300, key, 100 + seed)
        right = (np.array(rows) == np.array(key)).astype(int)
        alarms += any(one.found for one in adjust([mantel_haenszel(right[:, i], right.sum(axis=1), focal) for i in range(10)]))
    assert alarms <= 3


def test_benjamini_hochberg_of_the_paper():
    """Benjamini & Hochberg (1995), section 3: 15 comparisons, four of them rejected at 0.05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert sum(q <= 0.05 for q in benjamini_hochberg(p)) == 4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_keeps_the_order_and_never_lowers(p):
    q = benjamini_hochberg(p)
    assert all(one >= two - 1e-12 for one, two in zip(q, p))
    assert all(q[i] <= q[j] for i in range(len(p)) for j in range(len(p)) if p[i] < p[j])
