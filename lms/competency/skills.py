"""A person's competencies against their post: how each stands today, what they add up to, what to do next (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt

from lms.competency.enums import ReasonCode, StateKind
from lms.competency.proficiency import DEFAULT_TUNING, State
from lms.competency.states import Standing


@dataclass(frozen=True, slots=True)
class Skill:
    """One competency of a person's post. ``target`` is 1 to 5; both tracks are None while nothing moved them."""

    competency: str
    target: int
    critical: bool
    standing: Standing
    confirmed: State | None = None
    expected: State | None = None

    @property
    def kind(self) -> StateKind:
        return self.standing.kind

    @property
    def undecided(self) -> bool:
        """Whether more evidence, and not more learning, is what is missing."""
        return self.kind in (StateKind.UNCLEAR, StateKind.NO_EVIDENCE)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean and standard deviation on a day, in logits."""

    mean: float
    sd: float


def estimate_on(state: State | None, today: int, q_month: float = DEFAULT_TUNING.q_confirmed) -> Estimate | None:
    """The state's estimate with its variance grown until ``today``; None without evidence."""
    if state is None:
        return None
    return Estimate(state.m_milli / 1000, sqrt(state.variance_at(today, q_month)))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of the post's competencies are in each state."""

    total: int
    met: int
    unclear: int
    not_yet: int
    no_evidence: int


def tally(skills: Sequence[Skill]) -> Tally:
    """Counts of the four states."""
    kinds = Counter(skill.kind for skill in skills)
    return Tally(len(skills), *(kinds[k] for k in (StateKind.MET, StateKind.UNCLEAR, StateKind.NOT_YET, StateKind.NO_EVIDENCE)))


_EVIDENCE_FIRST = {StateKind.UNCLEAR: 0, StateKind.NO_EVIDENCE: 1, StateKind.NOT_YET: 2, StateKind.MET: 3}
_NO_QUIZ = {ReasonCode.NEEDS_WORK_SAMPLE, ReasonCode.NEEDS_PANEL}


def by_urgency(skills: Sequence[Skill]) -> list[Skill]:
    """The order in which to spend time: critical ones first; evidence before learning; the fewest missing answers first.

    What a quiz can't decide (a work sample, a panel) comes after everything that it can. Met ones come last.
    """
    return sorted(skills, key=_urgency)


def _urgency(skill: Skill) -> tuple:
    met = skill.kind is StateKind.MET
    beyond_quizzes = any(reason.code in _NO_QUIZ for reason in skill.standing.reasons)
    missing = sum(reason.count for reason in skill.standing.reasons)
    return (met, not skill.critical, beyond_quizzes, _EVIDENCE_FIRST[skill.kind], missing, -skill.target, skill.competency)


def next_competency(skills: Sequence[Skill], offered: Collection[str]) -> Skill | None:
    """The first skill by urgency that is not met and for which there is something to do; None when there is none."""
    return next((skill for skill in by_urgency(skills) if skill.kind is not StateKind.MET and skill.competency in offered), None)
