"""Counted at most every ten minutes, and never one database's numbers for another."""

from datetime import timedelta

from lms.core import clock
from lms.core.lately import lately


def test_a_number_is_counted_again_after_ten_minutes(app, now):
    calls = []
    with app.app_context():
        for minutes in (0, 9, 10, 12):
            with clock.at(now + timedelta(minutes=minutes)):
                assert lately("key", lambda: calls.append(1) or len(calls)) == len(calls)
    assert len(calls) == 2


def test_another_key_is_another_number(app, now):
    with app.app_context(), clock.at(now):
        assert [lately(key, lambda key=key: key) for key in ("a", "b", "a")] == ["a", "b", "a"]
