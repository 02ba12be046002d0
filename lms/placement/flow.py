"""A sitting is a list of immutable steps; this file says what may follow what, and what they add up to (pure).

An answer can't be changed once it is given: the next question was chosen by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from lms.competency.model_queries import EvidenceItem, Rules, State
from lms.placement import selection, stopping
from lms.placement.enums import StepKind
from lms.placement.selection import Chance, Limits, Part, Piece, Track


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. ``answer`` None in an answered step: the person said not to know."""

    kind: StepKind
    at: datetime
    place: int | None = None
    revision_id: int | None = None
    answer: Any = None
    token: str = ""


class Verdict(StrEnum):
    """What the server says to an answer that somebody sends."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"  # the same answer sent again: acknowledged as before, nothing written
    TOO_LATE = "too_late"  # this question was answered before, or the sitting has ended


def judge(steps: Sequence[Step], place: int, answer: Any) -> Verdict:
    """Whether ``answer`` to question ``place`` may follow ``steps``."""
    given = next((step for step in steps if step.kind is StepKind.ANSWERED and step.place == place), None)
    if given is not None:
        return Verdict.REPEATED if given.answer == answer else Verdict.TOO_LATE
    open_one = current(steps)
    return Verdict.ACCEPTED if open_one is not None and open_one.place == place else Verdict.TOO_LATE


def current(steps: Sequence[Step]) -> Step | None:
    """The question that waits for its answer; None when the sitting has ended."""
    return steps[-1] if steps and steps[-1].kind is StepKind.ASKED else None


def answered(steps: Iterable[Step]) -> list[Step]:
    """The answers in order."""
    return [step for step in steps if step.kind is StepKind.ANSWERED]


@dataclass(frozen=True, slots=True)
class Progress:
    """How a sitting stands. ``left``: pieces not asked yet; ``rest``: parts of the begun case still to be asked."""

    tracks: Mapping[str, Track]
    left: Mapping[str, tuple[Piece, ...]]
    rest: tuple[Part, ...]
    asked: int
    limits: Limits

    @property
    def finished(self) -> bool:
        return not self.rest and stopping.finished(self.tracks.values(), self.asked, self.limits)

    @property
    def decided(self) -> int:
        return stopping.decided(list(self.tracks.values()))

    @property
    def most_left(self) -> int:
        return stopping.most_left(list(self.tracks.values()), self.asked, self.limits)


def progress(start: Iterable[Track], bank: selection.Bank, scores: Sequence[tuple[int, float]], rules: Rules, limits: Limits) -> Progress:
    """Replay the answers (part, score from 0 to 1) over what was known at the start."""
    tracks = {track.competency: track for track in start}
    places = {part.ref: (piece, part) for pieces in bank.values() for piece in pieces for part in piece.parts}
    known = [(*places[ref], score) for ref, score in scores if ref in places]
    for piece, part, score in known:
        track = tracks[piece.competency]
        tracks[piece.competency] = selection.answer(track, part, score, in_set=piece.is_set, day=track.state.t_day)
    done = {part.ref for _, part, _ in known}
    left = {code: tuple(piece for piece in pieces if not any(part.ref in done for part in piece.parts)) for code, pieces in bank.items()}
    rest = tuple(part for part in known[-1][0].parts if part.ref not in done) if known else ()
    judged = {code: stopping.judged(track, rules, left=bool(left.get(code)), limits=limits) for code, track in tracks.items()}
    return Progress(judged, left, rest, len(scores), limits)


def next_part(stands: Progress, chance: Chance, rules: Rules) -> Part | None:
    """What is asked next: the rest of a begun case first; None when the sitting is over."""
    if stands.rest:
        return stands.rest[0]
    if stands.finished:
        return None
    piece = selection.choose(stands.tracks.values(), stands.left, replace(chance, room=stands.limits.maximum - stands.asked), rules, stands.limits)
    return piece.parts[0] if piece else None


def to_data(track: Track) -> dict[str, Any]:
    """A track at the start of a sitting as plain data."""
    state = track.state
    evidence = [list(item) for item in track.evidence]
    numbers = {"m": state.m_milli, "v": state.v_micro, "day": state.t_day, "n": state.n}
    return {"competency": track.competency, "target": track.target, "critical": track.critical, "evidence": evidence} | numbers


def from_data(data: Mapping[str, Any]) -> Track:
    """The track that ``to_data`` wrote."""
    state = State(data["m"], data["v"], data["day"], data["n"])
    return Track(data["competency"], data["target"], state, tuple(EvidenceItem(*item) for item in data["evidence"]), data["critical"])
