"""What may follow what in an attempt, and when: nothing early, nothing lost, nothing doubled."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.assessments.enums import StepKind
from lms.assessments.flow import (
    GRACE,
    Step,
    Verdict,
    counted_positions,
    current_answers,
    is_open,
    judge,
)

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEADLINE = NINE + timedelta(minutes=30)
STARTED = Step(StepKind.STARTED, NINE)


def answer(position, value, token, minutes=1.0):
    return Step(StepKind.ANSWERED, NINE + timedelta(minutes=minutes), token, position, value)


def verdict(steps, step, deadline=DEADLINE):
    return judge(steps, step, deadline=deadline, length=14).verdict


def test_an_answer_in_time_is_accepted_and_a_changed_mind_is_one_more_step():
    steps = [STARTED, answer(1, "a", "t1")]
    assert verdict(steps, answer(1, "b", "t2")) is Verdict.ACCEPTED
    assert current_answers([*steps, answer(1, "b", "t2")]) == {1: "b"}


def test_a_double_click_is_acknowledged_again_with_the_first_step():
    first = answer(3, "a", "t1", minutes=2)
    judgement = judge([STARTED, first], answer(3, "a", "t1", minutes=2.1), deadline=DEADLINE, length=14)
    assert (judgement.verdict, judgement.earlier) == (Verdict.REPEATED, first)


def test_a_repeat_is_acknowledged_even_after_deadline_and_submission():
    first = answer(3, "a", "t1")
    steps = [STARTED, first, Step(StepKind.SUBMITTED, DEADLINE)]
    assert verdict(steps, answer(3, "a", "t1", minutes=99)) is Verdict.REPEATED


def test_going_back_to_the_same_form_and_choosing_otherwise_is_a_new_step():
    assert verdict([STARTED, answer(3, "a", "t1")], answer(3, "b", "t1")) is Verdict.ACCEPTED


def test_the_last_second_and_the_grace_for_a_slow_line_are_in_time():
    at_deadline, in_grace = (Step(StepKind.ANSWERED, at, "t", 1, "a") for at in (DEADLINE, DEADLINE + GRACE))
    late = Step(StepKind.ANSWERED, DEADLINE + GRACE + timedelta(milliseconds=1), "t", 1, "a")
    assert [verdict([STARTED], step) for step in (at_deadline, in_grace, late)] == [Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.LATE]


def test_without_a_deadline_nothing_is_late():
    assert verdict([STARTED], answer(1, "a", "t", minutes=10**6), deadline=None) is Verdict.ACCEPTED


def test_nothing_expires_early():
    early, due = (Step(StepKind.EXPIRED, at) for at in (DEADLINE, DEADLINE + GRACE + timedelta(seconds=1)))
    assert [verdict([STARTED], step) for step in (early, due)] == [Verdict.NOT_POSSIBLE, Verdict.ACCEPTED]


def test_a_closed_attempt_takes_nothing_more():
    for closing in (StepKind.SUBMITTED, StepKind.EXPIRED):
        assert verdict([STARTED, Step(closing, NINE)], answer(1, "a", "new")) is Verdict.CLOSED


def test_only_questions_of_the_form_can_be_answered():
    assert [verdict([STARTED], answer(position, "a", "t")) for position in (0, 15, None, -1)] == [Verdict.UNKNOWN_QUESTION] * 4


def test_an_attempt_starts_once_and_first():
    assert verdict([], answer(1, "a", "t")) is Verdict.NOT_POSSIBLE
    assert verdict([STARTED], Step(StepKind.STARTED, NINE)) is Verdict.NOT_POSSIBLE
    assert [is_open([]), is_open([STARTED]), is_open([STARTED, Step(StepKind.SUBMITTED, NINE)])] == [False, True, False]


def test_left_out_questions_count_when_submitted_and_unreached_ones_do_not_when_time_ran_out():
    assert list(counted_positions({1, 3}, 5, expired=False)) == [1, 2, 3, 4, 5]
    assert list(counted_positions({1, 3}, 5, expired=True)) == [1, 2, 3]
    assert list(counted_positions(set(), 5, expired=True)) == []


sends = st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab"), st.sampled_from(["t1", "t2", "t3"])), max_size=12)


def accepted(sent):
    steps = [STARTED]
    for position, value, token in sent:
        step = answer(position, value, f"{position}{token}")
        if verdict(steps, step) is Verdict.ACCEPTED:
            steps.append(step)
    return steps


@given(sends)
def test_sending_everything_twice_in_a_row_changes_nothing(sent):
    assert accepted([one for one in sent for _ in range(2)]) == accepted(sent)


@given(sends)
def test_no_acknowledged_answer_is_lost(sent):
    steps = accepted(sent)
    for position, value, token in sent:
        assert answer(position, value, f"{position}{token}") in steps
