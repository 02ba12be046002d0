"""What a training brought, worked out by hand, and how often the interval holds the truth."""

from __future__ import annotations

import random
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competency.proficiency import ItemParameters, owen
from lms.orders import verifying
from lms.orders.enums import Measure, Verdict
from lms.orders.verifying import Effect, Group, Met, Pair, effect, group, of_change, of_met, together

ALIKE = [Pair(0.0, 0.5, m1, 0.5) for m1 in (0.1, 0.2, 0.3, 0.4, 0.5)]
STILL = [Pair(0.0, 0.5, m1, 0.5) for m1 in (-0.2, -0.1, 0.0, 0.1, 0.2)]


def test_a_groups_change_by_hand():
    """V = 1/2 on both sides: means are Σm / (n/2); the change 2·0.3 = 0.6. People differ by 2·(−.2 … .2) in it: their variance /n is
    0.02; measuring alone makes (Σ(V − V²))/(Σ(1 − V))² a side = 1.25/6.25 = 0.2, so 0.4 for the change: the larger one holds."""
    found = group(ALIKE, 9)
    assert (found.asked, found.n) == (9, 5) and found.change == pytest.approx(0.6) and found.se == pytest.approx(sqrt(0.4))
    assert found.before == verifying.Side(0.0, pytest.approx(sqrt(0.2))) and found.after.mean == pytest.approx(0.6)


def test_the_difference_of_changes_by_hand():
    """0.6 less 0; error √0.8; Welch's degrees of freedom of two equal groups of five are 8, whose 95 % point is 1.8595."""
    found = effect(ALIKE, STILL, asked=(9, 7))
    reach = 1.859548 * sqrt(0.8)
    assert (found.difference, found.se) == (pytest.approx(0.6), pytest.approx(sqrt(0.8)))
    assert (found.low, found.high) == (pytest.approx(0.6 - reach, abs=1e-5), pytest.approx(0.6 + reach, abs=1e-5))
    assert (found.start, found.start_se) == (pytest.approx(0.0), pytest.approx(sqrt(0.4)))


def test_bands_of_a_group_and_of_the_start_are_those_of_students_t():
    """Of five people 2.1318 errors (four degrees of freedom), where many would need 1.645; of two groups of five that are alike 1.8595."""
    found = effect(ALIKE, STILL, asked=(9, 7))
    assert verifying.reach(found.trained.se, 5) == pytest.approx(2.131847 * sqrt(0.4))
    assert verifying.reach(1.0, 100_001) == pytest.approx(1.644854, abs=1e-4)
    assert verifying.start_reach(found) == pytest.approx(1.859548 * sqrt(0.4))
    assert verifying.start_reach(effect(ALIKE[:4], STILL, asked=(9, 7))) is None


def test_people_who_differ_widen_the_error_beyond_measuring():
    """Certain measurements (V = 0): the error is the usual one of a mean, s/√n with s² = Σ(d − mean)²/(n − 1)."""
    people = [Pair(0.0, 0.0, m1, 0.0) for m1 in (0.0, 1.0, 2.0, 3.0, 4.0)]
    assert group(people, 5).se == pytest.approx(sqrt(2.5 / 5))


def test_fewer_than_five_measured_give_no_number():
    found = effect(ALIKE[:4], STILL, asked=(9, 7))
    assert found == Effect(Group(9, 4), group(STILL, 7)) and of_change(found, 0.0) is Verdict.TOO_FEW
    assert group([Pair(0.0, 1.0, 0.0, 1.0)] * 6, 6) == Group(6, 6), "nobody was measured at all"


@given(st.lists(st.tuples(*[st.floats(-3, 3), st.floats(0.05, 0.9)] * 2), min_size=5, max_size=30), st.floats(-2, 2))
def test_the_same_people_in_both_groups_differ_in_nothing_and_groups_swap_signs(people, shift):
    pairs = [Pair(*one) for one in people]
    assert effect(pairs, pairs, asked=(len(pairs),) * 2).difference == pytest.approx(0.0, abs=1e-9)
    moved = [one._replace(m1=one.m1 + shift) for one in pairs]
    there, back = effect(moved, pairs, asked=(0, 0)), effect(pairs, moved, asked=(0, 0))
    assert there.difference == pytest.approx(-back.difference, abs=1e-9) and there.low == pytest.approx(-back.high, abs=1e-9)


