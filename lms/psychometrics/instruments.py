"""How a question works on drawn forms: everybody saw another form, so ability is m estimated without the question (pure).

Totals of drawn forms can't be compared; there is no alpha and no item-total here. Numbers about fewer than five officials
are not made at all, and groups are compared only with five or more in each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING

from lms.psychometrics.classical import FEW, TOO_EASY, TOO_HARD, WEAK, Flag, Option, correlation, thirds
from lms.psychometrics.dif import LOGITS, Comparison, mantel_haenszel
from lms.psychometrics.tables import group_pairs

if TYPE_CHECKING:
    import numpy as np

SMALLEST = 5  # officials
ENOUGH_REST = 2  # other answers that an ability needs before anything is correlated with it
SURE = 1.645  # of a normal distribution: one false alarm in twenty


@dataclass(frozen=True, slots=True)
class PartAnswers:
    """Answers to one question. ``options``: every option's key (none for kinds without); ``chosen`` None: not known, as in imports."""

    code: str
    options: tuple[str, ...]
    key: tuple[str, ...]
    chosen: Sequence[frozenset[str] | None]
    score: np.ndarray
    m: np.ndarray
    n_rest: np.ndarray


@dataclass(frozen=True, slots=True)
class UnitAnswers:
    """Answers to a question or a whole set, one line an official; ``groups``: by grouping, each official's group."""

    score: np.ndarray
    m: np.ndarray
    n_rest: np.ndarray
    groups: Mapping[str, Sequence[str]]
    parts: Sequence[PartAnswers]


@dataclass(frozen=True, slots=True)
class PartLine:
    """One question's options (those of a set are looked at one by one)."""

    code: str
    n: int
    p: float | None
    rest_r: float | None
    options: Mapping[str, Option]
    key: tuple[str, ...]
    suspects: tuple[str, ...] = ()
    able: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Two groups compared at equal m; ``p_reference`` and ``p_focal`` are plain shares right."""

    grouping: str
    reference: str
    focal: str
    p_reference: float
    p_focal: float
    result: Comparison


@dataclass(slots=True)
class Line:
    """A question's or a set's figures; None where too few officials answered."""

    n: int
    p: float | None = None
    rest_r: float | None = None
    parts: list[PartLine] = field(default_factory=list)
    groups: list[GroupLine] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


def line(unit: UnitAnswers) -> Line:
    """The figures of one question or set."""
    found = Line(len(unit.score))
    if found.n < SMALLEST:
        found.flags = [Flag.UNCALIBRATED]
        return found
    known = unit.n_rest >= ENOUGH_REST
    found.p = float(unit.score.mean())
    found.rest_r = correlation(unit.score[known], unit.m[known]) if known.sum() >= SMALLEST else None
    found.parts = [part_line(part) for part in unit.parts]
    found.groups = compared(unit)
    found.flags = _flags(found)
    return found


def joined(own: Line, *others: Line) -> Line:
    """A set's figures, of its parts in its own competency, with its parts in others, which are measured there."""
    parts = sorted((part for one in (own, *others) for part in one.parts), key=lambda part: part.code)
    flags = [flag for flag in Flag if any(flag in one.flags for one in (own, *others)) and (flag is not Flag.UNCALIBRATED or flag in own.flags)]
    return replace(own, parts=parts, flags=flags if others else own.flags)


def part_line(part: PartAnswers) -> PartLine:
    """A question's options by third of m, and the distractors that should be looked at."""
    import numpy as np  # lazily: the web process never comes here

    n = len(part.score)
    if n < SMALLEST:
        return PartLine(part.code, n, None, None, {}, part.key)
    known = part.n_rest >= ENOUGH_REST
    rest_r = correlation(part.score[known], part.m[known]) if known.sum() >= SMALLEST else None
    told = np.array([chosen is not None for chosen in part.chosen]) & known
    options = _options(part, told) if told.sum() >= SMALLEST else {}
    many = int(told.sum())
    checks = (_suspects, _abler, _idle) if many >= FEW else ()
    found = [tuple(check(options, part, many)) for check in checks] or [(), (), ()]
    return PartLine(part.code, n, float(part.score.mean()), rest_r, options, part.key, *found)


