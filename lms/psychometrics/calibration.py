"""Item parameters from answer patterns by marginal maximum likelihood (pure; needs NumPy).

Model: P(right | θ) = 1 / (1 + exp(−(a·θ + d))), d = −a·b, θ ~ N(0, 1). 2PL: an own a for each item; 1PL: one common a
that is estimated. Method: EM (Bock & Aitkin 1981, Psychometrika 46:443) on 61 equal steps of θ from −6 to 6 until
near the maximum, then Newton steps with the observed information (Louis 1982, JRSS B 44:226), whose inverse gives the
standard errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

MODELS = ("1pl", "2pl")
FEWEST_ITEMS = {"1pl": 2, "2pl": 3}  # k items have 2^k − 1 free shares of patterns: with fewer items many parameters fit equally well
NODES, REACH = 61, 6.0
EM_CYCLES, NEWTON_STEPS = 500, 30
NEAR, DONE = 2e-3, 1e-9  # largest change of a parameter
FAINT = 1e-12  # a posterior probability that changes no digit; numbers below 1e-300 would cost a hundred times as much
LARGEST = 20.0  # beyond, an item has no estimate: its answers separate people wholly


class NoVariance(ValueError):
    """Items (by column number) that everybody, or nobody, answered right: they have no estimate."""

    def __init__(self, columns: Sequence[int]) -> None:
        super().__init__(f"columns {list(columns)}")
        self.columns = list(columns)


class TooFewItems(ValueError):
    """A model with fewer items than it ``needs``: no answers could tell its parameters."""

    def __init__(self, needs: int) -> None:
        super().__init__(f"needs {needs} items")
        self.needs = needs


@dataclass(frozen=True, slots=True)
class ItemEstimate:
    """One item in logits: slope a, difficulty b, intercept d = −a·b, standard errors of a and b."""

    a: float
    b: float
    d: float
    se_a: float
    se_b: float
    se_d: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted model with its log-likelihood; ``converged`` is False where the likelihood has no maximum in reach."""

    model: str
    loglik: float
    items: tuple[ItemEstimate, ...]
    converged: bool


class Data(NamedTuple):
    """Patterns (P × k floats, 0 where not asked), which cells were asked, weight of each pattern (P)."""

    right: np.ndarray
    asked: np.ndarray
    weight: np.ndarray


class Expected(NamedTuple):
    """E-step: log-likelihood, weighted posteriors (P × nodes), expected numbers asked and right (k × nodes)."""

    loglik: float
    posterior: np.ndarray
    asked: np.ndarray
    right: np.ndarray


def calibrate(patterns: np.ndarray, weights: np.ndarray | None = None, *, model: str = "2pl") -> Calibration:
    """Fit ``model`` to ``patterns`` (persons or distinct patterns × items; 1, 0, NaN = not asked), each ``weights`` times.

    Raises NoVariance and TooFewItems.
    """
    import numpy as np  # lazily: the web process never calibrates

    data = collapsed(np.asarray(patterns, float), None if weights is None else np.asarray(weights, float))
    _refuse_constant(data)
    if data.right.shape[1] < FEWEST_ITEMS[model]:
        raise TooFewItems(FEWEST_ITEMS[model])
    fit = _Fit(data, model)
    converged = fit.climb()
    return Calibration(model, fit.loglik(), fit.estimates(), converged)


def collapsed(patterns: np.ndarray, weights: np.ndarray | None) -> Data:
    """Equal patterns as one with the sum of their weights."""
    import numpy as np

    weights = np.ones(len(patterns)) if weights is None else weights
    coded = np.where(np.isnan(patterns), 2, patterns).astype(np.int8)
    distinct, inverse = np.unique(coded, axis=0, return_inverse=True)
    totals = np.bincount(inverse.ravel(), weights, len(distinct))
    distinct, totals = distinct[totals > 0], totals[totals > 0]
    return Data((distinct == 1).astype(float), (distinct != 2).astype(float), totals)


def _refuse_constant(data: Data) -> None:
    right, asked = data.weight @ data.right, data.weight @ data.asked
    constant = [i for i in range(len(right)) if right[i] == 0 or right[i] == asked[i]]
    if constant:
        raise NoVariance(constant)


