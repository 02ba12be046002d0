"""Doubts are tests: a useless question and a wrong key are found, hundreds of good ones on short forms are left alone."""

import numpy as np
import pytest
from scipy import stats

from lms.psychometrics.classical import Flag
from lms.psychometrics.doubts import Against, below_guessing, correlated, more_able, tells_less, wrong_key
from lms.psychometrics.instruments import Line, PartLine, judge

V = 0.6  # after some six answers


def answers(seed: int, n: int = 150, a: float = 1.0, b: float = 0.0, c: float = 0.25):
    """(score, m, v) of people of whom little is known, on a question of slope ``a``."""
    rng = np.random.default_rng(seed)
    m = rng.normal(0, (1 - V) ** 0.5, n)
    theta = m + rng.normal(0, V**0.5, n)
    right = rng.random(n) < c + (1 - c) * stats.norm.cdf(a / 1.702 * (theta - b))
    return right.astype(float), m, np.full(n, V)


def of(doubts: list[float], rest_r: float = 0.05) -> list[Line]:
    return [Line(150, p=0.6, rest_r=rest_r, tells_less=p) for p in doubts]


def test_the_tests_are_those_of_the_books():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=40), rng.normal(size=40)
    x += 0.5 * y
    assert correlated(np.corrcoef(x, y)[0, 1], 40) == pytest.approx(stats.pearsonr(x, y, alternative="greater").pvalue)
    assert below_guessing(5, 100, 4) == pytest.approx(stats.binomtest(5, 100, 0.25, alternative="less").pvalue)
    t = (x[:8].mean() - x[8:].mean()) / (((7 * x[:8].var(ddof=1) + 31 * x[8:].var(ddof=1)) / 38) * (1 / 8 + 1 / 32)) ** 0.5
    assert more_able(x[:8], x[8:]) == pytest.approx(stats.t.sf(t, 38))


def test_few_choosers_say_nothing():
    assert more_able(np.array([3.0, 3.1, 3.2, 3.3]), np.zeros(50)) == 1
    assert (correlated(0.9, 2), correlated(1.0, 2), correlated(1.0, 40), correlated(-1.0, 40)) == (1, 1, 0, 1)


def test_nothing_speaks_against_a_key_that_goes_with_ability_more_than_the_distractor():
    assert wrong_key(0.3, 0.31, 500, 1.0) == 1
    assert wrong_key(-0.1, -0.2, 500, 1e-9) == 1


def test_a_key_found_less_often_than_by_guessing_makes_a_slight_correlation_sure():
    p = correlated(0.17, 170)
    assert wrong_key(0.17, -0.17, 170, 1.0) == pytest.approx(2 * p)
    assert wrong_key(0.17, -0.17, 170, 0.01) == pytest.approx(2 * stats.combine_pvalues([p, 0.01], method="fisher").pvalue)
    assert wrong_key(0.05, -0.17, 170, 1e-9) == 1  # the correlation itself is chance


def test_ordinary_questions_on_short_forms_are_no_reason_for_doubt():
    p = np.array([tells_less(*answers(seed, b=seed % 5 - 2), 0.25) for seed in range(400)])
    assert 0.02 <= np.mean(p <= 0.05) <= 0.09
    correlations = [np.corrcoef(*answers(seed, b=seed % 5 - 2)[:2])[0, 1] for seed in range(400)]
    assert np.mean(np.array(correlations) < 0.1) > 0.1  # a fixed limit would have cried wolf at these
    lines = of(list(p))
    judge(lines)
    assert sum(Flag.WEAK in line.flags for line in lines) <= 2


def test_questions_that_tell_nobody_apart_are_found_among_ordinary_ones():
    ordinary = [tells_less(*answers(seed, 400), 0.25) for seed in range(60)]
    useless = [tells_less(*answers(1000 + seed, 400, a=0.0), 0.25) for seed in range(10)]
    lines = of(ordinary + useless)
    judge(lines)
    flagged = [Flag.WEAK in line.flags for line in lines]
    assert sum(flagged[:60]) <= 1
    assert sum(flagged[60:]) >= 7


def test_a_correlation_that_is_not_low_is_never_called_weak():
    lines = of([1e-9], rest_r=0.1)
    judge(lines)
    assert lines[0].flags == []


def test_what_nearly_everybody_answers_alike_is_not_called_weak():
    m = np.linspace(-1, 1, 100)
    assert tells_less(np.ones(100), m, np.full(100, V), 0.25) > 0.05
    assert tells_less((np.arange(100) == 3).astype(float), m, np.full(100, V), 0.25) > 0.001


def test_each_kind_of_doubt_is_adjusted_for_all_questions_looked_at():
    def lines(p: float, others: int) -> list[Line]:
        parts = [PartLine(f"Q{n}", 100, 0.5, 0.1, {}, ("a",), {"b": Against(key=p if n == 0 else 1.0)}) for n in range(others + 1)]
        return [Line(100, p=0.5, rest_r=0.2, parts=[part]) for part in parts]

    for others, sure in ((0, True), (3, True), (30, False)):
        found = lines(0.01, others)
        judge(found)
        assert (found[0].parts[0].suspects, Flag.KEY in found[0].flags) == ((("b",), True) if sure else ((), False))
