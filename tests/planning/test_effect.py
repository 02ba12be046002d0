"""What a plan brings, with its band."""

import numpy as np
import pytest

from lms.planning.effect import effect
from tests.planning.problems import problem


def test_the_band_holds_the_spread_of_people_and_the_doubt_about_the_mean():
    one = problem([[900]] * 4, [[350]], [2], 8)
    pairs = np.array([[i, 0] for i in range(4)])
    prior = effect(one, pairs, np.full((1, 1), 50_000), np.zeros((1, 1), int)).whole
    learned = effect(one, pairs, np.full((1, 1), 50_000), np.full((1, 1), 100)).whole
    assert prior.gap == pytest.approx(3.6)
    assert prior.closed == learned.closed == pytest.approx(1.4)
    assert prior.closed - prior.low == pytest.approx(1.2816 * (16 * 0.05 + 4 * 0.05) ** 0.5)
    assert learned.closed - learned.low == pytest.approx(1.2816 * (16 * 0.05 / 100 + 4 * 0.05) ** 0.5)


def test_parts_add_up_to_the_whole_and_the_band_stays_inside_the_gap():
    one = problem([[200, 300], [500, 0], [0, 100]], [[350, 0], [0, 350]], [2, 2], 9, unit=[0, 0, 1])
    found = effect(one, np.array([[0, 0], [0, 1], [1, 0], [2, 1]]), np.full((2, 2), 50_000), np.zeros((2, 2), int))
    assert found.whole.closed == pytest.approx(0.2 + 0.3 + 0.35 + 0.1)
    assert sum(part.closed for part in found.units) == pytest.approx(found.whole.closed)
    assert sum(part.closed for part in found.competencies) == pytest.approx(found.whole.closed)
    assert all(0 <= part.low <= part.closed <= part.high <= part.gap + 1e-9 for part in (found.whole, *found.units, *found.competencies))
    assert [part.people for part in found.units] == [2, 1]
    assert found.whole.percent == 86
