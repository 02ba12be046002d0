"""The level that a pair has proven, whatever the target: level by level as a target would be decided (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from lms.competency.enums import StateKind
from lms.competency.proficiency import Proficiency
from lms.competency.states import MIN_RESPONSES, Rules, verdict

HIGHEST = 5


@dataclass(frozen=True, slots=True)
class Proven:
    """What is certain of one competency on a day.

    ``level``: the highest level that is met (0: none), ``possible``: the highest that is not ruled out. ``measured``: an
    assessment was completed: four counted answers or a judgement inside the validity. Without that, nothing is certain.
    """

    level: int = 0
    possible: int = HIGHEST
    measured: bool = False
    until: int | None = None
    """The last day on which all of this holds without new evidence; None: whatever the day."""


NOTHING_PROVEN = Proven()


def proven(known: Proficiency, rules: Rules, today: int) -> Proven:
    """The levels met and not ruled out on ``today``, each decided as if it were the target."""
    state = known.confirmed
    if state is None:
        return NOTHING_PROVEN
    level = possible = 0
    days = []
    for n in range(HIGHEST, 0, -1):  # from the top: below the highest that is met nothing more is asked
        decided = verdict(known, n, rules)
        holds = decided.until is not None and decided.until >= today
        if holds:
            days.append(decided.until)
        if not (holds and decided.kind is StateKind.NOT_YET):
            possible = possible or n
        if holds and decided.kind is StateKind.MET:
            level = n
            break
    enough = state.n >= MIN_RESPONSES or any(item.judged is not None for item in known.evidence)
    valid = state.t_day + rules.validity_days
    if enough and valid >= today:
        days.append(valid)
    return Proven(level, possible, enough and valid >= today, min(days, default=None))
