"""One question in its two languages: what is right and what is chosen, side by side, and whether wrong options draw alike (pure).

How hard a question is in either language is compared at equal ability elsewhere (``dif``). Here those who answered
wrong are compared: which wrong option they chose. That hardly depends on how able they are, so a difference points at
the wording of an option (differential distractor functioning; Green, Crone & Folk 1989).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LANGUAGES = ("zh-Hans", "en")
SMALLEST = 5  # officials
EXPECTED = 5  # least expected choosers of an option in a language, below which χ² is not to be trusted


@dataclass(frozen=True, slots=True)
class Told:
    """Those who answered in one language: how many, share right, share of each option."""

    n: int
    p: float
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Languages:
    """Both languages of a question. ``chance``: p of wrong options that draw alike, 1 where that can't be tested; ``adjusted``
    for all questions looked at; ``apart``: the wrong option in which they differ most, where that is no chance."""

    told: Mapping[str, Told]
    chance: float = 1.0
    tested: bool = False
    adjusted: float = 1.0
    apart: str = ""


def compare(language: Sequence[str], score: np.ndarray, chosen: Sequence[frozenset[str]], options: Sequence[str], key: Sequence[str]) -> Languages | None:
    """Both languages of one question, answers given in any other way left out; one line an official.

    None where a language, or what subtraction leaves beside the two, has fewer than five officials.
    """
    import numpy as np  # lazily: the web process never comes here

    spoken = np.asarray(language, dtype=object)
    here = {name: np.flatnonzero(spoken == name) for name in LANGUAGES}
    beside = len(spoken) - sum(len(lines) for lines in here.values())
    if min(len(lines) for lines in here.values()) < SMALLEST or 0 < beside < SMALLEST:
        return None
    told = {name: _told(lines, score, chosen, options) for name, lines in here.items()}
    single = len(key) == 1 and all(len(names) <= 1 for names in chosen)
    wrong = [name for name in options if name not in key] if single else []
    counts = np.array([[sum(name in chosen[i] for i in lines) for name in wrong] for lines in here.values()], float)
    chance = alike(counts) if len(wrong) > 1 else None
    return Languages(told, 1.0 if chance is None else chance, chance is not None)


def _told(lines: np.ndarray, score: np.ndarray, chosen: Sequence[frozenset[str]], options: Sequence[str]) -> Told:
    return Told(len(lines), float(score[lines].mean()), {name: sum(name in chosen[i] for i in lines) / len(lines) for name in options})


def alike(counts: np.ndarray) -> float | None:
    """p of one distribution behind both rows of choosers: Pearson's χ². None where too few chose to tell.

    Options that would not be expected five times in either row are taken together.
    """
    from scipy.stats import chi2_contingency

    counts = _together(counts[:, counts.sum(axis=0) > 0])
    if counts is None or counts.shape[1] < 2 or counts.sum(axis=1).min() == 0:
        return None
    result = chi2_contingency(counts, correction=False)
    return float(result.pvalue) if result.expected_freq.min() >= EXPECTED else None


def _together(counts: np.ndarray) -> np.ndarray | None:
    import numpy as np

    if counts.sum() == 0:
        return None
    expected = counts.sum(axis=0) * counts.sum(axis=1).min() / counts.sum()
    rare = expected < EXPECTED
    return np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)]) if rare.any() else counts


def most_apart(told: Mapping[str, Told], key: Sequence[str]) -> str:
    """The wrong option whose share among wrong answers differs most between the languages."""
    zh, en = (told[name] for name in LANGUAGES)
    names = [name for name in zh.shares if name not in key]
    wrong = [max(sum(one.shares[name] for name in names), 1e-9) for one in (zh, en)]
    return max(names, key=lambda name: abs(zh.shares[name] / wrong[0] - en.shares[name] / wrong[1]), default="")
