"""Classical analysis of a complete table: one row a person, one column an item, raw options (pure; needs NumPy).

Formulas of item analysis as in Lord & Novick (1968); sample variances throughout. A rest correlation is that of an item (or
of the choice of an option) with the person's total without the item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEFT_OUT = ""
FEW = 30  # below, the author's prior says more than the answers (item rules, section 5)
TOO_HARD, TOO_EASY, WEAK = 0.2, 0.95, 0.1


class Flag(StrEnum):
    """What a person should look at; nothing is deleted by machine (item rules, section 5)."""

    KEY = "key"
    WEAK = "weak"
    HARD = "hard"
    EASY = "easy"
    ABLE = "able"
    IDLE = "idle"
    LANGUAGES = "languages"
    OPTIONS = "options"
    DIF = "dif"
    DRIFT = "drift"
    UNCALIBRATED = "uncalibrated"


@dataclass(frozen=True, slots=True)
class Option:
    """An option: share of all persons, its rest correlation, share in the lowest, middle and highest third, mean rest total of its choosers."""

    share: float
    rest_r: float | None
    thirds: tuple[float | None, float | None, float | None]
    rest_mean: float | None


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """One item. ``rit`` with the total, ``rest_r`` without the item; None where something does not vary."""

    p: float
    rit: float | None
    rest_r: float | None
    key_suspect: bool
    options: Mapping[str, Option]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A table of ``n`` persons: mean and sd of totals, alpha and the standard error of measurement sd·√(1−α)."""

    n: int
    mean: float
    sd: float
    alpha: float | None
    sem: float | None
    items: tuple[ItemAnalysis, ...]


def analyse(answers: Sequence[Sequence[str]], key: Sequence[str]) -> Analysis:
    """Analyse ``answers`` (persons × items, raw options, empty = left out, which is wrong) against ``key``."""
    import numpy as np  # lazily: the web process never analyses

    table = np.asarray(answers, dtype=object)
    right = (table == np.asarray(key, dtype=object)).astype(float)
    total = right.sum(axis=1)
    alpha, sd = cronbach(right), float(total.std(ddof=1))
    items = tuple(_item(table[:, i], right[:, i], total, key[i]) for i in range(len(key)))
    return Analysis(len(table), float(total.mean()), sd, alpha, None if alpha is None else sd * max(1 - alpha, 0) ** 0.5, items)


def cronbach(right: np.ndarray) -> float | None:
    """α = k/(k−1)·(1 − Σs²ᵢ/s²ₜ); None for one item or totals that do not vary."""
    k, spread = right.shape[1], right.sum(axis=1).var(ddof=1)
    return None if k < 2 or spread <= 0 else float(k / (k - 1) * (1 - right.var(axis=0, ddof=1).sum() / spread))


def correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    """Pearson's r; None where either does not vary or fewer than two are there."""
    import numpy as np

    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def _item(chosen: np.ndarray, right: np.ndarray, total: np.ndarray, key: str) -> ItemAnalysis:
    rest = total - right
    options = option_lines(chosen, rest, key)
    p, rest_r = float(right.mean()), correlation(right, rest)
    # a table whose key nobody chose has that option all the same
    suspect = bool(suspected(options, key))
    return ItemAnalysis(p, correlation(right, total), rest_r, suspect, options, flags_of(len(total), p, rest_r, options, key, suspect))


def option_lines(chosen: np.ndarray, rest: np.ndarray, key: str) -> dict[str, Option]:
    """One line an option that was chosen or is the key, in alphabetical order. ``rest``: the others' total, or m without the item."""
    import numpy as np

    third = thirds(rest)
    names = sorted({key, *chosen} - {LEFT_OUT})
    lines = {}
    for name in names:
        taken = (chosen == name).astype(float)
        shares = tuple(float(taken[third == part].mean()) if np.any(third == part) else None for part in range(3))
        lines[name] = Option(float(taken.mean()), correlation(taken, rest), shares, float(rest[taken == 1].mean()) if taken.any() else None)
    return lines


def thirds(score: np.ndarray) -> np.ndarray:
    """0, 1 or 2: the third in which each score lies; equal scores lie together."""
    from scipy.stats import rankdata

    return ((rankdata(score) - 0.5) * 3 / max(len(score), 1)).astype(int).clip(0, 2)


def suspected(options: Mapping[str, Option], key: str, margin: float = 0.0) -> list[str]:
    """Distractors whose rest correlation beats the key's by more than ``margin``: then the key is probably wrong."""
    held = options[key].rest_r if key in options else None
    beats = [(name, line.rest_r) for name, line in options.items() if name != key and line.rest_r is not None]
    return [name for name, r in beats if r > (0.0 if held is None else held) + margin]


def flags_of(n: int, p: float, rest_r: float | None, options: Mapping[str, Option], key: str, suspect: bool) -> tuple[Flag, ...]:
    """The review flags of item-rules section 5 that follow from one table."""
    found = {
        Flag.KEY: suspect,
        Flag.WEAK: rest_r is not None and rest_r < WEAK,
        Flag.HARD: p < TOO_HARD,
        Flag.EASY: p > TOO_EASY,
        Flag.ABLE: not suspect and bool(abler(options, key)),
        Flag.UNCALIBRATED: n < FEW,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def abler(options: Mapping[str, Option], key: str) -> list[str]:
    """Distractors whose choosers are more able, in the mean, than those who chose the key."""
    held = options[key].rest_mean if key in options else None
    return [name for name, line in _distractors(options, key) if held is not None and line.rest_mean is not None and line.rest_mean > held]


def _distractors(options: Mapping[str, Option], key: str) -> Iterable[tuple[str, Option]]:
    return ((name, line) for name, line in options.items() if name != key)


def chance(p: float, places: int = 3) -> str:
    """A p-value in figures; no chance is ever quite nothing."""
    least = 10**-places
    return f"<{least:.{places}f}" if p < least / 2 else f"{p:.{places}f}"
