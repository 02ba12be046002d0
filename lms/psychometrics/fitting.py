"""Parameters of new items: maximum a posteriori with everything else held fixed, and the watch over calibrated ones (pure).

Likelihood: the measurement model's own, P(right) = c + (1−c)·Φ((m−b)/s), s² = (1.702/a)² + V, with each official's m and V
from the other questions, so the uncertainty of ability is in it. Priors: ln a ~ N(0, 0.3²), b ~ N(author's b, author's Vb):
few answers move an item little, many speak for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from lms.competency.model_queries import OGIVE

if TYPE_CHECKING:
    import numpy as np

SLOPE_SD = 0.3
LEAST_VARIANCE = 0.01  # of b, logit²: what the model leaves out does not shrink with the number of answers
DRIFT_Z, DRIFT_SHARE = 3.0, 0.05


@dataclass(frozen=True, slots=True)
class Prior:
    """What the author said: b and the variance of that opinion; c is never estimated."""

    b: float
    vb: float
    c: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Slope, difficulty and the variance of b given the answers."""

    a: float
    b: float
    vb: float


@dataclass(frozen=True, slots=True)
class Drift:
    """Recent answers against what the parameters foretell: mean of (answer − expected) and how many standard errors that is."""

    n: int
    residual: float
    z: float

    @property
    def found(self) -> bool:
        return abs(self.z) >= DRIFT_Z and abs(self.residual) >= DRIFT_SHARE


def fit(prior: Prior, score: np.ndarray, m: np.ndarray, v: np.ndarray) -> Fitted:
    """The most probable (a, b) after answers ``score`` (0 to 1) of officials known as N(m, v) from other questions."""
    import numpy as np  # lazily: the web process never comes here
    from scipy.optimize import minimize

    def minus_log_posterior(x: np.ndarray) -> tuple[float, np.ndarray]:
        return _minus_log_posterior(x, prior, score, m, v)

    found = minimize(minus_log_posterior, np.array([0.0, prior.b]), jac=True, method="L-BFGS-B", bounds=[(-1.5, 1.5), (-8, 8)])
    step = 1e-4
    hessian = np.array([(minus_log_posterior(found.x + h)[1] - minus_log_posterior(found.x - h)[1]) / (2 * step) for h in np.eye(2) * step])
    variance = np.linalg.inv((hessian + hessian.T) / 2)[1, 1]
    return Fitted(exp(float(found.x[0])), float(found.x[1]), float(min(max(variance, LEAST_VARIANCE), prior.vb)))


def _minus_log_posterior(x: np.ndarray, prior: Prior, score: np.ndarray, m: np.ndarray, v: np.ndarray) -> tuple[float, np.ndarray]:
    import numpy as np

    u, b = float(x[0]), float(x[1])
    p, slope, z, k2, s2 = _curve(u, b, prior.c, m, v)
    by_z = (score - p) / (p * (1 - p)) * slope
    loglik = float((score * np.log(p) + (1 - score) * np.log1p(-p)).sum())
    gradient = np.array([float((by_z * z * k2 / s2).sum()), float((-by_z / np.sqrt(s2)).sum())])
    penalty = u * u / (2 * SLOPE_SD**2) + (b - prior.b) ** 2 / (2 * prior.vb)
    return penalty - loglik, np.array([u / SLOPE_SD**2, (b - prior.b) / prior.vb]) - gradient


def _curve(u: float, b: float, c: float, m: np.ndarray, v: np.ndarray) -> tuple:
    """P(right), its slope in z, z, (1.702/a)² and s²."""
    import numpy as np
    from scipy.special import ndtr

    k2 = OGIVE**2 * exp(-2 * u)
    s2 = k2 + v
    z = (m - b) / np.sqrt(s2)
    p = np.clip(c + (1 - c) * ndtr(z), 1e-9, 1 - 1e-9)
    return p, (1 - c) * np.exp(-0.5 * z * z) / sqrt(2 * np.pi), z, k2, s2


def drift(item: Fitted, c: float, score: np.ndarray, m: np.ndarray, v: np.ndarray) -> Drift:
    """How recent answers differ from what a calibrated item foretells; its own uncertainty is allowed for."""
    import numpy as np

    p, slope, _, _, s2 = _curve(log(item.a), item.b, c, m, v)
    off = float((score - p).sum())
    by_b = float((slope / np.sqrt(s2)).sum())
    variance = float((p * (1 - p)).sum()) + by_b * by_b * item.vb
    return Drift(len(score), off / len(score), off / sqrt(variance))
