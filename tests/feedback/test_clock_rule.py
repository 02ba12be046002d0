"""The clock is data: 14 days, a promise within 120, reminded three days before."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.feedback.clock import Clock, clock, parse

RULE = {"schema": "comment-clock/1", "answer_within_days": 14, "promise_within_days": 120, "remind_before_days": 3, "most_a_day": 30}


def test_the_rule_in_force():
    assert clock() == Clock(14, 120, 3, 30) == parse(RULE)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_due_after_fourteen_days_and_reminded_from_the_eleventh(opened):
    due = clock().due_on(opened)
    assert due - opened == timedelta(days=14)
    first = next(opened + timedelta(days=n) for n in range(15) if due <= clock().reminded_by(opened + timedelta(days=n)))
    assert first == opened + timedelta(days=11)


def test_a_promise_names_a_day_from_today_to_the_hundred_and_twentieth():
    today = date(2026, 3, 1)
    assert [clock().may_promise(today + timedelta(days=n), today=today) for n in (-1, 0, 120, 121)] == [False, True, True, False]


@pytest.mark.parametrize("wrong", [{"schema": "other/1"}, {"answer_within_days": 0}, {"most_a_day": "many"}, {"remind_before_days": None}])
def test_a_rule_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="no"):
        parse(RULE | wrong)
