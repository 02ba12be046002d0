"""Whether somebody meets both strands, technology and governance, by the framework's rule (pure).

The rule is ``composite`` in ``assessments/framework.yaml``: attainment a = min(level / target, 1) for each measured competency
that the post needs; a strand's score is the mean of its a; met = both scores at least 0.8, at least three competencies at level 3
or above in each strand, and at least three quarters of each strand's targets measured. No strand makes up for the other.

A level counts when it is *met* (four chances in five and the evidence rule). What is not decided is never held against
anybody: "not yet" is said only if even the most favourable reading of what is open would not meet the rule.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

SCORE = Fraction(4, 5)
STRONG_LEVEL = 3
STRONG = 3
COVERAGE = Fraction(3, 4)
STRANDS = ("T", "G")
WHOLE = 60


class Level(Protocol):
    """What is proven in a competency; see ``competency.level_queries``."""

    level: int
    possible: int
    measured: bool


class Verdict(enum.StrEnum):
    """What may be said; the codes are those of the states that look the same."""

    MET = "met"
    OPEN = "unclear"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Strand:
    """One strand of a person: ``score`` of what is measured, ``at_most`` if all that is open turned out well.

    ``strong``: competencies at level 3 or above, whether or not the post needs them; ``strong_at_most`` likewise with what is open.
    """

    code: str
    targets: int
    measured: int
    score: Fraction
    at_most: Fraction
    strong: int
    strong_at_most: int

    @property
    def coverage(self) -> Fraction:
        return Fraction(self.measured, self.targets) if self.targets else Fraction(0)

    @property
    def covered(self) -> bool:
        """Whether enough is measured to say anything."""
        return self.targets > 0 and self.measured * COVERAGE.denominator >= self.targets * COVERAGE.numerator

    @property
    def meets(self) -> bool:
        return self.covered and self.score >= SCORE and self.strong >= STRONG

    @property
    def could(self) -> bool:
        """Whether what is open could still make it met."""
        return self.at_most >= SCORE and self.strong_at_most >= STRONG


@dataclass(frozen=True, slots=True)
class Standing:
    """Both strands of a person."""

    technology: Strand
    governance: Strand

    @property
    def strands(self) -> tuple[Strand, Strand]:
        return (self.technology, self.governance)

    @property
    def covered(self) -> bool:
        return all(strand.covered for strand in self.strands)

    @property
    def verdict(self) -> Verdict:
        if self.covered and all(strand.meets for strand in self.strands):
            return Verdict.MET
        if self.covered and not all(strand.could for strand in self.strands):
            return Verdict.NOT_YET
        return Verdict.OPEN

    @property
    def index(self) -> Fraction | None:
        """2TG/(T+G), 0 when both are 0; None below the coverage that allows a number."""
        if not self.covered:
            return None
        t, g = self.technology.score, self.governance.score
        return 2 * t * g / (t + g) if t + g else Fraction(0)

    @property
    def index_milli(self) -> int | None:
        return None if self.index is None else round(self.index * 1000)


def standing(targets: Mapping[str, int], levels: Mapping[str, Level], strands: Mapping[str, str]) -> Standing:
    """``targets``: levels the person's post needs, by competency; ``levels``: what is proven; ``strands``: T or G by competency."""
    return Standing(*(_strand(code, targets, levels, [c for c, s in strands.items() if s == code]) for code in STRANDS))


def _strand(code: str, targets: Mapping[str, int], levels: Mapping[str, Level], members: Iterable[str]) -> Strand:
    members = list(members)
    needed = [c for c in members if targets.get(c, 0) > 0]
    measured = [c for c in needed if c in levels and levels[c].measured]
    best = [_attained(levels[c].possible, targets[c]) if c in measured else WHOLE for c in needed]
    return Strand(
        code=code,
        targets=len(needed),
        measured=len(measured),
        score=_mean([_attained(levels[c].level, targets[c]) for c in measured]),
        at_most=_mean(best),
        strong=sum(c in levels and levels[c].level >= STRONG_LEVEL for c in members),
        strong_at_most=sum(c not in levels or not levels[c].measured or levels[c].possible >= STRONG_LEVEL for c in members),
    )


def _attained(level: int, target: int) -> int:
    """How much of a target is reached, in sixtieths: whole for each of the five levels."""
    return WHOLE * min(level, target) // target


def _mean(parts: list[int]) -> Fraction:
    return Fraction(sum(parts), WHOLE * len(parts)) if parts else Fraction(0)
