"""What a plan brings, with its band."""

import numpy as np
import pytest

from lms.learning import gain_queries
from lms.planning.effect import Gains, effect
from lms.planning.intake_queries import parts
from lms.psychometrics import effects
from tests.planning.problems import problem


def gains(shape, learned=0, of=None, v=50_000):
    doubt, spread = parts(v, learned)
    return Gains(np.full(shape, doubt), np.full(shape, spread), np.arange(shape[1]) if of is None else np.array(of))


def test_the_band_holds_the_spread_of_people_and_the_doubt_about_the_mean():
    one = problem([[900]] * 4, [[350]], [2], 8)
    pairs = np.array([[i, 0] for i in range(4)])
    prior, learned = effect(one, pairs, gains((1, 1))).whole, effect(one, pairs, gains((1, 1), 100, v=47_425)).whole
    assert prior.gap == pytest.approx(3.6)
    assert prior.closed == learned.closed == pytest.approx(1.4)
    assert prior.closed - prior.low == pytest.approx(1.2816 * (16 * 0.05 + 4 * 0.05) ** 0.5)
    assert learned.closed - learned.low == pytest.approx(1.2816 * (16 * 0.022425 + 4 * 0.025) ** 0.5)


def test_many_measured_people_leave_the_doubt_that_short_quizzes_leave():
    """89 people whose change is known with an error of 0.201: the mean keeps the posterior variance 1/(20 + 1/e), not a spread over 89."""
    error = 0.201**2 + 0.025 / 89
    gain = effects.learned(effects.Change(89, 0.898, 1.413, 0.515, 0.201, None))
    assert parts(gain.v_micro, gain.n) == (pytest.approx(1e6 / (20 + 1 / error), abs=1), 25_000)
    assert parts(effects.PRIOR.v_micro, 0) == (50_000, 50_000)
    assert round(1e6 * effects.SPREAD) == gain_queries.PERSON_SPREAD


def test_parts_add_up_to_the_whole_and_the_band_stays_inside_the_gap():
    one = problem([[200, 300], [500, 0], [0, 100]], [[350, 0], [0, 350]], [2, 2], 9, unit=[0, 0, 1])
    found = effect(one, np.array([[0, 0], [0, 1], [1, 0], [2, 1]]), gains((2, 2)))
    assert found.whole.closed == pytest.approx(0.2 + 0.3 + 0.35 + 0.1)
    assert sum(part.closed for part in found.units) == pytest.approx(found.whole.closed)
    assert sum(part.closed for part in found.competencies) == pytest.approx(found.whole.closed)
    assert all(0 <= part.low <= part.closed <= part.high <= part.gap + 1e-9 for part in (found.whole, *found.units, *found.competencies))
    assert [part.people for part in found.units] == [2, 1]
    assert [part.people for part in found.competencies] == [2, 2]
    assert found.whole.people == 3
    assert found.whole.percent == 86


def test_columns_of_one_competency_are_one_line_and_share_the_doubt_about_the_course():
    # the same course helps beginners (first column) and the advanced (second column) of one competency
    split = problem([[900, 0], [0, 900]], [[350, 350]], [2], 8)
    one = problem([[900], [900]], [[350]], [2], 8)
    pairs = np.array([[0, 0], [1, 0]])
    assert effect(split, pairs, gains((1, 1), of=[0, 0])).competencies == effect(one, pairs, gains((1, 1))).competencies
