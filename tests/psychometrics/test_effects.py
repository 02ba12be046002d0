"""What a course is worth: the estimator on people whose gain is known, its limits, and what is learned from it."""

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competency.proficiency import owen
from lms.psychometrics import effects
from lms.psychometrics.effects import PRIOR, Around, Change, change, learned

GAIN = 0.35


def answered(rng: random.Random, theta: float, count: int) -> tuple[float, float]:
    """m and V after ``count`` questions of four options, about as hard as the people are able."""
    m, v = 0.0, 1.0
    for _ in range(count):
        b = rng.gauss(0, 0.7)
        right = rng.random() < 0.25 + 0.75 / (1 + math.exp(b - theta))
        m, v = owen(m, v, 1.0, b, 0.25, 0.04, right)
        v = min(v, 1.0)
    return m, v


def simulated(seed: int, people: int, *, gain: float = GAIN, answers: tuple[int, int] = (8, 10), mean: float = 0.0) -> list[Around]:
    rng = random.Random(seed)
    found = []
    for _ in range(people):
        theta = rng.gauss(mean, 1)
        found.append(Around(*answered(rng, theta, answers[0]), *answered(rng, theta + rng.gauss(gain, 0.2), answers[1])))
    return found


@pytest.mark.parametrize(("gain", "answers", "mean"), [(GAIN, (8, 10), 0), (GAIN, (4, 4), 0), (GAIN, (20, 14), 0), (GAIN, (8, 10), -0.5), (0, (8, 10), 0)])
def test_a_known_gain_is_found_with_a_bias_of_at_most_five_points(gain, answers, mean):
    found = change(simulated(1, 12_000, gain=gain, answers=answers, mean=mean))
    assert abs(found.change - gain) <= 0.05


def test_the_difference_of_shrunken_means_would_miss_almost_half_of_it():
    people = simulated(1, 12_000)
    assert statistics.mean(one.m1 - one.m0 for one in people) < 0.6 * GAIN


def test_the_standard_error_is_what_repeated_groups_show():
    groups = [change(simulated(seed, 100)) for seed in range(120)]
    spread = statistics.stdev(one.change for one in groups)
    assert statistics.mean(one.se for one in groups) == pytest.approx(spread, rel=0.2)
    inside = sum(one.interval[0] <= GAIN <= one.interval[1] for one in groups)
    assert inside >= 0.88 * len(groups)


def test_exact_figures_of_five_people():
    people = [Around(0.0, 0.5, 0.5, 0.5), Around(-0.5, 0.5, 0.0, 0.5), Around(0.5, 0.5, 0.5, 0.5), Around(0.0, 0.5, 0.25, 0.5), Around(0.0, 0.5, 0.0, 0.5)]
    found = change(people)
    assert (found.n, found.before, found.after, found.change) == (5, 0.0, 0.5, 0.5)
    assert found.se == pytest.approx(math.sqrt(2 * 5 * 0.25 / 2.5**2))
    assert found.d_z == pytest.approx(0.25 / statistics.stdev([0.5, 0.5, 0, 0.25, 0]))


@pytest.mark.parametrize(("gain", "d_z"), [(0.0, 0.0), (0.4, 0.4 / math.sqrt(0.1)), (-0.4, -0.4 / math.sqrt(0.1))])
def test_d_z_is_the_change_in_spreads_however_much_better_people_are_known_afterwards(gain, d_z):
    """Five people about one logit, V 0.5 before and 0.2 after; they change by gain + (0.4, 0.2, 0, -0.2, -0.4), whose variance is 0.1. The
    posterior means alone rise by 0.3 where nobody gains anything."""
    people = [Around(0.5 * x, 0.5, 0.8 * (2 - x + gain), 0.2) for x in (0.8, 0.9, 1.0, 1.1, 1.2)]
    found = change(people)
    assert (found.before, found.after, found.change) == (pytest.approx(1.0), pytest.approx(1 + gain), pytest.approx(gain, abs=1e-12))
    assert found.d_z == pytest.approx(d_z, abs=1e-9)


def test_nothing_is_said_about_fewer_than_five_or_when_all_changed_alike():
    assert change(simulated(1, 4)) is None
    assert change([Around(0, 1.0, 0, 1.0)] * 5) is None
    assert change([Around(0, 0.5, 0.5, 0.5)] * 5).d_z is None


def found(n: int, mean: float, se: float) -> Change:
    return Change(n, 0, mean, mean, se, 1.0)


def test_below_thirty_people_the_prior_stays():
    assert learned(None) == learned(found(29, 1.0, 0.01)) == PRIOR == effects.Gain(350, 50_000, 0)


def test_a_gain_is_weighed_against_the_prior_by_precision():
    error = 0.1**2 + 0.025 / 30
    precision = 20 + 1 / error
    assert learned(found(30, 0.6, 0.1)) == effects.Gain(round(1000 * (7 + 0.6 / error) / precision), round(1e6 * (0.025 + 1 / precision)), 30)
    assert learned(found(30, 0.6, 0.1)) == effects.Gain(555, 33904, 30)


@given(st.integers(30, 10_000), st.floats(-2, 2), st.floats(0.01, 2))
def test_a_learned_gain_lies_between_the_prior_and_what_was_found(n, mean, se):
    gain = learned(found(n, mean, se))
    assert min(0.35, mean) - 0.001 <= gain.gamma_milli / 1000 <= max(0.35, mean) + 0.001
    assert 25_000 <= gain.v_micro <= 50_000
