"""When a scheduled report is made: on its day, once, and on the next night if the day's night was missed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reports.enums import Every
from lms.reports.schedule import due, next_day

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    "every,day,made_on,today,expected",
    [
        (Every.MONTH, 5, None, date(2026, 11, 4), False),
        (Every.MONTH, 5, None, date(2026, 11, 5), True),
        (Every.MONTH, 5, date(2026, 11, 5), date(2026, 11, 6), False),
        (Every.MONTH, 5, date(2026, 10, 5), date(2026, 11, 7), True),
        (Every.QUARTER, 1, date(2026, 10, 1), date(2026, 11, 1), False),
        (Every.QUARTER, 1, date(2026, 10, 1), date(2027, 1, 1), True),
    ],
)
def test_a_report_is_due_on_its_day_and_once(every, day, made_on, today, expected):
    assert due(every, day, made_on=made_on, today=today) is expected


@given(st.sampled_from(list(Every)), st.integers(1, 28), st.none() | days, days)
def test_the_next_day_is_a_day_on_which_it_is_due_and_none_before_it_is(every, day, made_on, today):
    if made_on and made_on > today:
        made_on = today
    following = next_day(every, day, made_on=made_on, today=today)
    assert due(every, day, made_on=made_on, today=following) and following >= today
    if following > today:
        assert not due(every, day, made_on=made_on, today=today) and following.day == day
