"""Which course closes what of whose gap."""

import numpy as np
from hypothesis import given, settings

from lms.planning import exact
from lms.planning.attribution import shares
from lms.planning.problem import closed
from tests.planning.problems import problem, small


@settings(max_examples=100, deadline=None)
@given(small())
def test_shares_add_up_to_what_the_plan_closes(one):
    found = exact.solve(one)
    if found is None:
        return
    parts = list(shares(one, found.pairs))
    assert sorted((part.official, part.course) for part in parts) == sorted(map(tuple, found.pairs.tolist()))
    assert sum(part.closed for part in parts) == closed(one, found.pairs).sum()
    assert all(0 < part <= gap for share in parts for gap, part in share.closes.values())


def test_the_course_that_closes_most_an_hour_comes_first_and_the_next_closes_what_is_left():
    one = problem([[500]], [[350], [350]], [4, 2], 10, critical=[[True]], must=[True])
    first, second = shares(one, np.array([[0, 0], [0, 1]]))
    assert (first.course, first.closes, first.must) == (1, {0: (500, 350)}, True)
    assert (second.course, second.closes) == (0, {0: (500, 150)})