class _Fit:
    """The climb to the maximum. Parameters are the vector u with (a₁…a_k, d₁…d_k) = T·u."""

    def __init__(self, data: Data, model: str) -> None:
        import numpy as np

        self.data, self.model = data, model
        self.k = data.right.shape[1]
        self.theta = np.linspace(-REACH, REACH, NODES)
        density = np.exp(-0.5 * self.theta**2)
        self.log_density = np.log(density / density.sum())
        eye = np.eye(self.k)
        slopes = np.ones((self.k, 1)) if model == "1pl" else eye
        self.T = np.block([[slopes, np.zeros((self.k, self.k))], [np.zeros((self.k, slopes.shape[1])), eye]])
        share = (data.weight @ data.right) / (data.weight @ data.asked)
        self.u = np.r_[np.ones(slopes.shape[1]), np.log(share / (1 - share)) * 1.2]

    def climb(self) -> bool:
        for _ in range(EM_CYCLES):
            if self._em_cycle() < NEAR:
                break
        return self._newton()

    def _probabilities(self, u: np.ndarray) -> np.ndarray:
        """P(right), k × nodes."""
        import numpy as np

        a, d = np.split(self.T @ u, 2)
        return 1 / (1 + np.exp(-np.clip(a[:, None] * self.theta + d[:, None], -35, 35)))

    def _expect(self, u: np.ndarray) -> Expected:
        import numpy as np

        p = self._probabilities(u)
        log_joint = self.data.right @ np.log(p) + (self.data.asked - self.data.right) @ np.log1p(-p) + self.log_density
        top = log_joint.max(axis=1, keepdims=True)
        joint = np.exp(log_joint - top)
        total = joint.sum(axis=1, keepdims=True)
        loglik = float(self.data.weight @ (np.log(total) + top).ravel())
        posterior = joint / total * self.data.weight[:, None]
        return Expected(loglik, posterior, self.data.asked.T @ posterior, self.data.right.T @ posterior)

    def _em_cycle(self) -> float:
        """One E-step and the M-step by Newton's method; answers the largest change."""
        import numpy as np

        expected, start = self._expect(self.u), self.u
        for _ in range(6):
            gradient, information = self._complete(self.u, expected)
            step = np.clip(np.linalg.solve(information, gradient), -1, 1)
            self.u = np.clip(self.u + step, -LARGEST, LARGEST)
            if np.abs(step).max() < NEAR / 10:
                break
        return float(np.abs(self.u - start).max())

    def _complete(self, u: np.ndarray, expected: Expected) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and information of the expected complete-data log-likelihood, in u."""
        import numpy as np

        p = self._probabilities(u)
        residual, curve = expected.right - expected.asked * p, expected.asked * p * (1 - p)
        gradient = np.r_[residual @ self.theta, residual.sum(axis=1)]
        aa, ad, dd = (np.diag(curve @ self.theta**power) for power in (2, 1, 0))
        return self.T.T @ gradient, self.T.T @ np.block([[aa, ad], [ad, dd]]) @ self.T

    def _observed(self, u: np.ndarray, expected: Expected) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and observed information (Louis): E(−H) − E(s·sᵀ) + E(s)·E(s)ᵀ, summed over patterns."""
        import numpy as np

        gradient, information = self._complete(u, expected)
        p, k = self._probabilities(u), self.k
        within = np.zeros((2 * k, 2 * k))
        mean = np.zeros((len(self.data.weight), 2 * k))
        for q, theta in enumerate(self.theta):
            here = np.flatnonzero(expected.posterior[:, q] > FAINT * self.data.weight)
            score = self.data.right[here] - self.data.asked[here] * p[:, q]
            weighted = score * expected.posterior[here, q, None]
            within += np.kron([[theta * theta, theta], [theta, 1.0]], score.T @ weighted)
            part = weighted / self.data.weight[here, None]
            mean[here, :k] += theta * part
            mean[here, k:] += part
        between = mean.T @ (mean * self.data.weight[:, None])
        return gradient, information - self.T.T @ (within - between) @ self.T

    def _newton(self) -> bool:
        """Newton steps to the maximum; where one does not climb, EM goes on instead."""
        import numpy as np

        expected = self._expect(self.u)
        for _ in range(NEWTON_STEPS):
            gradient, information = self._observed(self.u, expected)
            step = np.linalg.lstsq(information, gradient, rcond=None)[0]
            tried = np.clip(self.u + np.clip(step, -2, 2), -LARGEST, LARGEST)
            found = self._expect(tried)
            if found.loglik >= expected.loglik - 1e-9:
                self.u, expected = tried, found
                if np.abs(step).max() < DONE * 1e3 or np.abs(gradient).max() < DONE:
                    return bool(np.abs(self.u).max() < LARGEST)
                continue
            for _ in range(20):
                self._em_cycle()
            expected = self._expect(self.u)
        return False

    def loglik(self) -> float:
        return self._expect(self.u).loglik

    def estimates(self) -> tuple[ItemEstimate, ...]:
        import numpy as np

        _, information = self._observed(self.u, self._expect(self.u))
        covariance = self.T @ np.linalg.pinv(information) @ self.T.T
        a, d = np.split(self.T @ self.u, 2)
        return tuple(_estimate(i, float(a[i]), float(d[i]), covariance, self.k) for i in range(self.k))


def _estimate(i: int, a: float, d: float, covariance: np.ndarray, k: int) -> ItemEstimate:
    """b = −d/a; its standard error by the delta method."""
    var_a, var_d, cov = (float(covariance[row, column]) for row, column in ((i, i), (k + i, k + i), (i, k + i)))
    a = a or 1e-9
    b = -d / a
    var_b = (var_d + b * b * var_a + 2 * b * cov) / (a * a)
    return ItemEstimate(a, b, d, *(max(variance, 0.0) ** 0.5 for variance in (var_a, var_b, var_d)))
