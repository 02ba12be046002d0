"""Simulated people take the placement, and a fixed form beside it, so that both can be held against the truth (pure).

The sitting is the real one: the same choice, the same update, the same stopping. Only the answers are invented: a
three-parameter logistic with each item's *true* numbers, which the platform does not know.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log, sqrt
from typing import Any

from lms.assessments.forms_queries import Stream
from lms.competency.model_queries import PRIOR_MICRO, Z80, ItemParameters, Rules, State
from lms.placement import selection, stopping
from lms.placement.selection import LIMITS, Closed, Limits, Part, Piece, Track

DAY = 20_000
RECENT = 200  # sittings over which exposure is counted
FORMS = 20  # fixed forms drawn, so that the comparison is not one lucky draw
FIXED_LENGTH = 60


@dataclass(frozen=True, slots=True)
class World:
    """Targets by competency, the pieces that may be asked, and the true numbers of their parts by code."""

    name: str
    targets: Mapping[str, int]
    pieces: Mapping[str, tuple[Piece, ...]]
    truth: Mapping[str, ItemParameters]

    @property
    def items(self) -> int:
        return sum(len(piece.parts) for pieces in self.pieces.values() for piece in pieces)


@dataclass(slots=True)
class Outcome:
    """One pair after a test: the truth, the estimate and what may be said. ``n``: questions asked about it."""

    competency: str
    theta: float
    mean: float
    sd: float
    cut: float
    n: int
    closed: Closed | None = None

    @property
    def right(self) -> bool:
        """Whether the likelier side of the target is the true one."""
        return (self.mean >= self.cut) == (self.theta >= self.cut)

    @property
    def said(self) -> bool:
        """Whether the estimate is clear of the target (four chances in five)."""
        return abs(self.mean - self.cut) >= Z80 * self.sd

    @property
    def covered(self) -> bool:
        """Whether the 80 % interval holds the truth."""
        return abs(self.theta - self.mean) <= 1.2815515655446004 * self.sd


@dataclass(slots=True)
class Taken:
    """What a test gave over all people: outcomes, lengths, and in how many sittings each piece was asked."""

    people: int
    outcomes: list[Outcome] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)


def people(seed: int, count: int, codes: Sequence[str]) -> Iterator[tuple[random.Random, dict[str, float]]]:
    """Each person's own source of chance and true proficiency in each competency, from the model's prior N(0, 1)."""
    for number in range(count):
        rng = random.Random(f"{seed}/person/{number}")  # noqa: S311 - figures to be repeated, no secret
        yield rng, {code: rng.gauss(0, 1) for code in codes}


def answers_right(rng: random.Random, theta: float, p: ItemParameters) -> bool:
    """A three-parameter logistic answer."""
    return rng.random() < p.c + (1 - p.c) / (1 + exp(-p.a * (theta - p.b)))


def adaptive(world: World, rules: Rules, *, count: int, seed: int = 1, limits: Limits = LIMITS) -> Taken:
    """``count`` people take the placement one after another, as exposure counts grow."""
    taken, recent, counts = Taken(count), deque(), Counter()
    for number, (rng, thetas) in enumerate(people(seed, count, tuple(world.targets))):
        overused = selection.overused(counts, len(recent), limits.exposure_cap)
        sitting = _Sitting(world, rules, limits, overused)
        sitting.run(f"{seed}/{number}", lambda part, code, rng=rng, thetas=thetas: answers_right(rng, thetas[code], world.truth[part.code]))
        used = sitting.asked
        recent.append(used)
        counts.update(used)
        if len(recent) > RECENT:
            counts.subtract(recent.popleft())
        taken.asked.update(used)
        taken.lengths.append(sitting.length)
        taken.outcomes += [_outcome(track, thetas[track.competency], rules) for track in sitting.tracks.values()]
    return taken


class _Sitting:
    """One simulated sitting, from nothing known to its end."""

    def __init__(self, world: World, rules: Rules, limits: Limits, overused: frozenset[str]) -> None:
        self.world, self.rules, self.limits, self.overused = world, rules, limits, overused
        self.left = {code: list(world.pieces.get(code, ())) for code in world.targets}
        self.tracks = {code: self._judged(Track(code, target, State(t_day=DAY))) for code, target in world.targets.items()}
        self.asked: list[str] = []
        self.length = 0

    def _judged(self, track: Track) -> Track:
        return stopping.judged(track, self.rules, left=bool(self.left[track.competency]), limits=self.limits)

    def run(self, seed: str, answer: Callable[[Part, str], bool]) -> None:
        while not stopping.finished(self.tracks.values(), self.length, self.limits):
            chance = selection.Chance(Stream(f"placement/{seed}/{self.length}"), self.overused, self.limits.maximum - self.length)
            piece = selection.choose(self.tracks.values(), self.left, chance, self.rules, self.limits)
            if piece is None:
                return
            track = self.tracks[piece.competency]
            self.left[track.competency].remove(piece)
            self.asked.append(piece.code)
            for part in piece.parts:
                track = selection.answer(track, part, float(answer(part, track.competency)), in_set=piece.is_set, day=DAY)
                self.length += 1
            self.tracks[track.competency] = self._judged(track)


def fixed(world: World, rules: Rules, *, count: int, seed: int = 1, length: int = FIXED_LENGTH) -> Taken:
    """The same people take a form of ``length`` single questions, as many of each competency; the form changes FORMS times."""
    taken = Taken(count)
    forms = [_form(world, f"{seed}/{number}", length) for number in range(FORMS)]
    for number, (rng, thetas) in enumerate(people(seed, count, tuple(world.targets))):
        form = forms[number % FORMS]
        tracks = {code: Track(code, target, State(t_day=DAY)) for code, target in world.targets.items()}
        for piece in form:
            part, code = piece.parts[0], piece.competency
            tracks[code] = selection.answer(tracks[code], part, float(answers_right(rng, thetas[code], world.truth[part.code])), in_set=False, day=DAY)
        taken.asked.update(piece.code for piece in form)
        taken.lengths.append(len(form))
        done = {code: stopping.judged(track, rules, left=False) for code, track in tracks.items()}
        taken.outcomes += [_outcome(track, thetas[code], rules) for code, track in done.items()]
    return taken


def _form(world: World, seed: str, length: int) -> list[Piece]:
    each, more = divmod(length, len(world.targets))
    form = []
    for place, code in enumerate(sorted(world.targets)):
        singles = [piece for piece in world.pieces.get(code, ()) if not piece.is_set]
        form += Stream(f"form/{seed}/{code}").shuffled(singles)[: each + (place < more)]
    return form


def _outcome(track: Track, theta: float, rules: Rules) -> Outcome:
    mean, sd = track.state.m_milli / 1000, sqrt(track.state.v_micro / PRIOR_MICRO)
    return Outcome(track.competency, theta, mean, sd, rules.cut(track.target) / 1000, track.asked, track.closed)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a generated bank looks.

    ``targets``: levels dealt out in turn. True log a is normal about log ``a_mean``; b lies about the target's cut. Both
    are known with noise. ``c``: guessing by kind of item, dealt out in turn.
    """

    competencies: int = 12
    items: int = 300
    targets: tuple[int, ...] = (1, 2, 3)
    a_mean: float = 1.2
    a_spread: float = 0.3
    a_noise: float = 0.25
    b_spread: float = 1.0
    b_noise: float = 0.3
    c: tuple[float, ...] = (0.25, 0.25, 0.03, 0.25, 0.0)

    def with_(self, **changes: Any) -> Shape:
        """The shape with some of it changed."""
        return replace(self, **changes)


