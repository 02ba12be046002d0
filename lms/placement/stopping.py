"""When a competency, and when the whole placement, is done (pure).

A competency is decided by the rules that hold everywhere: met needs the evidence rule of its level, not yet four
counted answers. It is also closed where more questions say little (SE ≤ 0.45) or nothing is left to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import sqrt

from lms.competency.model_queries import MIN_RESPONSES, Z80, Rules, StateKind, probability_met, standing
from lms.placement.selection import LIMITS, Closed, Limits, Track

DECIDED = frozenset({Closed.MET, Closed.NOT_YET, Closed.BEYOND})


def judged(track: Track, rules: Rules, *, left: bool, limits: Limits = LIMITS) -> Track:
    """The track with its reason to be closed, if there is one. ``left``: whether a question for it is left."""
    return replace(track, closed=_closed(track, rules, left, limits))


def _closed(track: Track, rules: Rules, left: bool, limits: Limits) -> Closed | None:
    kind = standing(track.proficiency, track.target, rules, track.state.t_day).kind
    if kind is StateKind.MET:
        return Closed.MET
    if kind is StateKind.NOT_YET:
        return Closed.NOT_YET
    if not rules.evidence[track.target - 1].quiz and _as_far_as_questions_go(track, rules):
        return Closed.BEYOND
    if _precise(track, rules, limits):
        return Closed.PRECISE
    return None if left else Closed.EXHAUSTED


def _as_far_as_questions_go(track: Track, rules: Rules) -> bool:
    """Levels 4 and 5 are never proven by questions: a clear yes is all that these can give."""
    p = probability_met(track.state.m_milli, track.state.v_micro / 1_000_000, rules.cut(track.target))
    return track.state.n >= MIN_RESPONSES and p >= 0.8


def _precise(track: Track, rules: Rules, limits: Limits) -> bool:
    """So well known that more would say little: it lies too close to the target. Who is clear of it still gets what the rule lacks."""
    too_close = track.undecided(rules) < Z80
    return too_close and track.state.n >= MIN_RESPONSES and sqrt(track.state.v_micro) / 1000 <= limits.precise_sd


def finished(tracks: Iterable[Track], asked: int, limits: Limits = LIMITS) -> bool:
    """Whether nothing is left to ask, or the maximum length is reached."""
    return asked >= limits.maximum or all(track.closed is not None for track in tracks)


def decided(tracks: Sequence[Track]) -> int:
    """How many competencies are decided."""
    return sum(track.closed in DECIDED for track in tracks)


def most_left(tracks: Sequence[Track], asked: int, limits: Limits = LIMITS) -> int:
    """At most so many more questions."""
    return 0 if finished(tracks, asked, limits) else limits.maximum - asked
