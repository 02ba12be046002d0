"""When a competency is done: by the rules that hold everywhere, or because more would say little."""

from dataclasses import replace

import pytest

from lms.placement.selection import LIMITS, Closed
from lms.placement.stopping import decided, finished, judged, most_left
from tests.placement.known import RULES, track


def closed(one, *, left=True):
    return judged(one, RULES, left=left).closed


def test_met_needs_the_evidence_rule_of_its_level():
    assert closed(track(target=2, m=2.0, v=0.2, items=5)) is None
    assert closed(track(target=2, m=2.0, v=0.2, items=6)) is Closed.MET
    assert closed(track(target=3, m=3.0, v=0.2, items=9)) is None
    assert closed(track(target=3, m=3.0, v=0.2, items=9, flags={"scenario": True})) is Closed.MET


def test_not_yet_needs_four_answers_so_the_prior_never_speaks():
    assert closed(track(target=3, m=-1.5, v=0.5, items=3)) is None
    assert closed(track(target=3, m=-1.5, v=0.5, items=4)) is Closed.NOT_YET


def test_nothing_known_is_never_closed_while_a_question_is_left():
    assert closed(track(target=5)) is None
    assert closed(track(target=5), left=False) is Closed.EXHAUSTED


@pytest.mark.parametrize(("sd", "reason"), [(0.45, Closed.PRECISE), (0.46, None)])
def test_too_close_to_tell_ends_at_a_standard_error_of_045(sd, reason):
    assert closed(track(target=2, m=0.05, v=sd * sd, items=10)) is reason


def test_who_is_clear_of_the_target_is_still_asked_what_the_rule_lacks():
    assert closed(track(target=2, m=2.0, v=0.1, items=4)) is None


def test_levels_four_and_five_are_closed_when_questions_can_say_no_more():
    assert closed(track(target=4, m=3.0, v=0.3, items=8)) is Closed.BEYOND
    assert closed(track(target=4, m=0.0, v=0.3, items=8)) is Closed.NOT_YET


def test_the_end_is_when_all_is_closed_or_the_maximum_is_reached():
    open_one, done = track(), replace(track("SEC-1"), closed=Closed.MET)
    assert not finished([open_one, done], 54)
    assert finished([open_one, done], LIMITS.maximum)
    assert finished([done], 3)
    assert decided([open_one, done, replace(done, closed=Closed.PRECISE)]) == 1
    assert (most_left([open_one], 24), most_left([done], 3)) == (31, 0)
