"""What an official can do, estimated from all answers but those to one question (pure; needs NumPy).

The confirmed track of the measurement model, replayed without the question (all parts of a set are left out together), on
floats and from each official's first answer to each question. Between two neighbours in time the variance grows as it does
there; for the question's own day it grows by the distance to the last of the other answers, whichever came first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lms.competency.model_queries import DEFAULT_TUNING
from lms.competency.vector_queries import DAYS_PER_MONTH, owen_many

if TYPE_CHECKING:
    import numpy as np


class Facts(NamedTuple):
    """Answers of one competency as arrays of one length, sorted by official and then as the replay sorts them.

    ``official`` ids; ``unit`` the question or the whole set; ``score`` 0 to 1; ``day`` since 1970; a, b, c, vb in logits.
    """

    official: np.ndarray
    unit: np.ndarray
    score: np.ndarray
    day: np.ndarray
    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    vb: np.ndarray


class Rest(NamedTuple):
    """For each answer: mean and variance without its question on its day, and from how many other answers."""

    m: np.ndarray
    v: np.ndarray
    n: np.ndarray


def without_own_question(facts: Facts) -> Rest:
    """The estimate without the question, for every answer in ``facts``."""
    import numpy as np  # lazily: the web process never comes here

    size = len(facts.official)
    if not size:
        return Rest(np.zeros(0), np.ones(0), np.zeros(0, int))
    starts = np.flatnonzero(np.r_[True, np.diff(facts.official) != 0])
    lengths = np.diff(np.r_[starts, size])
    start, length = np.repeat(starts, lengths), np.repeat(lengths, lengths)
    m, v, n, t = np.zeros(size), np.ones(size), np.zeros(size, int), facts.day.astype(float)
    for step in range(int(lengths.max())):
        at = np.minimum(start + step, size - 1)
        mine = np.flatnonzero((step < length) & (facts.unit[at] != facts.unit))
        source = at[mine]
        grown = _aged(v[mine], np.where(n[mine] > 0, facts.day[source] - t[mine], 0))
        m[mine], v[mine] = _answered(m[mine], grown, facts, source)
        n[mine] += 1
        t[mine] = facts.day[source]
    return Rest(m, _aged(v, np.where(n > 0, np.abs(facts.day - t), 0)), n)


def _aged(v: np.ndarray, days: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.minimum(v + DEFAULT_TUNING.q_confirmed / DAYS_PER_MONTH * np.maximum(days, 0), 1.0)


def _answered(m: np.ndarray, v: np.ndarray, facts: Facts, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Owen's update; a marked fraction is the mixture of right and wrong by its first two moments."""
    import numpy as np

    items, f = (facts.a[at], facts.b[at], facts.c[at], facts.vb[at]), facts.score[at]
    m1, v1 = owen_many(m, v, *items, f >= 0.5)
    between = np.flatnonzero((f > 0) & (f < 1))
    if len(between):
        own = tuple(part[between] for part in (m, v, *items))
        everyone = np.ones(len(between), bool)
        (r, vr), (w, vw), g = owen_many(*own, everyone), owen_many(*own, ~everyone), f[between]
        m1[between], v1[between] = g * r + (1 - g) * w, g * vr + (1 - g) * vw + g * (1 - g) * (r - w) ** 2
    return m1, np.clip(v1, 1e-6, 1.0)
