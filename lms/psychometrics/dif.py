"""Differential item functioning by Mantel–Haenszel: does a question treat two groups of equal ability alike? (pure)

Mantel & Haenszel (1959); Holland & Thayer (1988) for Δ = −2.35·ln α and its classes; Benjamini & Hochberg (1995) for the
rate of false alarms over all comparisons made at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erfc, inf, log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEVEL = 0.05  # rate of false alarms
SMALL, LARGE = 1.0, 1.5  # |Δ| from which a difference is B, C
LOGITS = 0.5  # two language versions may differ by no more (item rules, section 5)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A focal group against the reference group on one item.

    ``alpha``: common odds ratio, above 1 where the item is easier for the reference group; ``delta`` below 0 then. Both None where
    they cannot be worked out. ``adjusted``: p after Benjamini–Hochberg. ``size``: A negligible, B moderate, C large.
    """

    n_reference: int
    n_focal: int
    alpha: float | None
    delta: float | None
    chi2: float
    p: float
    adjusted: float
    size: str

    @property
    def found(self) -> bool:
        """Larger than negligible and no false alarm."""
        return self.size != "A" and self.adjusted <= LEVEL

    @property
    def logits(self) -> float | None:
        """How much easier the item is for the reference group."""
        return None if self.alpha is None else log(self.alpha)


def mantel_haenszel(right: np.ndarray, stratum: np.ndarray, focal: np.ndarray) -> Comparison:
    """Compare on one item. ``right`` 0/1, ``stratum`` whole numbers of matched ability, ``focal`` True for the focal group; one length.

    In each stratum A, B are right and wrong of the reference group, C, D of the focal group.
    """
    import numpy as np

    _, code = np.unique(stratum, return_inverse=True)
    a, b, c, d = (np.bincount(code[mask], minlength=code.max() + 1).astype(float) for mask in _cells(right == 1, np.asarray(focal, bool)))
    n = a + b + c + d
    both = (a + b > 0) & (c + d > 0) & (n > 1)
    a, b, c, d, n = (part[both] for part in (a, b, c, d, n))
    above, below = float((a * d / n).sum()), float((b * c / n).sum())
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))).sum())
    surprise = abs(float((a - (a + b) * (a + c) / n).sum()))
    chi2 = max(surprise - 0.5, 0) ** 2 / variance if variance > 0 else 0.0
    alpha = above / below if above > 0 and below > 0 else None
    delta = None if alpha is None else -2.35 * log(alpha)
    p = erfc(sqrt(chi2 / 2))  # upper tail of χ² with one degree of freedom
    size = size_of(delta if delta is not None else inf if above != below else 0.0)
    return Comparison(int(np.sum(~np.asarray(focal, bool))), int(np.sum(focal)), alpha, delta, chi2, p, p, size)


def _cells(right: np.ndarray, focal: np.ndarray) -> tuple[np.ndarray, ...]:
    return right & ~focal, ~right & ~focal, right & focal, ~right & focal


def size_of(delta: float) -> str:
    """A below 1.0, B below 1.5, C from there."""
    return "A" if abs(delta) < SMALL else "B" if abs(delta) < LARGE else "C"


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Adjusted p-values: rejecting those ≤ q keeps the rate of false discoveries at q."""
    order = sorted(range(len(p)), key=lambda i: p[i], reverse=True)
    adjusted, least = [1.0] * len(p), 1.0
    for rank, i in zip(range(len(p), 0, -1), order, strict=True):
        least = min(least, p[i] * len(p) / rank)
        adjusted[i] = least
    return adjusted


def adjust(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons with their p-values adjusted for each other."""
    return [replace(one, adjusted=q) for one, q in zip(comparisons, benjamini_hochberg([one.p for one in comparisons]), strict=True)]