def _options(part: PartAnswers, told: np.ndarray) -> dict[str, Option]:
    import numpy as np

    chosen = [part.chosen[i] for i in np.flatnonzero(told)]
    m = part.m[told]
    third = thirds(m)
    # an answer that nearly nobody wrote (numbers) would be somebody's
    common = [name for name in {name for names in chosen for name in names} if sum(name in names for names in chosen) >= SMALLEST]
    return {name: _option(np.array([name in names for names in chosen], float), m, third) for name in part.options or sorted({*part.key, *common})}


def _option(taken: np.ndarray, m: np.ndarray, third: np.ndarray) -> Option:
    shares = tuple(float(taken[third == part].mean()) if (third == part).sum() >= SMALLEST else None for part in range(3))
    return Option(float(taken.mean()), correlation(taken, m), shares, float(m[taken == 1].mean()) if taken.any() else None)


def _suspects(options: Mapping[str, Option], part: PartAnswers, n: int) -> list[str]:
    """Distractors that go with ability, clearly more than the weakest right option does."""
    held = min((options[name].rest_r or 0.0 for name in part.key if name in options), default=0.0)
    return [name for name, one in options.items() if name not in part.key and (one.rest_r or 0.0) > max(held, 0.0) + SURE / sqrt(n)]


def _abler(options: Mapping[str, Option], part: PartAnswers, n: int) -> list[str]:
    """Distractors whose choosers are clearly more able than those who chose the key."""
    key = [options[name].rest_mean for name in part.key if name in options and options[name].rest_mean is not None]
    found = []
    for name, one in options.items():
        takers = one.share * n
        if key and name not in part.key and one.rest_mean is not None and takers >= SMALLEST and one.rest_mean > max(key) + SURE / sqrt(takers):
            found.append(name)
    return found


def _idle(options: Mapping[str, Option], part: PartAnswers, n: int) -> list[str]:
    return [name for name in part.options if name not in part.key and options[name].share == 0]


def compared(unit: UnitAnswers) -> list[GroupLine]:
    """Each grouping's largest group against each other one, in strata of equal m; not yet adjusted for how many comparisons are made."""
    import numpy as np

    right = (unit.score >= 0.5).astype(int)  # of a set: half of it or more
    found = []
    for grouping, names in unit.groups.items():
        group = np.asarray(names, dtype=object)
        sizes = {name: int(((group == name) & (unit.n_rest >= ENOUGH_REST)).sum()) for name in set(names) if name}
        for reference, focal in group_pairs([name for name in names if sizes.get(name, 0) >= SMALLEST]):
            here = ((group == reference) | (group == focal)) & (unit.n_rest >= ENOUGH_REST)
            result = mantel_haenszel(right[here], strata(unit.m[here]), group[here] == focal)
            shares = (float(unit.score[group == name].mean()) for name in (reference, focal))
            found.append(GroupLine(grouping, reference, focal, *shares, result))
    return found


def strata(m: np.ndarray) -> np.ndarray:
    """Three to ten layers of about equal size, by ability."""
    from scipy.stats import rankdata

    layers = min(10, max(3, len(m) // 30))
    return ((rankdata(m) - 0.5) * layers / max(len(m), 1)).astype(int)


def _flags(found: Line) -> list[Flag]:
    if found.n < FEW:
        return [Flag.UNCALIBRATED]
    holds = {
        Flag.KEY: any(part.suspects for part in found.parts),
        Flag.ABLE: any(part.able and not part.suspects for part in found.parts),
        Flag.WEAK: found.rest_r is not None and found.rest_r < WEAK,
        Flag.HARD: found.p < TOO_HARD,
        Flag.EASY: found.p > TOO_EASY,
        Flag.IDLE: any(part.idle for part in found.parts),
    }
    return [flag for flag, yes in holds.items() if yes]


def group_flags(groups: Sequence[GroupLine]) -> list[Flag]:
    """What comparisons, adjusted by now, ask for."""
    language = any(one.grouping == "language" and one.result.adjusted <= 0.05 and abs(one.result.logits or 0) > LOGITS for one in groups)
    other = any(one.grouping != "language" and one.result.found for one in groups)
    return [flag for flag, yes in ((Flag.LANGUAGES, language), (Flag.DIF, other)) if yes]


def typical_seconds(spent: Sequence[tuple[int, float]]) -> int | None:
    """The median of (official, seconds); None for fewer than five officials."""
    return round(median(seconds for _, seconds in spent)) if len({official for official, _ in spent}) >= SMALLEST else None
