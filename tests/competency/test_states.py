"""What may be said: the four states, their reasons and the day on which they lapse."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from lms.competency.proficiency import EvidenceItem, Proficiency, State
from lms.competency.states import Reason, ReasonCode, Standing, StateKind, Verdict, ageing_until, display, level, probability_met, standing, verdict
from tests.competency.pure import RULES, known

CUTS = RULES.cuts_milli
DAY = 20_000
VALIDITY = 1095  # 36 months of 365.25/12 days, whole days


def items(*specs):
    """Evidence items given as (days before DAY, apply, scenario)."""
    made = [EvidenceItem(f"Q{i}", DAY - ago, apply, scenario, 3) for i, (ago, apply, scenario) in enumerate(specs)]
    return tuple(sorted(made, key=lambda item: item.day))


def pair(m, v, evidence, n=None):
    return Proficiency(State(m, v, DAY, len(evidence) if n is None else n), None, evidence)


def codes(found: Standing):
    return [(reason.code.value, reason.count) for reason in found.reasons]


def test_levels_begin_at_their_cuts_and_zero_is_below_the_first():
    assert [level(m, CUTS) for m in (-1001, -1000, -1, 0, 1500, 3000)] == [0, 1, 1, 2, 3, 5]


def test_display_scale():
    assert [display(m) for m in (0, -1000, 1234)] == [500, 400, 623]


def test_probability_is_the_normal_tail_beyond_the_cut():
    assert probability_met(500, 0.25, 1000) == pytest.approx(norm.sf(1.0, 0.5, 0.5))


def test_no_evidence_is_a_state_of_its_own():
    assert standing(Proficiency(), 2, RULES, DAY) == Standing(StateKind.NO_EVIDENCE)


def test_met_needs_the_probability_and_the_evidence():
    assert standing(known(900, 300_000, 6), 2, RULES, DAY).kind is StateKind.MET
    assert standing(known(400, 300_000, 6), 2, RULES, DAY).kind is StateKind.UNCLEAR


@pytest.mark.parametrize(
    ("target", "evidence", "reasons"),
    [
        (1, [(0, False, False)] * 3, [("more_questions", 1)]),
        (2, [(0, True, False)] * 4, [("more_questions", 2)]),
        (2, [(0, False, False)] * 6, [("more_applied", 6)]),
        (2, [(0, False, False)] * 2, [("more_questions", 4), ("more_applied", 3)]),
        (3, [(0, True, False)] * 8, [("needs_scenario", 0)]),
        (3, [(0, True, True)] * 6, [("more_questions", 2)]),
        (4, [(0, True, True)] * 30, [("needs_work_sample", 0)]),
        (5, [(0, True, True)] * 30, [("needs_panel", 0)]),
    ],
)
def test_a_sure_estimate_without_the_evidence_rule_says_what_is_missing(target, evidence, reasons):
    sure = pair(CUTS[target - 1] + 900, 300_000, items(*evidence))
    found = standing(sure, target, RULES, DAY)
    assert (found.kind, codes(found)) == (StateKind.UNCLEAR, reasons)


def test_half_of_the_items_at_apply_is_enough_for_level_two():
    three_of_six = items(*[(0, True, False)] * 3, *[(0, False, False)] * 3)
    assert verdict(pair(900, 300_000, three_of_six), 2, RULES).kind is StateKind.MET
    three_of_seven = items(*[(0, True, False)] * 3, *[(0, False, False)] * 4)
    assert codes(standing(pair(900, 300_000, three_of_seven), 2, RULES, DAY)) == [("more_applied", 1)]


def test_a_short_answer_with_one_marker_helps_to_level_two_only():
    one_marker = {"max_level": 2, "scenario": True}
    assert verdict(known(900, 300_000, 6, **one_marker), 2, RULES).kind is StateKind.MET
    assert codes(standing(known(1900, 300_000, 8, **one_marker), 3, RULES, DAY)) == [("more_questions", 8), ("needs_scenario", 0)]


def test_not_yet_needs_four_counted_responses():
    assert verdict(known(-900, 300_000, 4), 2, RULES).kind is StateKind.NOT_YET
    early = standing(known(-900, 300_000, 3), 2, RULES, DAY)
    assert (early.kind, codes(early)) == (StateKind.UNCLEAR, [("more_questions", 1)])


def test_not_yet_may_be_said_of_a_level_that_a_quiz_cannot_prove():
    assert verdict(known(0, 200_000, 4), 5, RULES).kind is StateKind.NOT_YET


def test_between_the_bounds_it_is_too_close_to_call_with_what_is_missing_beside():
    found = standing(known(100, 300_000, 4), 2, RULES, DAY)
    assert codes(found) == [("too_close", 0), ("more_questions", 2)]
    assert codes(standing(known(100, 300_000, 12), 2, RULES, DAY)) == [("too_close", 0)]


def test_confirmed_until_follows_the_formula():
    # ((0.9)²/0.8416² - 0.3)/q months after the last evidence
    months = (0.9**2 / 0.8416212335729143**2 - 0.3) / 0.02
    assert ageing_until(900, 300_000, DAY, 0, 0.02) is None or months < 0
    months = (0.6**2 / 0.8416212335729143**2 - 0.3) / 0.02
    assert ageing_until(600, 300_000, DAY, 0, 0.02) == DAY + int(months * 365.25 / 12)


@given(st.integers(-841, 841), st.integers(1, 700_000))
def test_the_last_day_is_the_last_with_the_probability(away, v_micro):
    until = ageing_until(away, v_micro, DAY, 0, 0.02)

    def beyond(day):
        p = norm.sf(0, abs(away) / 1000, sqrt(State(away, v_micro, DAY).variance_at(day, 0.02)))
        return p - 0.8

    if until >= DAY:
        assert beyond(until) > -1e-9 and beyond(until + 1) < 1e-9


def test_a_state_lapses_on_the_day_after_and_is_then_old_never_failing():
    sure = known(600, 300_000, 6)
    until = verdict(sure, 2, RULES).until
    assert standing(sure, 2, RULES, until).kind is StateKind.MET
    after = standing(sure, 2, RULES, until + 1)
    assert (after.kind, codes(after), after.lapsed_on) == (StateKind.UNCLEAR, [("evidence_old", 0)], until + 1)


def test_the_validity_ends_what_ageing_never_would():
    assert verdict(known(900, 100_000, 6), 2, RULES) == Verdict(StateKind.MET, DAY + VALIDITY)
    assert verdict(known(-2000, 100_000, 6), 2, RULES) == Verdict(StateKind.NOT_YET, DAY + VALIDITY)


def test_an_undecided_pair_is_old_after_the_validity():
    assert codes(standing(known(100, 300_000, 12), 2, RULES, DAY + VALIDITY + 1)) == [("evidence_old", 0)]


def test_met_lapses_when_a_counted_item_falls_out_of_the_validity():
    evidence = items((500, True, False), *[(0, True, False)] * 5)
    assert verdict(pair(900, 100_000, evidence), 2, RULES).until == DAY - 500 + VALIDITY
    seven = items((500, True, False), *[(0, True, False)] * 6)
    assert verdict(pair(900, 100_000, seven), 2, RULES).until == DAY + VALIDITY


def test_items_past_their_validity_do_not_count_any_more():
    evidence = items((VALIDITY + 1, True, False), *[(0, True, False)] * 5)
    found = standing(pair(900, 100_000, evidence), 2, RULES, DAY)
    assert codes(found) == [("more_questions", 1)]


def test_met_lapses_when_the_only_scenario_does():
    evidence = items((300, True, True), *[(0, True, False)] * 9)
    assert verdict(pair(1900, 100_000, evidence), 3, RULES).until == DAY - 300 + VALIDITY


evidence_lists = st.lists(st.tuples(st.integers(0, 1300), st.booleans(), st.booleans()), max_size=14)


@given(st.integers(-3000, 4000), st.integers(1, 1_000_000), evidence_lists, st.integers(1, 5), st.integers(0, 2500))
def test_time_alone_never_raises_a_state_and_unclear_always_has_a_reason(m, v, specs, target, later):
    proficiency = pair(m, v, items(*specs), n=max(1, len(specs)))
    then, now = (standing(proficiency, target, RULES, DAY + days) for days in (later, later + 1))
    assert now.kind is then.kind or now.kind is StateKind.UNCLEAR
    assert bool(now.reasons) == (now.kind is StateKind.UNCLEAR)


def test_reasons_are_data_and_not_sentences():
    assert Reason(ReasonCode.MORE_QUESTIONS, 2).code.value == "more_questions"
