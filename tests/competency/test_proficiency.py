"""How answers move an estimate: the update against its published values and against the exact posterior, and replay."""

import random
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from lms.competency.proficiency import (
    DEFAULT_TUNING,
    OGIVE,
    ItemParameters,
    Outcome,
    State,
    aged,
    answered,
    completed,
    day_of,
    owen,
    owen_fraction,
    replay,
    steps,
)
from tests.competency.pure import PLAIN, START, START_DAY, answer, completion

GOLDEN = [
    (1, 0, 0, True, 0.404190, 0.836630),
    (1, 0, 0, False, -0.404190, 0.836630),
    (1.2, 0.5, 0.2, True, 0.346413, 0.937510),
    (0.8, -0.5, 0.25, False, -0.399029, 0.876879),
]
scores = st.sampled_from([0, 1])
items = st.builds(
    ItemParameters,
    st.floats(0.3, 2.5).map(lambda x: round(x, 3)),
    st.floats(-4, 4).map(lambda x: round(x, 3)),
    st.sampled_from([0.0, 0.03, 0.2, 0.25]),
    st.floats(0, 1).map(lambda x: round(x, 6)),
)
responses = st.lists(
    st.builds(
        lambda item, correct, days, position: answer(f"Q{item}", correct, days=days, position=position, ref="A"),
        st.integers(0, 6),
        st.sampled_from([0, 1, None]),
        st.integers(0, 400),
        st.integers(1, 3),
    ),
    max_size=25,
    unique_by=lambda r: r.order,
)


@pytest.mark.parametrize(("a", "b", "c", "right", "m", "v"), GOLDEN)
def test_update_gives_the_published_values(a, b, c, right, m, v):
    assert owen(0, 1, a, b, c, 0, right) == (pytest.approx(m, abs=1e-6), pytest.approx(v, abs=1e-6))


@pytest.mark.parametrize(("m", "v", "a", "b", "c", "vb", "right"), [(0.7, 0.4, 1.3, -0.6, 0.25, 0.36, True), (-1.2, 0.8, 0.7, 1.1, 0.2, 0.1, False)])
def test_update_equals_the_exact_posterior(m, v, a, b, c, vb, right):
    spread = sqrt((OGIVE / a) ** 2 + vb)

    def weight(theta):
        p = c + (1 - c) * norm.cdf((theta - b) / spread)
        return (p if right else 1 - p) * norm.pdf(theta, m, sqrt(v))

    whole = quad(weight, -12, 12)[0]
    mean = quad(lambda x: x * weight(x), -12, 12)[0] / whole
    variance = quad(lambda x: (x - mean) ** 2 * weight(x), -12, 12)[0] / whole
    assert owen(m, v, a, b, c, vb, right) == (pytest.approx(mean, abs=1e-7), pytest.approx(variance, abs=1e-7))


def test_harder_questions_answered_right_move_the_estimate_up_more():
    gains = [owen(0, 1, 1, b, 0, 0, True)[0] for b in (-2, -1, 0, 1, 2)]
    assert gains == sorted(gains) and gains[0] > 0


@given(st.integers(-9000, 9000), st.integers(1, 1_000_000), items, scores)
def test_variance_stays_between_one_unit_and_the_prior_even_after_a_surprise(m_milli, v_micro, item, score):
    after = answered(State(m_milli, v_micro), item, score, 0, 0.02)
    assert 1 <= after.v_micro <= 1_000_000
    assert (after.m_milli >= m_milli) if score else (after.m_milli <= m_milli)


def test_a_hopelessly_far_item_is_a_number_and_not_an_error():
    after = answered(State(9000, 1_000_000), ItemParameters(3.0, -20.0), 0, 0, 0.02)
    assert after.m_milli < 9000


def test_state_is_rounded_half_to_even_after_each_response():
    assert answered(State(), PLAIN, 1, START_DAY, 0.02) == State(404, 836_630, START_DAY, 1)
    assert round(0.5) == 0 and round(1.5) == 2


def test_evidence_ages_by_q_a_month_and_never_beyond_the_prior():
    assert aged(400_000, 365, 0.02) == pytest.approx(0.4 + 0.02 * 365 / 30.4375)
    assert aged(900_000, 365 * 3, 0.02) == 1.0
    assert aged(400_000, -5, 0.02) == 0.4


def test_a_fraction_is_the_mixture_of_right_and_wrong():
    (m1, v1), (m0, v0) = (owen(0.2, 0.9, 1, 0, 0, 0.1, right) for right in (True, False))
    m, v = owen_fraction(0.2, 0.9, ItemParameters(1, 0, 0, 0.1), 0.25)
    assert m == pytest.approx(0.25 * m1 + 0.75 * m0)
    assert v == pytest.approx(0.25 * v1 + 0.75 * v0 + 0.25 * 0.75 * (m1 - m0) ** 2)


