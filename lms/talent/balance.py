"""Is it the line or the teaching? The difference between two groups split exactly into parts (pure).

Of all that the posts of a group ask for, the share that is met is a sum over competencies c of three factors:

    R = Σ w·C·P     w: share of c in what is asked;  C: coverage, those with evidence of those asked;  P: met of those with evidence

The difference between two groups is split by the symmetric rule for three factors (Kitagawa 1955, JASA 50:1168, for two;
Das Gupta 1993, US Census Bureau P23-186, for three): the part of w is

    Σ (w₁ - w₂)·((C₁P₁ + C₂P₂)/3 + (C₁P₂ + C₂P₁)/6)

and likewise for C and P. The parts add up to the difference exactly, whichever group comes first. Where one group has nobody
with evidence in c, its P is taken to be the other's: nothing is known of it, so it explains nothing.

Standard errors take coverage and proficiency as shares of a sample, p(1 - p)/n, independent of each other; every part is
linear in its own factor. They are a lower bound: the same people are counted in every competency, and estimates of persons have errors of
their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, sqrt
from typing import NamedTuple, Protocol

Z80 = 1.2816  # four chances in five, as everywhere


class Counted(Protocol):
    """A cell's counts of people."""

    n_required: int
    n_evidence: int
    met: int


class Sums(NamedTuple):
    """Counts of a group in one competency."""

    n_required: int
    n_evidence: int
    met: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the difference, as a share (0.1 = ten points), with its standard error."""

    value: float
    se: float

    @property
    def sure(self) -> bool:
        """Whether it exceeds its range of four chances in five."""
        return abs(self.value) > Z80 * self.se


@dataclass(frozen=True, slots=True)
class Split:
    """The difference of the shares met and its parts: ``asked`` + ``line`` + ``teaching`` = ``difference``."""

    difference: float
    asked: float
    line: Part
    teaching: Part

    @property
    def se(self) -> float:
        """Standard error of the whole difference."""
        return sqrt(self.line.se**2 + self.teaching.se**2)


class Points(NamedTuple):
    """A split in whole percentage points."""

    difference: int
    line: int
    teaching: int
    asked: int


def whole_points(found: Split) -> Points:
    """The split rounded so that its parts add up to the difference, as they do: the largest remainders are rounded up."""
    exact = [100 * found.line.value, 100 * found.teaching.value, 100 * found.asked]
    parts = [floor(part) for part in exact]
    difference = round(100 * found.difference)
    for place in sorted(range(3), key=lambda n: parts[n] - exact[n])[: difference - sum(parts)]:
        parts[place] += 1
    return Points(difference, *parts)


class Verdict(StrEnum):
    """What the split says in words."""

    NONE = "none"
    LINE = "line"
    TEACHING = "teaching"
    BOTH = "both"
    AGAINST = "against"
    ASKED = "asked"


Group = Mapping[str, Counted]
"""Counts by competency."""


class _Factors(NamedTuple):
    w: float
    c: float
    p: float
    n_required: int
    n_evidence: int


def split(one: Group, two: Group) -> Split:
    """The difference of ``one`` from ``two``. Raises ValueError where one of them is asked for nothing."""
    codes = sorted({*one, *two})
    first, second = _factors(one, two, codes), _factors(two, one, codes)
    asked = sum((a.w - b.w) * _mix(a.c, a.p, b.c, b.p) for a, b in zip(first, second, strict=True))
    line = _part([(a.c, b.c, _mix(a.w, a.p, b.w, b.p), a.n_required, b.n_required) for a, b in zip(first, second, strict=True)])
    teaching = _part([(a.p, b.p, _mix(a.w, a.c, b.w, b.c), a.n_evidence, b.n_evidence) for a, b in zip(first, second, strict=True)])
    return Split(rate(one) - rate(two), asked, line, teaching)


def rate(group: Group) -> float:
    """Share met of all that is asked for."""
    return sum(cell.met for cell in group.values()) / _asked(group)


def _asked(group: Group) -> int:
    asked = sum(cell.n_required for cell in group.values())
    if not asked:
        raise ValueError("a group of which nothing is asked has no share")
    return asked


def _factors(own: Group, other: Group, codes: Sequence[str]) -> list[_Factors]:
    asked = _asked(own)
    found = []
    for code in codes:
        cell, there = own.get(code), other.get(code)
        n, k = (cell.n_required, cell.n_evidence) if cell else (0, 0)
        c = k / n if cell and n else there.n_evidence / there.n_required if there and there.n_required else 0.0
        p = cell.met / k if cell and k else there.met / there.n_evidence if there and there.n_evidence else 0.0
        found.append(_Factors(n / asked, c, p, n, k))
    return found


def _mix(x1: float, y1: float, x2: float, y2: float) -> float:
    return (x1 * y1 + x2 * y2) / 3 + (x1 * y2 + x2 * y1) / 6


def _part(terms: Sequence[tuple[float, float, float, int, int]]) -> Part:
    """Terms as (share here, share there, weight, people here, people there)."""
    value = sum((a - b) * weight for a, b, weight, _, _ in terms)
    variance = sum(weight**2 * (_variance(a, n) + _variance(b, m)) for a, b, weight, n, m in terms)
    return Part(value, sqrt(variance))


def _variance(share: float, n: int) -> float:
    return share * (1 - share) / n if n else 0.0


def verdict(found: Split) -> Verdict:
    """What explains the difference; a part counts when it is sure, and leads when it is twice the other."""
    if abs(found.difference) <= Z80 * found.se:
        return Verdict.AGAINST if found.line.sure and found.teaching.sure and found.line.value * found.teaching.value < 0 else Verdict.NONE
    line, teaching = (part.value if part.sure else 0.0 for part in (found.line, found.teaching))
    if not line and not teaching:
        return Verdict.ASKED
    if line * teaching < 0:
        return Verdict.AGAINST
    if abs(line) >= 2 * abs(teaching):
        return Verdict.LINE
    return Verdict.TEACHING if abs(teaching) >= 2 * abs(line) else Verdict.BOTH


def together(groups: Sequence[Mapping[str, Counted]]) -> dict[str, Sums]:
    """Several groups as one."""
    found: dict[str, Sums] = {}
    for group in groups:
        for code, cell in group.items():
            before = found.get(code, Sums(0, 0, 0))
            found[code] = Sums(before.n_required + cell.n_required, before.n_evidence + cell.n_evidence, before.met + cell.met)
    return found