BANK = Shape()
"""Kinds as in the project's own banks (three fifths single choice or two-tier, a fifth multiple choice, a fifth without guessing)."""


def generated(shape: Shape, rules: Rules, *, seed: int = 1, shrink: bool = True) -> World:
    """A bank whose true discriminations spread (log-normal) and are known with noise; difficulties lie about the target."""
    rng = random.Random(f"{seed}/bank")  # noqa: S311 - figures to be repeated, no secret
    codes = [f"K{number:02d}" for number in range(1, shape.competencies + 1)]
    targets = {code: shape.targets[place % len(shape.targets)] for place, code in enumerate(codes)}
    drawn = [_drawn(rng, shape, rules, codes[number % len(codes)], targets, number) for number in range(shape.items)]
    estimates = [(a, shape.a_noise) for _, _, a, _ in drawn]
    kept = selection.shrunken(estimates) if shrink and shape.a_noise else [a for a, _ in estimates]
    pieces: dict[str, list[Piece]] = {code: [] for code in codes}
    truth = {}
    for (code, true, _, b), a in zip(drawn, kept, strict=True):
        name = f"{code}-{len(pieces[code]) + 1:02d}"
        truth[name] = true
        part = Part(len(truth), name, ItemParameters(a, b, true.c, shape.b_noise**2), apply=len(pieces[code]) % 2 == 0)
        pieces[code].append(Piece(name, code, (part,)))
    return World("generated", targets, {code: tuple(rows) for code, rows in pieces.items()}, truth)


def _drawn(rng: random.Random, shape: Shape, rules: Rules, code: str, targets: Mapping[str, int], number: int) -> tuple[str, ItemParameters, float, float]:
    cut = rules.cut(targets[code]) / 1000
    a, b = exp(rng.gauss(log(shape.a_mean), shape.a_spread)), rng.gauss(cut, shape.b_spread)
    known_a, known_b = a * exp(rng.gauss(0, shape.a_noise)), b + rng.gauss(0, shape.b_noise)
    return code, ItemParameters(a, b, shape.c[number // len(targets) % len(shape.c)]), known_a, known_b


def as_true(world: World, seed: int = 1) -> World:
    """The world with true difficulties drawn from what is known of them: an author's guess has the variance Vb."""
    rng = random.Random(f"{seed}/truth")  # noqa: S311 - figures to be repeated, no secret
    parts = [part for pieces in world.pieces.values() for piece in pieces for part in piece.parts]
    truth = {part.code: replace(part.parameters, b=rng.gauss(part.parameters.b, sqrt(part.parameters.vb)), vb=0.0) for part in parts}
    return replace(world, truth=truth)
