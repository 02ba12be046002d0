"""How far two markers agree beyond chance (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Pair = tuple[float, float]
"""Two marks of the same thing, each as a number on one scale."""


def weighted_kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen's kappa with quadratic weights (Cohen 1968, Psychological Bulletin 70:213); None where the marks do not vary at all.

    1 - observed / expected mean squared difference, where expected pairs every first mark with every second.
    """
    n = len(pairs)
    if not n:
        return None
    observed = sum((a - b) ** 2 for a, b in pairs) / n
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(i * j * (a - b) ** 2 for a, i in first.items() for b, j in second.items()) / n**2
    return 1 - observed / expected if expected else None


def words_of(kappa: float) -> str:
    """Landis and Koch (1977), Biometrics 33:159, as a code."""
    bounds = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))
    return next((word for bound, word in bounds if kappa <= bound), "almost_perfect")
