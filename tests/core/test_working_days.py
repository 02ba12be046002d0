"""Working days: Monday to Friday but for the days of the calendar; the count begins the day after."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.working_days import SCHEMA, after, is_working, parse

MONDAY, FRIDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 29)


def test_known_days():
    assert after(MONDAY, 0) == MONDAY
    assert after(MONDAY, 1) == date(2026, 11, 24)
    assert after(MONDAY, 5) == date(2026, 11, 30)
    assert after(MONDAY, 10) == date(2026, 12, 7)
    assert after(FRIDAY, 1) == date(2026, 11, 30)
    assert after(SUNDAY, 1) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-23", True),
        ("2026-11-28", False),
        ("2026-10-01", False),
        ("2026-10-10", True),
        ("2026-02-14", True),
        ("2026-02-18", False),
        ("2027-02-05", False),
        ("2030-10-01", True),  # a year that is not entered: only weekends are known
    ],
)
def test_days_off_and_weekends_that_are_worked(day, works):
    assert is_working(date.fromisoformat(day)) is works


def test_five_working_days_over_the_national_holiday():
    assert after(date(2026, 9, 28), 5) == date(2026, 10, 10)  # 29, 30, the holiday, 8, 9, and a Saturday that is worked


@given(st.dates(date(2025, 1, 1), date(2029, 1, 1)), st.integers(1, 300))
def test_as_many_working_days_lie_between_as_were_asked_for(day, number):
    found = after(day, number)
    between = sum(is_working(day + timedelta(days=n)) for n in range(1, (found - day).days + 1))
    assert (is_working(found), between) == (True, number)
    assert after(day, number - 1) < found


@pytest.mark.parametrize(
    "broken",
    [
        {"schema": "x"},
        {"days_off": [{"from": date(2026, 1, 2), "to": date(2026, 1, 1)}]},
        {"days_worked": ["x"]},
        {"days_worked": [MONDAY]},
        {"days_off": [{"from": SUNDAY, "to": SUNDAY}], "days_worked": [SUNDAY]},
    ],
)
def test_a_broken_calendar_is_refused(broken):
    with pytest.raises(ValueError, match="."):
        parse({"schema": SCHEMA} | broken)
