"""Working days: Monday to Friday; the count begins the day after."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.core.working_days import after, is_working

MONDAY, FRIDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 29)


def test_known_days():
    assert after(MONDAY, 1) == date(2026, 11, 24)
    assert after(MONDAY, 5) == date(2026, 11, 30)
    assert after(MONDAY, 10) == date(2026, 12, 7)
    assert after(FRIDAY, 1) == date(2026, 11, 30)
    assert after(SUNDAY, 1) == date(2026, 11, 30)
    assert after(SUNDAY, 0) == FRIDAY


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 300))
def test_as_many_working_days_lie_between_as_were_asked_for(day, number):
    found = after(day, number)
    between = sum(is_working(day + timedelta(days=n)) for n in range(1, (found - day).days + 1))
    assert (is_working(found), between) == (True, number)