def test_a_fraction_moves_between_wrong_and_right():
    wrong, half, right = (replay([answer(correct=1, fraction_milli=f)]).confirmed.m_milli for f in (0, 500, 1000))
    assert (wrong, half, right) == (-404, 0, 404)


def test_no_facts_is_no_estimate():
    assert replay([]).confirmed is None and replay([]).expected is None


def test_a_completion_moves_the_expected_track_only():
    learned = replay([answer()], [completion(days=30)])
    assert learned.confirmed == State(404, 836_630, START_DAY, 1)
    grown = 0.836630 + 0.01 * 30 / (365.25 / 12) + 0.05
    assert learned.expected == State(754, round(grown * 1e6), START_DAY + 30, 1)


def test_completions_alone_are_not_evidence():
    learned = replay([], [completion()])
    assert learned.confirmed is None
    assert learned.expected == completed(State(), START_DAY, DEFAULT_TUNING) == State(350, 1_000_000, START_DAY, 0)


def test_the_same_item_counts_once_within_ninety_days():
    outcomes = [s.outcome for s in steps([answer(days=d) for d in (0, 1, 89, 90, 100, 179, 180)])]
    first, repeat = Outcome.COUNTED, Outcome.REPEATED
    assert outcomes == [first, repeat, repeat, first, repeat, repeat, first]


def test_another_item_on_the_same_day_counts():
    assert replay([answer("Q1"), answer("Q2")]).confirmed.n == 2


def test_an_answer_that_waits_for_its_marker_does_not_count_but_keeps_its_place():
    waiting, again = answer(correct=None), answer(correct=0, days=10)
    assert [s.outcome for s in steps([waiting, again])] == [Outcome.AWAITING, Outcome.REPEATED]
    assert replay([waiting, again]).confirmed is None
    assert replay([waiting._replace(correct=1), again]).confirmed.m_milli == 404


def test_a_response_in_another_order_within_one_instant_gives_another_estimate_hence_the_fixed_order():
    hard, easy = ItemParameters(2.0, 2.0, 0.25), ItemParameters(2.0, -2.0)
    first = replay([answer("A", 1, parameters=hard), answer("B", 0, parameters=easy)])
    second = replay([answer("B", 1, parameters=hard), answer("A", 0, parameters=easy)])
    assert first.confirmed.m_milli != second.confirmed.m_milli


def test_ties_go_by_attempt_reference_then_position_and_imports_by_item_id_before_attempts():
    facts = [answer("Z", ref="B", position=1), answer("Y", ref="A", position=2), answer("X", ref="A", position=1), answer("N"), answer("M")]
    assert [s.fact.item for s in steps(facts)] == ["M", "N", "X", "Y", "Z"]


@given(responses, st.randoms(use_true_random=False))
def test_replay_does_not_depend_on_the_order_in_which_facts_arrive(facts, chance):
    shuffled = facts[:]
    chance.shuffle(shuffled)
    courses = [completion(days=40), completion(days=200)]
    assert replay(facts, courses) == replay(shuffled, courses[::-1])


@given(responses)
def test_the_trace_ends_at_the_estimate_and_counts_what_it_says(facts):
    trace, result = list(steps(facts)), replay(facts)
    counted = [s for s in trace if s.outcome is Outcome.COUNTED]
    assert (result.confirmed.n if result.confirmed else 0) == len(counted)
    assert {e.item for e in result.evidence} == {s.fact.item for s in counted}
    assert all(s.before == s.after for s in trace if s.outcome is not Outcome.COUNTED)


def test_facts_after_the_date_are_left_out_and_those_of_the_date_are_in():
    facts = [answer("Q1"), answer("Q2", days=1), answer("Q3", days=2)]
    assert replay(facts, as_of_day=START_DAY + 1).confirmed.n == 2


def test_evidence_holds_the_last_day_of_each_distinct_item_old_to_new():
    facts = [answer("Q1"), answer("Q2", days=1, apply=True), answer("Q1", days=100, apply=True)]
    assert [(e.item, e.day - START_DAY, e.apply) for e in replay(facts).evidence] == [("Q2", 1, True), ("Q1", 100, True)]


def test_days_are_counted_from_1970_in_utc():
    assert day_of(START) == START_DAY


def test_six_hundred_answers_recover_a_known_proficiency():
    chance, truth, facts = random.Random(4), 0.8, []
    for i in range(600):
        b = chance.uniform(-1, 2.5)
        facts.append(answer(f"Q{i}", int(chance.random() < 1 / (1 + exp(-(truth - b)))), days=i / 600, parameters=ItemParameters(1, b)))
    found = replay(facts).confirmed
    assert found.m_milli / 1000 == pytest.approx(truth, abs=3 * sqrt(found.v_micro / 1e6))


def test_item_parameters_come_from_stored_integers():
    assert ItemParameters.from_integers(1200, -500, 2500, 360_000) == ItemParameters(1.2, -0.5, 0.25, 0.36)
