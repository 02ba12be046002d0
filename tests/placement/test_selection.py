"""Which question comes next: exact choices from small banks."""

from collections import Counter
from dataclasses import replace
from math import exp, log, pi, sqrt

import numpy as np
import pytest
from catsim import irt
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from lms.assessments.forms_queries import Stream
from lms.competency.model_queries import ItemParameters
from lms.placement.selection import LIMITS, Chance, Closed, choose, in_turn, information, overused, shrunken, suitable, worth
from lms.placement.simulation import BANK as BANK_OF_300
from lms.placement.simulation import generated
from tests.placement.known import RULES, case, single, track

BANK = {"NET-1": [single(f"Q{n}", b) for n, b in enumerate((-3.0, -2.0, -0.2, 0.0, 0.2, 0.4, 0.6, 2.0, 3.0))]}


def chosen(tracks, bank, *, seed="s", limits=LIMITS, **chance):
    piece = choose(tracks, bank, Chance(Stream(seed), **chance), RULES, limits)
    return piece and piece.code


def moved_variance(m, v, p):
    """What one answer does to the mean, squared and averaged, by numerical integration of the exact posterior."""
    grid = np.linspace(m - 9 * sqrt(v), m + 9 * sqrt(v), 40_001)
    prior = np.exp(-((grid - m) ** 2) / (2 * v))
    prior /= prior.sum()
    spread = sqrt((1.702 / p.a) ** 2 + p.vb)
    right = p.c + (1 - p.c) * ndtr((grid - p.b) / spread)
    share = (prior * right).sum()
    up, down = (prior * right * grid).sum() / share, (prior * (1 - right) * grid).sum() / (1 - share)
    return share * (up - m) ** 2 + (1 - share) * (down - m) ** 2


@pytest.mark.parametrize(
    ("m", "v", "p"),
    [(0.0, 1.0, ItemParameters(1.0, 0.0)), (0.4, 0.5, ItemParameters(1.3, -0.2, 0.25, 0.5)), (-1.2, 0.2, ItemParameters(0.7, 0.9, 0.03, 0.1))],
)
def test_information_is_what_an_answer_is_expected_to_take_from_the_variance(m, v, p):
    assert v * v * information(m, v, p) == pytest.approx(moved_variance(m, v, p), rel=1e-6)


def test_without_uncertainty_it_is_fishers_information_of_the_normal_ogive():
    assert information(0.0, 0.0, ItemParameters(1.0, 0.0)) == pytest.approx((1 / 1.702) ** 2 * (2 / pi), rel=1e-12)


thetas = st.floats(-2, 2)
numbers = st.tuples(st.floats(0.6, 2.0), st.floats(-2, 2), st.sampled_from([0.0, 0.03, 0.25]))


@given(thetas, numbers)
def test_catsim_gives_the_same_information_up_to_logistic_against_ogive(theta, item):
    """catsim has the logistic curve, whose middle is steeper and whose tails are fatter than the ogive's: at most 0.031·a² lies between."""
    a, b, c = item
    theirs = float(irt.inf(theta, a, b, c, 1.0))
    assert information(theta, 0.0, ItemParameters(a, b, c)) == pytest.approx(theirs, abs=0.031 * a * a)


def test_of_300_items_the_most_informative_is_mostly_catsims_too_and_never_far_behind():
    """At 101 places from -2.5 to 2.5: the same item at 74, one of catsim's best six everywhere, at least four fifths of its best."""
    bank = [piece.parts[0].parameters for pieces in generated(BANK_OF_300, RULES).pieces.values() for piece in pieces]
    ranks, shares = [], []
    for theta in np.linspace(-2.5, 2.5, 101):
        ours = max(bank, key=lambda p: information(theta, 0.0, ItemParameters(p.a, p.b, p.c)))
        theirs = {p: float(irt.inf(theta, p.a, p.b, p.c, 1.0)) for p in bank}
        ranks.append(sum(value > theirs[ours] for value in theirs.values()))
        shares.append(theirs[ours] / max(theirs.values()))
    assert ranks.count(0) >= 70
    assert max(ranks) <= 5
    assert min(shares) >= 0.8


def test_of_equally_sharp_items_without_guessing_both_choose_the_nearest():
    bank = [(1.2, b, 0.0) for b in (-2.1, -1.0, -0.1, 0.35, 1.4)]
    for theta in (-1.8, -0.4, 0.1, 0.9):
        ours = max(bank, key=lambda item: information(theta, 0.0, ItemParameters(*item)))
        assert ours == max(bank, key=lambda item: float(irt.inf(theta, *item, 1.0))) == min(bank, key=lambda item: abs(item[1] - theta))


