"""Parameters of new items: shrunken when answers are few, honest about how sure they are, and watched afterwards."""

import numpy as np
import pytest
from scipy.special import ndtr

from lms.psychometrics.fitting import Fitted, Prior, _minus_log_posterior, drift, fit


def sitting(rng, n: int, a: float, b: float, c: float = 0.25, sure: float = 0.2):
    """(score, m, v): people known as N(m, v) from elsewhere."""
    m = rng.normal(0, (1 - sure) ** 0.5, n)
    theta = m + rng.normal(0, sure**0.5, n)
    return (rng.random(n) < c + (1 - c) * ndtr((theta - b) * a / 1.702)).astype(float), m, np.full(n, sure)


def test_intervals_hold_what_they_say():
    """Items drawn from the priors, 30 to 1,000 answers: four in five lie inside the 80 % interval."""
    rng, inside = np.random.default_rng(0), []
    for _ in range(300):
        a, b = float(np.exp(rng.normal(0, 0.3))), float(rng.normal(0.3, 0.8))
        found = fit(Prior(0.3, 0.64, 0.25), *sitting(rng, int(rng.integers(30, 1000)), a, b))
        inside.append(abs(found.b - b) < 1.2816 * found.vb**0.5)
    assert 0.74 < np.mean(inside) < 0.87


def test_few_answers_move_an_item_little_and_many_a_lot():
    rng = np.random.default_rng(1)
    few, many = (fit(Prior(0, 0.25, 0), *sitting(rng, n, 1.6, 1.5, c=0)) for n in (10, 3000))
    assert 0 < few.b < 1.1
    assert many.b == pytest.approx(1.5, abs=0.15)
    assert many.a == pytest.approx(1.6, abs=0.2)
    assert many.vb < few.vb < 0.25


def test_the_answers_of_nobody_leave_the_authors_opinion():
    found = fit(Prior(0.7, 0.5, 0.25), np.zeros(0), np.zeros(0), np.zeros(0))
    assert (found.a, found.b, found.vb) == (pytest.approx(1), pytest.approx(0.7), pytest.approx(0.5, rel=1e-4))


def test_the_gradient_is_that_of_the_posterior():
    score, m, v = sitting(np.random.default_rng(2), 50, 1.2, 0.4)
    x, h = np.array([0.2, -0.3]), 1e-6
    numeric = [
        (_minus_log_posterior(x + step, Prior(0, 0.6, 0.25), score, m, v)[0] - _minus_log_posterior(x - step, Prior(0, 0.6, 0.25), score, m, v)[0]) / (2 * h)
        for step in np.eye(2) * h
    ]
    assert _minus_log_posterior(x, Prior(0, 0.6, 0.25), score, m, v)[1] == pytest.approx(numeric, abs=1e-5)


def test_an_item_that_became_easy_is_noticed_and_one_that_stays_is_not():
    rng, known = np.random.default_rng(3), Fitted(1.2, 0.5, 0.03)
    assert drift(known, 0.25, *sitting(rng, 200, 1.2, -1.5)).found
    alarms = [drift(known, 0.25, *sitting(rng, 200, 1.2, 0.5 + float(rng.normal(0, 0.03**0.5)))).found for _ in range(100)]
    assert sum(alarms) <= 3
