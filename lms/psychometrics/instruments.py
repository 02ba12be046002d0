"""How a question works on drawn forms: everybody saw another form, so ability is m estimated without the question (pure).

Totals of drawn forms can't be compared; there is no alpha and no item-total here. Numbers about fewer than five officials
are not made at all, and groups are compared only with five or more in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING

from lms.psychometrics.classical import FEW, TOO_EASY, TOO_HARD, WEAK, Flag, Option, correlation, thirds
from lms.psychometrics.dif import LOGITS, Comparison, benjamini_hochberg, mantel_haenszel
from lms.psychometrics.doubts import LEVEL, SILENT, Against, below_guessing, more_able, tells_less, wrong_key
from lms.psychometrics.tables import group_pairs
from lms.psychometrics.two_languages import Languages, compare, most_apart

if TYPE_CHECKING:
    import numpy as np

SMALLEST = 5  # officials
ENOUGH_REST = 2  # other answers that an ability needs before anything is correlated with it


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
    language: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class UnitAnswers:
    """Answers to a question or a whole set, one line an official; ``groups``: by grouping, each official's group.

    ``m``, ``v``: ability without the question, from ``n_rest`` other answers; ``c``: the chance of guessing it.
    """

    score: np.ndarray
    m: np.ndarray
    v: np.ndarray
    n_rest: np.ndarray
    c: float
    groups: Mapping[str, Sequence[str]]
    parts: Sequence[PartAnswers]


@dataclass(frozen=True, slots=True)
class PartLine:
    """One question's options (those of a set are looked at one by one). ``against``: p-values of each distractor, not yet adjusted."""

    code: str
    n: int
    p: float | None
    rest_r: float | None
    options: Mapping[str, Option]
    key: tuple[str, ...]
    against: Mapping[str, Against] = field(default_factory=dict)
    suspects: tuple[str, ...] = ()
    able: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    languages: Languages | None = None


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
    """A question's or a set's figures; None where too few officials answered. ``tells_less``: a p-value, not yet adjusted."""

    n: int
    p: float | None = None
    rest_r: float | None = None
    tells_less: float = 1.0
    parts: list[PartLine] = field(default_factory=list)
    groups: list[GroupLine] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


def line(unit: UnitAnswers) -> Line:
    """The figures of one question or set; what to doubt in them is found by :func:`judge`, over all questions at once."""
    found = Line(len(unit.score))
    if found.n < SMALLEST:
        return found
    known = unit.n_rest >= ENOUGH_REST
    score, m = unit.score[known], unit.m[known]
    found.p = float(unit.score.mean())
    found.rest_r = correlation(score, m) if known.sum() >= SMALLEST else None
    if found.rest_r is not None and known.sum() >= FEW:
        found.tells_less = tells_less(score, m, unit.v[known], unit.c)
    found.parts = [part_line(part) for part in unit.parts]
    found.groups = compared(unit)
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
    enough = told.sum() >= FEW
    against = _against(part, told, options) if enough else {}
    idle = tuple(name for name in _distractors(part, options) if options[name].share == 0) if told.sum() >= SILENT else ()
    return PartLine(part.code, n, float(part.score.mean()), rest_r, options, part.key, against, idle=idle, languages=_languages(part, told))


def _languages(part: PartAnswers, told: np.ndarray) -> Languages | None:
    """Both languages of those whose options are shown; None where too few are known by their language."""
    import numpy as np

    here = np.flatnonzero(told) if part.language and part.options else []
    return compare([part.language[i] for i in here], part.score[here], [part.chosen[i] for i in here], part.options, part.key) if len(here) else None


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


def _distractors(part: PartAnswers, options: Mapping[str, Option]) -> list[str]:
    return [name for name in options if name not in part.key]


def _against(part: PartAnswers, told: np.ndarray, options: Mapping[str, Option]) -> dict[str, Against]:
    """What each distractor with enough choosers says against the key."""
    import numpy as np

    chosen, m = [part.chosen[i] for i in np.flatnonzero(told)], part.m[told]
    takers = {name: np.array([name in names for names in chosen]) for name in options}
    key_r = min((options[name].rest_r or 0.0 for name in part.key if name in options), default=0.0)
    single = len(part.key) == 1 and part.key[0] in takers and part.options
    guessing = below_guessing(int(takers[part.key[0]].sum()), len(chosen), len(part.options)) if single else 1.0
    keepers = max((m[takers[name]] for name in part.key if name in takers and takers[name].any()), key=np.mean, default=np.zeros(0))
    return {
        name: Against(wrong_key(options[name].rest_r or 0.0, key_r, len(chosen), guessing), more_able(m[takers[name]], keepers))
        for name in _distractors(part, options)
        if takers[name].sum() >= SMALLEST
    }


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
    import numpy as np

    layers = min(10, max(3, len(m) // 30))
    _, place, equal = np.unique(m, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(equal) - (equal - 1) / 2)[place]  # equal ones share the mean of their ranks
    return ((ranks - 0.5) * layers / max(len(m), 1)).astype(int)


def judge(lines: Iterable[Line]) -> None:
    """Find what to doubt in all questions at once: each kind of doubt adjusted for all that were looked at."""
    lines = list(lines)
    tests = [(part, name) for line in lines for part in line.parts for name in part.against]
    surely = {kind: _surely([getattr(part.against[name], kind) for part, name in tests]) for kind in ("key", "able")}
    found = {kind: {(id(part), name) for (part, name), sure in zip(tests, yes, strict=True) if sure} for kind, yes in surely.items()}
    looked_at = [line for line in lines if line.n >= FEW]
    weak = {id(line) for line, sure in zip(looked_at, _surely([line.tells_less for line in looked_at]), strict=True) if sure}
    for line in lines:
        line.parts = [_judged(part, found) for part in line.parts]
    _judge_languages(looked_at)
    for line in lines:
        line.flags = _flags(line, id(line) in weak)


def _judge_languages(lines: Sequence[Line]) -> None:
    """Whether wrong options draw otherwise in one language, all questions looked at together."""
    places = [(line, i) for line in lines for i, part in enumerate(line.parts) if part.languages and part.languages.tested]
    for (line, i), q in zip(places, benjamini_hochberg([line.parts[i].languages.chance for line, i in places]), strict=True):
        part = line.parts[i]
        apart = most_apart(part.languages.told, part.key) if q <= LEVEL else ""
        line.parts[i] = replace(part, languages=replace(part.languages, adjusted=q, apart=apart))


def _surely(p: Sequence[float]) -> list[bool]:
    return [one <= LEVEL for one in benjamini_hochberg(p)]


def _judged(part: PartLine, found: Mapping[str, set[tuple[int, str]]]) -> PartLine:
    suspects, able = (tuple(name for name in part.against if (id(part), name) in found[kind]) for kind in ("key", "able"))
    return replace(part, suspects=suspects, able=able)


def _flags(found: Line, tells_less: bool) -> list[Flag]:
    if found.n < FEW:
        return [Flag.UNCALIBRATED]
    doubted = any(part.suspects for part in found.parts)
    holds = {
        Flag.KEY: doubted,
        Flag.ABLE: any(part.able and not part.suspects for part in found.parts),
        Flag.WEAK: tells_less and found.rest_r is not None and found.rest_r < WEAK,
        Flag.OPTIONS: any(part.languages and part.languages.apart for part in found.parts),
        Flag.HARD: found.p < TOO_HARD and not doubted,  # by a wrong key every question is hard
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
