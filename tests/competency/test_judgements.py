"""Judged work as an observation of proficiency, and what it proves: exact values, and rules at their borders."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competency.enums import ReasonCode, StateKind
from lms.competency.estimates import _stored
from lms.competency.proficiency import EvidenceItem, Judgement, Outcome, State, judged, judged_value, replay, steps
from lms.competency.states import Verdict, missing, standing, verdict
from lms.core.framework import CUTS_MILLI
from tests.competency.pure import RULES, START, START_DAY, answer, completion


def judgement(level: int, assessors: int = 2, *, days: float = 0, panel: bool = False, ref: str = "W1") -> Judgement:
    return Judgement(ref, START + timedelta(days=days), level, judged_value(level, CUTS_MILLI), assessors, 4, panel)


@pytest.mark.parametrize(("level", "middle"), [(0, -1500), (1, -500), (2, 500), (3, 1500), (4, 2500), (5, 3500)])
def test_a_level_is_observed_at_its_middle(level, middle):
    assert judged_value(level, CUTS_MILLI) == middle


def test_the_update_is_the_normal_one_in_exact_integers():
    # prior (0, 1), noise 0.1/2: m = 2.5/1.05, V = 0.05/1.05
    known = replay([], judgements=[judgement(4)])
    assert known.confirmed == State(2381, 47619, START_DAY, 4) and known.expected == known.confirmed
    # three assessors: 0.1/3
    assert replay([], judgements=[judgement(5, 3, panel=True)]).confirmed == State(3387, 32258, START_DAY, 4)


def test_it_meets_older_evidence_after_ageing():
    before = State(500, 200_000, START_DAY - 365, 6)
    after = judged(before, judgement(3), 0.02, 0.1)
    v = 0.2 + 0.02 * 12 * 365 / 365.25
    assert after == State(round(1000 * (0.5 * 0.05 + 1.5 * v) / (v + 0.05)), round(1e6 * v * 0.05 / (v + 0.05)), START_DAY, 10)


def test_both_tracks_move_and_a_completion_moves_the_expected_one_only():
    known = replay([], [completion(days=10)], judgements=[judgement(3)])
    assert known.confirmed == replay([], judgements=[judgement(3)]).confirmed
    assert known.expected.m_milli == known.confirmed.m_milli + 350


def test_its_place_in_the_replay_is_that_of_its_time_and_reference():
    facts = [answer("Q1", ref="X"), answer("Q2", ref="V")]
    assert [step.outcome for step in steps(facts, judgements=[judgement(4)])] == [Outcome.COUNTED, Outcome.JUDGED, Outcome.COUNTED]


@given(st.permutations([0, 1, 2]), st.lists(st.integers(0, 5), min_size=3, max_size=3), st.lists(st.integers(0, 400), min_size=3, max_size=3))
def test_the_order_in_which_judgements_arrive_changes_nothing(order, levels, days):
    facts = [judgement(level, days=day, ref=f"W{n}") for n, (level, day) in enumerate(zip(levels, days, strict=True))]
    assert replay([answer()], judgements=facts) == replay([answer()], judgements=[facts[n] for n in order])


def state_of(level: int, target: int, assessors: int = 2, *, panel: bool = False, days: float = 0):
    known = replay([], judgements=[judgement(level, assessors, panel=panel, days=days)])
    return standing(known, target, RULES, known.confirmed.t_day)


@pytest.mark.parametrize("target", [1, 2, 3, 4])
def test_a_passed_work_sample_meets_every_level_up_to_its_own(target):
    assert state_of(4, target).kind is StateKind.MET


def test_only_a_panel_meets_level_five():
    assert [reason.code for reason in state_of(5, 5).reasons] == [ReasonCode.NEEDS_PANEL]
    assert state_of(5, 5, 3, panel=True).kind is StateKind.MET
    assert state_of(4, 5, 3, panel=True).kind is StateKind.NOT_YET


def test_a_panel_counts_for_level_four_too():
    assert state_of(5, 4, 3, panel=True).kind is StateKind.MET


def test_a_single_judge_or_a_lower_level_does_not_satisfy_the_rule():
    rule = RULES.evidence[3]
    good = EvidenceItem("W", 1, True, False, 4, 4, 2, False)
    assert missing(rule, [good]) == ()
    for item in (good._replace(assessors=1), good._replace(judged=3)):
        assert [reason.code for reason in missing(rule, [item])] == [ReasonCode.NEEDS_WORK_SAMPLE]


def test_questions_never_stand_in_for_judged_work():
    easy = [answer(f"Q{n}", days=n) for n in range(60)]
    known = replay(easy)
    assert known.confirmed.m_milli > 1000
    high = replace(known, confirmed=State(3500, 10_000, known.confirmed.t_day, 60))
    assert [reason.code for reason in standing(high, 4, RULES, high.confirmed.t_day).reasons] == [ReasonCode.NEEDS_WORK_SAMPLE]


def test_met_by_judged_work_lapses_when_the_work_leaves_the_validity():
    known = replay([answer("Q1", days=900)], judgements=[judgement(4)])
    assert verdict(known, 1, RULES) == Verdict(StateKind.MET, START_DAY + RULES.validity_days)


def test_failed_work_is_no_evidence_of_the_level_and_may_say_not_yet():
    assert state_of(2, 4).kind is StateKind.NOT_YET and state_of(3, 4).kind is StateKind.NOT_YET


def test_stored_evidence_of_questions_keeps_its_shape():
    known = replay([answer("Q1")], judgements=[judgement(4)])
    rows = [_stored(item) for item in known.evidence]
    assert rows == [["Q1", START_DAY, False, False, 3], ["W1", START_DAY, True, False, 4, 4, 2, False]]
    assert tuple(EvidenceItem(*row) for row in rows) == known.evidence
