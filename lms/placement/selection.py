"""Which question comes next in a placement (pure).

First the competency: one below the content minimum, else the one most undecided against its target. Then the question:
by information at what is known (m, V), among the five best at random, leaving out what too many people got of late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import erfc, exp, log, pi, sqrt
from statistics import fmean

from lms.assessments.forms_queries import Stream
from lms.competency.model_queries import (
    DEFAULT_TUNING,
    OGIVE,
    EvidenceItem,
    ItemParameters,
    Proficiency,
    ReasonCode,
    Rules,
    State,
    answered,
    missing,
    probability_met,
)

BEST = 5
EXPOSURE_CAP = 0.25
CONTENT_MINIMUM = 4  # the answers that "not yet" needs: the prior decides nothing unasked
FAR = 35.0  # as the update: floats end near 37 standard deviations


class Closed(StrEnum):
    """Why a competency is asked no further."""

    MET = "met"
    NOT_YET = "not_yet"
    BEYOND = "beyond"  # reached as far as questions can say; its level needs other evidence too
    PRECISE = "precise"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to answer. ``ref`` is what the asker knows it by; ``apply``: at apply or analyse."""

    ref: int
    code: str
    parameters: ItemParameters
    apply: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What is chosen as a whole: a single question, or a case with its parts."""

    code: str
    competency: str
    parts: tuple[Part, ...]
    is_set: bool = False

    @property
    def apply(self) -> bool:
        return all(part.apply for part in self.parts)


@dataclass(frozen=True, slots=True)
class Track:
    """One competency in a sitting: its target (1 to 5), what is known now, and how much was asked in this sitting.

    ``state.t_day`` is the day of the sitting: what was known before has been aged to it.
    """

    competency: str
    target: int
    state: State
    evidence: tuple[EvidenceItem, ...] = ()
    critical: bool = False
    asked: int = 0
    closed: Closed | None = None

    def undecided(self, rules: Rules) -> float:
        """Distance of the estimate from the target in standard deviations: the smaller, the less decided."""
        return abs(self.state.m_milli - rules.cut(self.target)) / sqrt(self.state.v_micro)

    @property
    def proficiency(self) -> Proficiency:
        """As the rules on states read it."""
        return Proficiency(self.state if self.state.n else None, None, self.evidence)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sitting may not pass."""

    maximum: int = 55
    content_minimum: int = CONTENT_MINIMUM
    precise_sd: float = 0.45
    best: int = BEST
    exposure_cap: float = EXPOSURE_CAP


LIMITS = Limits()


def information(m: float, v: float, p: ItemParameters) -> float:
    """What one answer is expected to tell at N(m, v), per logit².

    The answer moves the mean by V/s·w; the variance of that move is what V is expected to lose: V²·I with
    I = ((1−c)φ(d))² / (s²·P·Q), s² = (1.702/a)² + V + Vb, d = (m − b)/s. At V = Vb = 0 this is Fisher's information
    of the normal ogive with guessing.
    """
    k = OGIVE / p.a
    s2 = k * k + v + p.vb
    d = (m - p.b) / sqrt(s2)
    d = max(-FAR, min(FAR, d))
    wrong = (1 - p.c) * 0.5 * erfc(d * sqrt(0.5))
    slope = (1 - p.c) * exp(-0.5 * d * d) / sqrt(2 * pi)
    return slope * slope / (s2 * wrong * (1 - wrong)) if 0 < wrong < 1 else 0.0


def worth(piece: Piece, state: State) -> float:
    """Mean information of a piece's parts, so that a long case is not preferred for its length."""
    m, v = state.m_milli / 1000, state.v_micro / 1_000_000
    return fmean(information(m, v, part.parameters) for part in piece.parts)


def in_turn(tracks: Iterable[Track], rules: Rules, limits: Limits = LIMITS) -> list[Track]:
    """The open competencies in the order of asking: below the content minimum first, then the most undecided; critical ones win ties."""
    return sorted((track for track in tracks if track.closed is None), key=lambda track: _turn(track, rules, limits))


