"""Whole numbers as people write them."""

import pytest

from lms.core import numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [("1200", 1200), (" 1200 ", 1200), ("１２００", 1200), ("1,200", 1200), ("１，２００", 1200), ("12,000,000", 12_000_000), ("0", 0)],
)
def test_digits_and_separators_of_thousands_are_read(text, number):
    assert numbers.whole(text) == number


@pytest.mark.parametrize("text", ["", "-5", "1.5", "1e3", "一千二百", "12,00", "1,2,3", ",200", "1,200,", "1200,000", "9" * 30])
def test_everything_else_is_no_number(text):
    assert numbers.whole(text) is None


def test_a_number_outside_its_bounds_is_none():
    assert numbers.whole("1,200", most=1000) is None
    assert numbers.whole("0", least=1) is None