@pytest.mark.parametrize(("low", "high", "verdict"), [(0.3, 0.9, "reached"), (0.1, 0.29, "not_reached"), (0.1, 0.3, "undecided"), (0.29, 0.9, "undecided")])
def test_the_interval_decides_or_leaves_it_open(low, high, verdict):
    found = Effect(Group(9, 9), Group(9, 9), (low + high) / 2, 0.1, low, high, 0.0, 0.1)
    assert of_change(found, 0.3) is Verdict(verdict)


@pytest.mark.parametrize(
    ("met", "verdict"),
    [
        (Met(10, 6, 2, 1), "reached"),
        (Met(10, 5, 3, 1), "undecided"),
        (Met(10, 3, 5, 2), "not_reached"),
        (Met(10, 3, 0, 1), "too_few"),
        (Met(4, 4, 0, 0), "too_few"),
    ],
)
def test_the_share_decides_only_where_those_who_are_open_could_not_change_it(met, verdict):
    assert of_met(met, 600) is Verdict(verdict)


@given(st.lists(st.sampled_from(Verdict), max_size=5))
def test_an_order_is_reached_only_in_every_competency(verdicts):
    found = together(verdicts)
    assert (found is Verdict.REACHED) == (bool(verdicts) and set(verdicts) == {Verdict.REACHED})
    assert (found is Verdict.NOT_REACHED) == (Verdict.NOT_REACHED in verdicts)


@pytest.mark.parametrize("verdict", Verdict)
def test_where_the_evidence_decides_it_binds(verdict):
    allowed = [reached for reached in (True, False) if verifying.may_sign(verdict, reached=reached)]
    assert allowed == {Verdict.REACHED: [True], Verdict.NOT_REACHED: [False]}.get(verdict, [True, False])
    assert verifying.of_order(Measure.MET, [], [Met(10, 6, 2, 1)], 600) == [Verdict.REACHED]


# --- coverage ---------------------------------------------------------------------------------------------------------------------------

TRUTH, DRIFT, QUESTIONS = 0.6, 0.3, 10


def answered(rng: random.Random, theta: float) -> tuple[float, float]:
    """m and V after answers of somebody of that proficiency to questions of the usual kind, each from the prior."""
    m, v = 0.0, 1.0
    for _ in range(QUESTIONS):
        item = ItemParameters(rng.uniform(0.8, 1.4), rng.uniform(-1.5, 1.5), 0.2)
        p = item.c + (1 - item.c) / (1 + np.exp(-1.702 * item.a / 1.702 * (theta - item.b)))
        m, v = owen(m, v, item.a, item.b, item.c, item.vb, rng.random() < p)
        v = min(v, 1.0)
    return m, v


def simulated(rng: random.Random, n: int, gain: float) -> list[Pair]:
    people = []
    for _ in range(n):
        theta = rng.gauss(-0.2, 0.7)
        people.append(Pair(*answered(rng, theta), *answered(rng, theta + DRIFT + (rng.gauss(gain, 0.3) if gain else 0.0))))
    return people


def test_the_interval_holds_the_truth_nine_times_in_ten_and_the_difference_is_not_shrunken():
    rng = random.Random(20261123)
    found = [effect(simulated(rng, 18, TRUTH), simulated(rng, 14, 0.0), asked=(18, 14)) for _ in range(400)]
    held = sum(one.low <= TRUTH <= one.high for one in found) / len(found)
    mean = sum(one.difference for one in found) / len(found)
    assert 0.86 <= held <= 0.97, held
    assert abs(mean - TRUTH) < 0.08, mean
    # the posterior means themselves would tell about half of it
    raw = np.mean([one.m1 - one.m0 for one in simulated(rng, 3000, TRUTH)]) - np.mean([one.m1 - one.m0 for one in simulated(rng, 3000, 0.0)])
    assert raw < 0.75 * TRUTH