def _turn(track: Track, rules: Rules, limits: Limits) -> tuple:
    """Who was begun is brought to the minimum before another is begun: so a sitting that ends early leaves whole results."""
    enough = track.asked >= limits.content_minimum
    return enough, 0 if enough else -track.asked, track.undecided(rules), not track.critical, track.competency


def suitable(track: Track, pieces: Iterable[Piece], rules: Rules) -> list[Piece]:
    """The pieces that serve the competency now: what its evidence rule still lacks, else any single question, else a case.

    A case is asked as a whole, and once the target's rule wants one and reaching the target is as likely as not.
    """
    pieces = list(pieces)
    lacking = {reason.code for reason in missing(rules.evidence[track.target - 1], track.evidence)}
    sets, singles = ([piece for piece in pieces if piece.is_set is whole] for whole in (True, False))
    if ReasonCode.NEEDS_SCENARIO in lacking and sets and _within_reach(track, rules):
        return sets
    if ReasonCode.MORE_APPLIED in lacking and (applied := [piece for piece in singles if piece.apply]):
        return applied
    return singles or sets


def _within_reach(track: Track, rules: Rules) -> bool:
    return track.asked > 0 and probability_met(track.state.m_milli, track.state.v_micro / 1_000_000, rules.cut(track.target)) >= 0.5


Bank = Mapping[str, Sequence[Piece]]
"""What may still be asked, by competency."""


@dataclass(frozen=True, slots=True)
class Chance:
    """What a choice depends on besides the people: the stream of chance, what is overused, and how many questions still fit."""

    stream: Stream
    overused: Collection[str] = ()
    room: int = LIMITS.maximum


def choose(tracks: Iterable[Track], bank: Bank, chance: Chance, rules: Rules, limits: Limits = LIMITS) -> Piece | None:
    """The next piece for the tracks that are open; None when nothing is left to ask.

    Exposure: a piece that more than a quarter of recent sittings asked is passed over, and so is a competency with no
    other, unless nothing else is left at all.
    """
    turns = in_turn(tracks, rules, limits)
    for passed_over in (chance.overused, ()):
        for track in turns:
            fitting = (piece for piece in bank.get(track.competency, ()) if piece.code not in passed_over and len(piece.parts) <= chance.room)
            if offers := suitable(track, fitting, rules):
                ranked = sorted(offers, key=lambda piece: (-worth(piece, track.state), piece.code))[: limits.best]
                return ranked[chance.stream.below(len(ranked))]
    return None


def answer(track: Track, part: Part, score: float, *, in_set: bool, day: int) -> Track:
    """The track after one marked answer; whether it is closed is for ``stopping.judged`` to say."""
    state = answered(track.state, part.parameters, score, day, DEFAULT_TUNING.q_confirmed)
    counted = EvidenceItem(part.code, day, part.apply, in_set, 3)
    kept = tuple(item for item in track.evidence if item.item != part.code)
    return replace(track, state=state, evidence=(*kept, counted), asked=track.asked + 1)


def overused(asked: Mapping[str, int], sittings: int, cap: float = EXPOSURE_CAP) -> frozenset[str]:
    """Codes of pieces that more than ``cap`` of recent sittings asked; ``asked`` counts sittings by code."""
    return frozenset(code for code, count in asked.items() if count > cap * sittings)


def shrunken(discriminations: Sequence[tuple[float, float]]) -> list[float]:
    """Discriminations (a, standard error of log a) drawn to their bank's mean by their reliability.

    Choosing the best of many noisy estimates chooses their errors as well: intervals then lie. log a becomes
    mean + r·(log a − mean), r = 1 − SE²/variance of the estimates (Kelley's regressed estimate), never below 0.
    """
    logs = [log(a) for a, _ in discriminations]
    mean = fmean(logs)
    spread = fmean((one - mean) ** 2 for one in logs)
    noise = fmean(se * se for _, se in discriminations)
    true = max(0.0, spread - noise)
    return [exp(mean + (true / (true + se * se) if true else 0.0) * (one - mean)) if se else a for one, (a, se) in zip(logs, discriminations, strict=True)]