def test_the_question_is_one_of_the_five_that_tell_most_each_as_likely():
    drawn = Counter(chosen([track()], BANK, seed=f"seed/{n}") for n in range(1000))
    assert set(drawn) == {"Q2", "Q3", "Q4", "Q5", "Q6"}
    assert min(drawn.values()) > 150


def test_the_same_seed_gives_the_same_question():
    assert len({chosen([track()], BANK, seed="one") for _ in range(20)}) == 1


def test_what_too_many_had_of_late_is_passed_over_unless_nothing_else_is_left():
    every = [piece.code for piece in BANK["NET-1"]]
    assert chosen([track()], BANK, overused=frozenset(every) - {"Q8"}) == "Q8"
    assert chosen([track()], BANK, overused=frozenset(every)) in {"Q2", "Q3", "Q4", "Q5", "Q6"}


def test_a_competency_with_only_overused_questions_gives_way_to_another():
    bank = {"NET-1": [single("N1")], "SEC-1": [single("S1", competency="SEC-1")]}
    tracks = [track("NET-1", 2), track("SEC-1", 1)]
    assert chosen(tracks, bank) == "N1"
    assert chosen(tracks, bank, overused={"N1"}) == "S1"


def test_more_than_a_quarter_of_sittings_is_overused_a_quarter_is_not():
    assert overused({"A": 51, "B": 50, "C": 1}, 200) == {"A"}
    assert overused({}, 0) == frozenset()


def test_begun_competencies_come_to_the_minimum_first_then_the_least_clear():
    begun, near, far = track("SEC-1", 3, asked=1), track("NET-1", 2, m=0.1), track("GOV-1", 2, m=2.0)
    assert [one.competency for one in in_turn([far, near, begun], RULES)] == ["SEC-1", "NET-1", "GOV-1"]
    enough = [replace(one, asked=LIMITS.content_minimum) for one in (far, near, begun)]
    assert [one.competency for one in in_turn(enough, RULES)] == ["NET-1", "SEC-1", "GOV-1"]


def test_a_critical_competency_wins_a_tie_and_a_closed_one_is_not_asked():
    plain, critical = track("NET-1", 2), track("SEC-1", 2, critical=True)
    assert [one.competency for one in in_turn([plain, critical], RULES)] == ["SEC-1", "NET-1"]
    assert chosen([replace(plain, closed=Closed.MET)], BANK) is None


def test_a_case_is_asked_as_a_whole_once_level_three_is_as_likely_as_not():
    bank = [single("Q1"), case("K")]
    assert [piece.code for piece in suitable(track(target=3, m=0.9, asked=2), bank, RULES)] == ["Q1"]
    assert [piece.code for piece in suitable(track(target=3, m=1.1, asked=2), bank, RULES)] == ["K"]
    done = track(target=3, m=1.1, asked=2, items=1, flags={"scenario": True})
    assert [piece.code for piece in suitable(done, bank, RULES)] == ["Q1"]
    assert [piece.code for piece in suitable(track(target=2, m=1.1, asked=2), bank, RULES)] == ["Q1"]
    assert [piece.code for piece in suitable(track(target=2), [case("K")], RULES)] == ["K"]


def test_a_case_that_does_not_fit_into_the_rest_is_not_begun():
    bank = {"NET-1": [single("Q1"), case("K", 3)]}
    ready = track(target=3, m=1.1, asked=4)
    assert chosen([ready], bank, room=3) == "K"
    assert chosen([ready], bank, room=2) == "Q1"


def test_level_two_asks_applied_questions_while_its_rule_lacks_them():
    bank = [single("R", apply=False), single("A")]
    assert [piece.code for piece in suitable(track(target=2), bank, RULES)] == ["A"]
    assert [piece.code for piece in suitable(track(target=2, items=3), bank, RULES)] == ["R", "A"]


def test_a_long_case_is_worth_no_more_than_one_of_its_parts():
    assert worth(case("K", 4), track().state) == pytest.approx(worth(single("Q"), track().state))


def test_discriminations_are_drawn_to_the_mean_by_their_reliability():
    estimates = [(1.5, 0.3), (1.0, 0.3), (2 / 3, 0.3)]
    spread = 2 * log(1.5) ** 2 / 3
    kept = (spread - 0.09) / spread
    assert shrunken(estimates) == pytest.approx([exp(kept * log(1.5)), 1.0, exp(-kept * log(1.5))])


def test_what_is_all_noise_becomes_the_mean_and_what_is_known_stays():
    assert shrunken([(1.1, 0.5), (1 / 1.1, 0.5)]) == pytest.approx([1.0, 1.0])
    assert shrunken([(1.3, 0.0), (0.8, 0.0)]) == [1.3, 0.8]
