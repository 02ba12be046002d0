"""What wrong ideas people really hold: how often the options that stand for one are chosen (pure).

One answer to a question that offers the idea is one line: chosen or not, and how often somebody who guesses blindly
would choose it. The same official answers several such questions, so lines of one official count together: the interval
is Wilson's (1927) with as many independent answers as the spread between officials leaves (Korn & Graubard 1998).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import erfc, sqrt
from typing import NamedTuple

from lms.psychometrics.dif import LEVEL, benjamini_hochberg

SMALLEST = 5  # officials
Z95 = 1.959964
RARE = 0.02  # where blind guessing never hits it (a number): more than one in fifty is no slip


class Line(NamedTuple):
    """One answer to a question that offers the idea. ``wrong``: none or another wrong option than the key was chosen; ``among``: how often
    it would be this one if wrong options drew alike (0 where they can't be told apart so)."""

    official: int
    chosen: bool
    chance: float
    wrong: bool = False
    among: float = 0.0


class Finding(StrEnum):
    """How a share stands to blind guessing, and among wrong answers to wrong options that draw alike; false alarms kept at one in twenty."""

    HELD = "held"
    DRAWS = "draws"
    UNCLEAR = "unclear"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Belief:
    """An idea: ``share`` of ``answers`` of ``officials``, its 95 % interval, the share of blind guessing, p of no more than that.

    ``wrong``: the same of wrong answers only, against wrong options that draw alike; None of fewer than five officials.
    """

    officials: int
    answers: int
    share: float
    low: float
    high: float
    chance: float
    p: float
    wrong: Belief | None = None
    finding: Finding = Finding.UNCLEAR


def belief(lines: Iterable[Line]) -> Belief | None:
    """The idea as these answers show it; None of fewer than five officials."""
    lines = list(lines)
    found = _belief(lines)
    return found and replace(found, wrong=_belief([Line(line.official, line.chosen, line.among) for line in lines if line.wrong and line.among]))


def _belief(lines: Iterable[Line]) -> Belief | None:
    of: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        of[line.official].append(line)
    if len(of) < SMALLEST:
        return None
    answers = sum(map(len, of.values()))
    share = sum(line.chosen for mine in of.values() for line in mine) / answers
    chance = sum(line.chance for mine in of.values() for line in mine) / answers
    independent = _independent(list(of.values()), share, answers)
    low, high = wilson(share, independent)
    guess = max(chance, RARE)
    z = (share - guess) / sqrt(guess * (1 - guess) / independent) if guess < 1 else 0.0
    return Belief(len(of), answers, share, low, high, chance, erfc(z / sqrt(2)) / 2)


def _independent(of: Sequence[Sequence[Line]], share: float, answers: int) -> float:
    """How many independent answers say as much as these: at most all, at least one an official."""
    n = len(of)
    spread = sum((sum(line.chosen for line in mine) - share * len(mine)) ** 2 for mine in of)
    variance = n / (n - 1) * spread / answers**2
    return float(n) if variance == 0 else min(float(answers), max(float(n), share * (1 - share) / variance))


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share of ``n`` independent answers. Wilson (1927), JASA 22:209."""
    z2 = Z95 * Z95
    middle, half = share + z2 / (2 * n), Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))


def judge(beliefs: Sequence[Belief]) -> list[Belief]:
    """What is surely held, all ideas of the night looked at together; and what surely is not: its interval lies below blind guessing."""
    held = [q <= LEVEL for q in benjamini_hochberg([one.p for one in beliefs])]
    draws = [q <= LEVEL for q in benjamini_hochberg([one.wrong.p if one.wrong else 1.0 for one in beliefs])]
    return [replace(one, finding=_finding(one, *sure)) for one, *sure in zip(beliefs, held, draws, strict=True)]


def _finding(one: Belief, held: bool, draws: bool) -> Finding:
    if held and one.share > one.chance:
        return Finding.HELD
    if draws and one.wrong and one.wrong.share > one.wrong.chance:
        return Finding.DRAWS
    return Finding.REJECTED if one.high < max(one.chance, RARE) else Finding.UNCLEAR
