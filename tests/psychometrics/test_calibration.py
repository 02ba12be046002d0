"""Marginal maximum likelihood reaches published figures, agrees with another implementation, and finds what was simulated."""

import csv
from pathlib import Path

import numpy as np
import pytest

from lms.psychometrics.calibration import NoVariance, TooFewItems, calibrate
from lms.psychometrics.classical import analyse

LSAT7 = Path(__file__).parents[1] / "data" / "psychometrics" / "lsat7_patterns.csv"
PUBLISHED_A = (0.988, 1.081, 1.706, 0.7651, 0.7358)
PUBLISHED_D = (1.8561, 0.808, 1.8043, 0.486, 1.8545)
PUBLISHED_REST = (0.246, 0.247, 0.313, 0.223, 0.175)


def lsat7() -> tuple[np.ndarray, np.ndarray]:
    rows = list(csv.reader(LSAT7.read_text(encoding="utf-8").splitlines()))
    data = np.array(rows[1:], float)
    return data[:, :5], data[:, 5]


def simulated(n: int, k: int, seed: int, slopes: bool = True) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    a = rng.lognormal(0, 0.3, k) if slopes else np.full(k, 1.3)
    b, theta = rng.normal(0, 1, k), rng.normal(0, 1, n)
    return (rng.random((n, k)) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))).astype(float), a, b


def test_lsat7_reaches_the_published_2pl_estimates():
    fit = calibrate(*lsat7(), model="2pl")
    assert max(abs(one.a - a) for one, a in zip(fit.items, PUBLISHED_A)) <= 0.005
    assert max(abs(one.d - d) for one, d in zip(fit.items, PUBLISHED_D)) <= 0.01
    assert fit.converged
    assert fit.loglik == pytest.approx(-2658.805, abs=0.001)


def test_lsat7_reaches_the_published_reliability():
    patterns, weights = lsat7()
    people = np.repeat(patterns.astype(int).astype(str), weights.astype(int), axis=0)
    found = analyse(people.tolist(), ["1"] * 5)
    assert found.n == 1000
    assert found.alpha == pytest.approx(0.453, abs=0.0005)
    assert [one.rest_r for one in found.items] == pytest.approx(PUBLISHED_REST, abs=0.0005)


def test_the_1pl_has_one_slope_and_no_better_likelihood():
    one, two = calibrate(*lsat7(), model="1pl"), calibrate(*lsat7(), model="2pl")
    assert len({item.a for item in one.items}) == 1
    assert one.loglik < two.loglik
    assert all(item.d == pytest.approx(-item.a * item.b) for item in one.items)


@pytest.mark.parametrize("model", ["1pl", "2pl"])
def test_estimates_are_the_maximum(model):
    """No step in any direction climbs."""
    from lms.psychometrics.calibration import _Fit, collapsed

    fit = _Fit(collapsed(*lsat7()), model)
    fit.climb()
    best = fit.loglik()
    for direction in np.eye(len(fit.u)):
        for step in (-1e-3, 1e-3):
            assert fit._expect(fit.u + step * direction).loglik < best


def test_standard_errors_are_those_of_the_numerical_hessian():
    from lms.psychometrics.calibration import _Fit, collapsed

    fit = _Fit(collapsed(*lsat7()), "2pl")
    fit.climb()
    h, size = 1e-3, len(fit.u)
    hessian = np.empty((size, size))
    for i, at in enumerate(np.eye(size) * h):
        for j, to in enumerate(np.eye(size) * h):
            corners = (fit._expect(fit.u + s * at + t * to).loglik * s * t for s in (1, -1) for t in (1, -1))
            hessian[i, j] = sum(corners) / (4 * h * h)
    expected = np.sqrt(np.diag(np.linalg.inv(-hessian)))
    assert [item.se_a for item in fit.estimates()] == pytest.approx(expected[:5], rel=1e-3)
    assert [item.se_d for item in fit.estimates()] == pytest.approx(expected[5:], rel=1e-3)


def test_another_implementation_agrees():
    """girth: marginal maximum likelihood of its own."""
    from girth import onepl_mml, twopl_mml

    answers, _, _ = simulated(1500, 12, 5)
    ours, theirs = calibrate(answers, model="2pl"), twopl_mml(answers.T.astype(int))
    assert [item.a for item in ours.items] == pytest.approx(theirs["Discrimination"], abs=0.03)
    assert [item.b for item in ours.items] == pytest.approx(theirs["Difficulty"], abs=0.03)
    ours, theirs = calibrate(answers, model="1pl"), onepl_mml(answers.T.astype(int))
    assert ours.items[0].a == pytest.approx(float(theirs["Discrimination"]), abs=0.03)
    assert [item.b for item in ours.items] == pytest.approx(theirs["Difficulty"], abs=0.03)


def test_a_large_bank_is_recovered_and_its_standard_errors_tell_the_truth():
    answers, a, b = simulated(10_000, 50, 1)
    fit = calibrate(answers, model="2pl")
    z = [(item.a - true) / item.se_a for item, true in zip(fit.items, a)] + [(item.b - true) / item.se_b for item, true in zip(fit.items, b)]
    assert fit.converged
    assert 0.8 < float(np.std(z)) < 1.2
    assert max(abs(item.a - true) for item, true in zip(fit.items, a)) < 0.12


def test_weights_are_repetitions():
    patterns, weights = lsat7()
    spread = calibrate(np.repeat(patterns, weights.astype(int), axis=0), model="2pl")
    assert [item.b for item in spread.items] == pytest.approx([item.b for item in calibrate(patterns, weights, model="2pl").items])


def test_what_was_not_asked_says_nothing():
    answers, a, b = simulated(6000, 10, 8)
    answers[:3000, :3] = np.nan
    answers[3000:, 7:] = np.nan
    fit = calibrate(answers, model="2pl")
    assert max(abs(item.b - true) / item.se_b for item, true in zip(fit.items, b)) < 3.5


@pytest.mark.parametrize(("model", "least"), [("1pl", 2), ("2pl", 3)])
def test_fewer_items_than_a_model_needs_have_no_estimate(model, least):
    """Two items have three free shares of patterns, the 2PL four parameters: its errors would be in the thousands."""
    patterns, weights = lsat7()
    with pytest.raises(TooFewItems) as refused:
        calibrate(patterns[:, : least - 1], weights, model=model)
    assert refused.value.needs == least
    assert max(item.se_a for item in calibrate(patterns[:, :least], weights, model=model).items) < 1


def test_an_item_that_everybody_answers_right_has_no_estimate():
    answers, _, _ = simulated(100, 4, 2)
    answers[:, 2] = 1
    with pytest.raises(NoVariance) as refused:
        calibrate(answers)
    assert refused.value.columns == [2]
