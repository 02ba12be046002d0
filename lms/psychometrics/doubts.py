"""How sure a doubt about a question is: one-sided p-values, adjusted for how many questions are looked at (pure).

Thousands of options are looked at each night; a fixed limit would cry wolf at dozens of good questions by chance alone. So
each doubt is a test, and Benjamini & Hochberg (1995) keep the share of false alarms among all alarms of a kind at one in
twenty.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from lms.competency.model_queries import OGIVE

if TYPE_CHECKING:
    import numpy as np

LEVEL = 0.05
FEWEST = 5  # choosers of an option, below whom nothing is said of them
SILENT = 60  # answers from which an option without a chooser surely draws fewer than one in twenty (rule of three: 3/n)


@dataclass(frozen=True, slots=True)
class Against:
    """What speaks against the key, of one distractor: p-values of one-sided tests, 1 where nothing does.

    ``key``: the distractor is the true key; ``able``: its choosers are more able than the key's.
    """

    key: float = 1.0
    able: float = 1.0


def correlated(r: float, n: int) -> float:
    """p of no positive correlation: Student's t of r (Fisher 1915)."""
    from scipy.stats import t  # lazily: the web process never comes here

    if n < 3 or abs(r) >= 1:
        return 0.0 if n >= 3 and r >= 1 else 1.0
    return float(t.sf(r * ((n - 2) / (1 - r * r)) ** 0.5, n - 2))


def below_guessing(chosen: int, n: int, options: int) -> float:
    """p of a key that ``chosen`` of ``n`` chose although blind guessing finds it once in ``options``: the exact binomial tail."""
    from scipy.stats import binom

    return float(binom.cdf(chosen, n, 1 / options)) if options > 1 else 1.0


def more_able(takers: np.ndarray, keepers: np.ndarray) -> float:
    """p of takers who are not more able in the mean than keepers (m of each): Student's t with one variance for both; 1 with few of either.

    With an own variance for each, five takers who happen to be alike would count for far more than they know.
    """
    from scipy.stats import ttest_ind

    if min(len(takers), len(keepers)) < FEWEST or takers.std() + keepers.std() == 0:
        return 1.0
    return float(ttest_ind(takers, keepers, alternative="greater").pvalue)


def wrong_key(r: float, key_r: float, n: int, guessing: float) -> float:
    """p of a right key, against a distractor with correlation ``r``; ``guessing``: see :func:`below_guessing`.

    Nothing speaks against the key unless the distractor goes with ability, by more than chance, and more than the key does.
    Then the surer counts, doubled (Bonferroni): this correlation alone, or with it that guessing would find the key more often,
    the two p-values combined as Fisher (1932) did.
    """
    p = correlated(r, n)
    return min(1.0, 2 * min(p, _both(p, guessing))) if r > max(key_r, 0.0) and p <= LEVEL else 1.0


def _both(one: float, other: float) -> float:
    """The p-value of two independent ones: their product k is as small as this by chance with k·(1 − ln k)."""
    product = one * other
    return product * (1 - log(product)) if product > 0 else 0.0


def tells_less(score: np.ndarray, m: np.ndarray, v: np.ndarray, c: float) -> float:
    """p of a question that tells people apart as an ordinary one (a = 1) does among the same people.

    ``score`` 0 to 1 of officials known as N(m, v) without it, ``c`` its chance of guessing. The score test of the slope (Rao
    1948) with the difficulty fitted and the variance taken from the answers themselves (White 1980). What few other answers
    know of ability, V, flattens what is expected: a short form is no reason for doubt.
    """
    import numpy as np
    from scipy.special import ndtr

    spread = np.sqrt(OGIVE**2 + v)
    b = _difficulty(float(score.mean()), m, spread, c)
    off, slope = score - _right(m, spread, b, c), np.exp(-0.5 * ((m - b) / spread) ** 2) / spread
    away = m - float((slope * m).sum() / max(slope.sum(), 1e-12))  # what fitting b has used up
    error = float(np.sqrt((away * away * off * off).sum()))
    return float(ndtr((away * off).sum() / error)) if error > 0 else 1.0


def _right(m: np.ndarray, spread: np.ndarray, b: float, c: float) -> np.ndarray:
    from scipy.special import ndtr

    return c + (1 - c) * ndtr((m - b) / spread)


def _difficulty(p: float, m: np.ndarray, spread: np.ndarray, c: float) -> float:
    """The b at which a share ``p`` answers right, by halving between −8 and 8."""
    low, high = -8.0, 8.0
    for _ in range(30):
        b = (low + high) / 2
        low, high = (b, high) if float(_right(m, spread, b, c).mean()) > p else (low, b)
    return (low + high) / 2
