"""The update of many pairs at once, identical to the bit with the scalar one (pure; needs NumPy and SciPy).

Vector and scalar exp and erfc may differ in the last bits of a float. That shows only where a result lies next to a
rounding boundary: those few are computed again by the scalar code, so the integers are always the scalar's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lms.competency.proficiency import DAYS_PER_MONTH, DENSITY, FAR, OGIVE, PRIOR_MICRO, ROOT_HALF, ItemParameters, State, answered
from lms.competency.states import MIN_RESPONSES, Z80, Rules

if TYPE_CHECKING:
    import numpy as np

NEAR_BOUNDARY = 1e-4  # of the last kept digit; float differences are below 1e-8 of it


def owen_many(
    m: np.ndarray, v: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray, vb: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """`proficiency.owen` on float arrays of one shape; `right` is boolean."""
    import numpy as np  # lazily: the web process never needs it
    from scipy.special import erfc

    k = OGIVE / a
    s2 = k * k + v + vb
    s = np.sqrt(s2)
    d = np.clip((m - b) / s, -FAR, FAR)
    # a wrong answer is the mirror image of a right one without guessing: one formula serves both
    d = np.where(right, d, -d)
    c = np.where(right, c, 0.0)
    w = (1 - c) * (np.exp(-0.5 * d * d) * DENSITY) / (c + (1 - c) * (0.5 * erfc(-d * ROOT_HALF)))
    shift = v / s * w
    return np.where(right, m + shift, m - shift), v - v * v / s2 * (w * (w + d))


def answered_many(
    m_milli: np.ndarray, v_micro: np.ndarray, days: np.ndarray, items: tuple[np.ndarray, ...], right: np.ndarray, q_month: float
) -> tuple[np.ndarray, np.ndarray]:
    """`proficiency.answered` for right or wrong answers on arrays: new (m_milli, v_micro) as int64.

    `days` since each pair's last evidence; `items` are the arrays (a, b, c, vb) in logits.
    """
    import numpy as np

    v = np.minimum(v_micro / 1_000_000 + q_month / DAYS_PER_MONTH * np.maximum(days, 0), 1.0)
    m, v = owen_many(m_milli / 1000, v, *items, right)
    m, v = m * 1000, v * 1_000_000
    new_m, new_v = np.rint(m), np.rint(v)
    doubtful = np.flatnonzero((np.abs(m - new_m) > 0.5 - NEAR_BOUNDARY) | (np.abs(v - new_v) > 0.5 - NEAR_BOUNDARY))
    new_m, new_v = new_m.astype(np.int64), np.clip(new_v, 1, PRIOR_MICRO).astype(np.int64)
    for i in doubtful:
        before = State(int(m_milli[i]), int(v_micro[i]))
        after = answered(before, ItemParameters(*(float(part[i]) for part in items)), int(right[i]), int(days[i]), q_month)
        new_m[i], new_v[i] = after.m_milli, after.v_micro
    return new_m, new_v


def add_to_cells(cells: np.ndarray, pairs: Pairs, rules: Rules, n_cells: int) -> np.ndarray:
    """Sums of `rollup.SUMS` by cell, shape (n_cells, len(SUMS)), int64, for pairs with evidence and targets 1 to 5.

    `cells` gives each pair's cell. Equal to adding `rollup.contribution` pair by pair.
    """
    import numpy as np

    kinds, _ = verdicts(pairs, rules)
    cut = np.asarray(rules.cuts_milli, np.int64)[pairs.target - 1]
    levels = np.searchsorted(np.asarray(rules.cuts_milli), pairs.m_milli, side="right")
    one, m, v = np.ones_like(pairs.m_milli), pairs.m_milli, pairs.v_micro
    columns = [one, one, m, m * m, v, v * v, pairs.t_day, *(levels == n for n in range(6)), kinds == 1, kinds == -1, np.maximum(0, cut - m)]
    order = np.argsort(cells, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(cells[order]) != 0])
    sums = np.zeros((n_cells, len(columns)), np.int64)
    for i, column in enumerate(columns):
        sums[cells[order[starts]], i] = np.add.reduceat(column[order].astype(np.int64), starts)
    return sums


class Pairs(NamedTuple):
    """Confirmed tracks as int64 arrays of one length; `proven_until` is -1 where the evidence rule does not hold."""

    m_milli: np.ndarray
    v_micro: np.ndarray
    t_day: np.ndarray
    n: np.ndarray
    target: np.ndarray
    proven_until: np.ndarray


def verdicts(pairs: Pairs, rules: Rules) -> tuple[np.ndarray, np.ndarray]:
    """`states.verdict` on arrays: kind (1 met, -1 not yet, 0 unclear) and the last day (0 where unclear)."""
    import numpy as np

    away = pairs.m_milli - np.asarray(rules.cuts_milli, np.int64)[pairs.target - 1]
    allowed = (away * away) / Z80**2
    decided = allowed >= pairs.v_micro
    ageing = pairs.t_day + np.floor((allowed - pairs.v_micro) / (rules.q_month * 1_000_000 / DAYS_PER_MONTH)).astype(np.int64)
    until = pairs.t_day + rules.validity_days
    until = np.where(allowed >= PRIOR_MICRO, until, np.minimum(until, ageing))
    met = decided & (away >= 0) & (pairs.proven_until >= 0)
    not_yet = decided & (away < 0) & (pairs.n >= MIN_RESPONSES)
    until = np.where(met, np.minimum(until, pairs.proven_until), until)
    return met.astype(np.int64) - not_yet, np.where(met | not_yet, until, 0)
