"""The clock of looking is data: a file that says something else is refused."""

import pytest

from lms.facts.clock import clock, parse


def test_the_rule_in_force_and_what_is_no_rule():
    known = {"schema": "fact-clock/1", "look_within_days": 10, "change_within_days": 20, "remind_before_days": 2}
    assert parse(known) == clock()
    for wrong in ({"schema": "other/1"}, {"look_within_days": 0}, {"change_within_days": "20"}, {"remind_before_days": None}):
        with pytest.raises(ValueError, match=r"not a|no number"):
            parse(known | wrong)
