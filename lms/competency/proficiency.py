"""Proficiency as a normal distribution that every counted answer moves (pure).

Model: Owen (1975), the closed-form Bayesian update of the normal-ogive model with guessing. Between answers the
estimate keeps its mean and its variance grows: evidence gets old, it does not turn into failure.

Units: logits inside one update; integers between updates (m in milli-logits, V in micro-logit², t in days since
1970-01-01 UTC). Both are rounded half to even after every fact, so a replay is identical to the bit anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from math import erfc, exp, pi, sqrt
from operator import attrgetter
from typing import NamedTuple

DAYS_PER_MONTH = 365.25 / 12
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
PRIOR_MICRO = 1_000_000
OGIVE = 1.702  # turns a logistic discrimination into a normal-ogive one
DENSITY = 1 / sqrt(2 * pi)  # of the normal distribution at 0
ROOT_HALF = sqrt(0.5)
FAR = 35.0  # erfc underflows near 37.5; nothing measurable lies beyond 35 standard deviations


@dataclass(frozen=True, slots=True)
class Tuning:
    """The constants of both tracks; `version` is stored with every estimate."""

    q_confirmed: float = 0.02  # logit² a month
    q_expected: float = 0.01
    completion_mean: float = 0.35  # gain of one completion, per competency that the course moves
    completion_variance: float = 0.05
    cool_down_days: int = 90
    judgement_variance: float = 0.1  # logit², of one assessor's judgement; shared by all of them
    version: str = "2"


DEFAULT_TUNING = Tuning()


@dataclass(frozen=True, slots=True)
class ItemParameters:
    """Discrimination a, difficulty b, guessing c and the variance of b, in logits."""

    a: float
    b: float
    c: float = 0.0
    vb: float = 0.0

    @classmethod
    def from_integers(cls, a_milli: int, b_milli: int, c_e4: int, vb_micro: int) -> ItemParameters:
        return cls(a_milli / 1000, b_milli / 1000, c_e4 / 10_000, vb_micro / 1_000_000)


class Response(NamedTuple):
    """One marked answer. `correct` is 0, 1 or None while a person still has to mark it.

    `fraction_milli` is given for short answers only; `ref` is the attempt's reference and empty for imports, whose
    ties are broken by item id. `max_level`: the highest target that this answer may help to prove. `calibration`: the one
    that gave the item its parameters, 0 for its author.
    """

    item: str
    parameters: ItemParameters
    at: datetime
    correct: int | None
    fraction_milli: int | None = None
    ref: str = ""
    position: int = 0
    apply: bool = False
    scenario: bool = False
    max_level: int = 3
    calibration: int = 0

    @property
    def day(self) -> int:
        return day_of(self.at)

    @property
    def order(self) -> tuple:
        return (self.at, 1, self.ref, self.position, self.item)

    @property
    def score(self) -> float:
        return self.correct if self.fraction_milli is None else self.fraction_milli / 1000


class Completion(NamedTuple):
    """A course that moves this competency was completed; it moves the expected track only.

    `gain`: (γ in milli-logits, its variance in micro-logit²) as expected when it happened; None: the prior of `Tuning`.
    """

    at: datetime
    gain: tuple[int, int] | None = None

    @property
    def day(self) -> int:
        return day_of(self.at)

    @property
    def order(self) -> tuple:
        return (self.at, 0, self.gain or ())  # at the same instant: learn first, answer then


@dataclass(frozen=True, slots=True)
class Judgement:
    """A settled work sample or panel: an observation of the proficiency itself, at the middle of the judged level.

    `level` is 0 to 5 and `value_milli` that middle (see `judged_value`); `criteria` is how many it rests on.
    """

    ref: str
    at: datetime
    level: int
    value_milli: int
    assessors: int
    criteria: int = 4
    panel: bool = False

    @property
    def day(self) -> int:
        return day_of(self.at)

    @property
    def order(self) -> tuple:
        return (self.at, 1, self.ref, 0, self.ref)


class State(NamedTuple):
    """One track: m in milli-logits, V in micro-logit² at day `t_day`, after `n` counted responses."""

    m_milli: int = 0
    v_micro: int = PRIOR_MICRO
    t_day: int = 0
    n: int = 0

    def variance_at(self, day: int, q_month: float) -> float:
        """V in logit² on `day`, grown since the last evidence and never beyond the prior's."""
        return aged(self.v_micro, day - self.t_day, q_month)


class EvidenceItem(NamedTuple):
    """A distinct counted item and the last day on which it was counted; or a judgement, which has a judged level."""

    item: str
    day: int
    apply: bool
    scenario: bool
    max_level: int
    judged: int | None = None
    assessors: int = 0
    panel: bool = False


@dataclass(frozen=True, slots=True)
class Proficiency:
    """Both tracks of a pair; a track is None while nothing moved it. `evidence` runs from old to new."""

    confirmed: State | None = None
    expected: State | None = None
    evidence: tuple[EvidenceItem, ...] = ()


class Outcome(Enum):
    """What a replay did with a fact."""

    COUNTED = "counted"
    AWAITING = "awaiting"  # a person has to mark it
    REPEATED = "repeated"  # the same item within the cool-down
    COMPLETED = "completed"
    JUDGED = "judged"


class Step(NamedTuple):
    """One line of "what moved it": the confirmed track around one fact (None before the first)."""

    fact: Response | Completion | Judgement
    outcome: Outcome
    before: State | None
    after: State | None
    expected_after: State | None


def day_of(moment: datetime) -> int:
    """Days since 1970-01-01 of a UTC moment."""
    return moment.toordinal() - EPOCH_ORDINAL


def owen(m: float, v: float, a: float, b: float, c: float, vb: float, right: bool) -> tuple[float, float]:
    """Posterior mean and variance after one right or wrong answer, not capped. Owen (1975), JASA 70:351."""
    k = OGIVE / a
    s2 = k * k + v + vb
    s = sqrt(s2)
    d = (m - b) / s
    if not -FAR < d < FAR:
        d = FAR if d > 0 else -FAR
    density = exp(-0.5 * d * d) * DENSITY
    if right:
        w = (1 - c) * density / (c + (1 - c) * (0.5 * erfc(-d * ROOT_HALF)))
        return m + v / s * w, v - v * v / s2 * (w * (w + d))
    w = density / (0.5 * erfc(d * ROOT_HALF))
    return m - v / s * w, v - v * v / s2 * (w * (w - d))


def owen_fraction(m: float, v: float, p: ItemParameters, f: float) -> tuple[float, float]:
    """A marked fraction: the mixture of a right and a wrong answer, by its first two moments."""
    m1, v1 = owen(m, v, p.a, p.b, p.c, p.vb, True)
    m0, v0 = owen(m, v, p.a, p.b, p.c, p.vb, False)
    return f * m1 + (1 - f) * m0, f * v1 + (1 - f) * v0 + f * (1 - f) * (m1 - m0) ** 2


def aged(v_micro: int, days: int, q_month: float) -> float:
    """V in logit² after `days` without evidence; time never runs backwards, V never exceeds the prior."""
    v = v_micro / 1_000_000
    if days > 0:
        v += q_month / DAYS_PER_MONTH * days
    return v if v < 1.0 else 1.0


def answered(state: State, p: ItemParameters, score: float, day: int, q_month: float) -> State:
    """The state after one counted response; `score` is 0, 1 or a fraction between."""
    m_milli, v_micro, t_day, n = state
    v = v_micro / 1_000_000 if day == t_day else aged(v_micro, day - t_day, q_month)
    if 0 < score < 1:
        m, v = owen_fraction(m_milli / 1000, v, p, score)
    else:
        m, v = owen(m_milli / 1000, v, p.a, p.b, p.c, p.vb, score == 1)
    kept = round(v * 1_000_000)  # as in `rounded_variance`; a call less in the innermost loop
    return State(round(m * 1000), kept if 1 <= kept <= PRIOR_MICRO else rounded_variance(v), day, n + 1)


def judged_value(level: int, cuts_milli: Sequence[int]) -> int:
    """Where a judged level is observed, in milli-logits: half a logit above its cut; below level 1, half a logit below that cut."""
    return cuts_milli[level - 1] + 500 if level else cuts_milli[0] - 500


def judged(state: State, fact: Judgement, q_month: float, variance: float) -> State:
    """The state after a judgement: the normal-normal update with an observation of `variance` / assessors (logit²)."""
    v = aged(state.v_micro, fact.day - state.t_day, q_month)
    noise = variance / fact.assessors
    m = (state.m_milli * noise + fact.value_milli * v) / (v + noise)
    return State(round(m), rounded_variance(v * noise / (v + noise)), fact.day, state.n + fact.criteria)


def completed(state: State, day: int, tuning: Tuning, gain: tuple[int, int] | None = None) -> State:
    """The expected track after one course completion: a likely gain, and less certainty."""
    mean, variance = (gain[0] / 1000, gain[1] / 1_000_000) if gain else (tuning.completion_mean, tuning.completion_variance)
    v = aged(state.v_micro, day - state.t_day, tuning.q_expected) + variance
    m = state.m_milli / 1000 + mean
    return State(round(m * 1000), rounded_variance(v), day, state.n)


def rounded_variance(v: float) -> int:
    """Micro-units, capped at the prior (a surprising right answer may raise V) and never zero."""
    return max(1, min(round(v * 1_000_000), PRIOR_MICRO))


@dataclass(slots=True)
class _CoolDown:
    """Remembers when each item last counted: a repeat within the window is memory, not proficiency.

    The window opens with the first response and repeats do not extend it. An answer that waits for its marker
    keeps its place: marking it later adds evidence and takes none away.
    """

    days: int
    opened: dict[str, int] = field(default_factory=dict)

    def outcome(self, response: Response, day: int) -> Outcome:
        """Whether the response of that day counts; it opens the window of its item if none is open."""
        if day - self.opened.get(response.item, _LONG_AGO) < self.days:
            return Outcome.REPEATED
        self.opened[response.item] = day
        return Outcome.AWAITING if response.correct is None else Outcome.COUNTED


_LONG_AGO = -(10**9)  # a day
_COUNTED, _JUDGED = Outcome.COUNTED, Outcome.JUDGED  # members of an enum are slow to look up, and this is the innermost loop
_NOTHING = State()


def steps(
    responses: Iterable[Response],
    completions: Iterable[Completion] = (),
    tuning: Tuning = DEFAULT_TUNING,
    judgements: Iterable[Judgement] = (),
) -> Iterator[Step]:
    """Replay a pair's facts in their one order (time, attempt reference, position; imports: item id)."""
    confirmed = expected = None
    window = _CoolDown(tuning.cool_down_days)
    for fact in sorted([*responses, *completions, *judgements], key=attrgetter("order")):
        before = confirmed
        outcome, confirmed, expected = _moved(fact, window, confirmed, expected, tuning)
        yield Step(fact, outcome, before, confirmed, expected)


def _moved(
    fact: Response | Completion | Judgement, window: _CoolDown, confirmed: State | None, expected: State | None, tuning: Tuning
) -> tuple[Outcome, State | None, State | None]:
    """What a replay does with the next fact, and both tracks after it."""
    day = fact.at.toordinal() - EPOCH_ORDINAL
    if type(fact) is Response:
        outcome = window.outcome(fact, day)
        if outcome is not _COUNTED:
            return outcome, confirmed, expected
        # within a day nothing ages: tracks that agreed before still agree, and an attempt is one day
        together = expected == confirmed and (confirmed is None or day == confirmed.t_day)
        score = fact.correct if fact.fraction_milli is None else fact.fraction_milli / 1000
        after = answered(confirmed or _NOTHING, fact.parameters, score, day, tuning.q_confirmed)
        return outcome, after, after if together else answered(expected or _NOTHING, fact.parameters, score, day, tuning.q_expected)
    if isinstance(fact, Judgement):
        confirmed = judged(confirmed or _NOTHING, fact, tuning.q_confirmed, tuning.judgement_variance)
        return Outcome.JUDGED, confirmed, judged(expected or _NOTHING, fact, tuning.q_expected, tuning.judgement_variance)
    return Outcome.COMPLETED, confirmed, completed(expected or _NOTHING, day, tuning, fact.gain)


def replay(
    responses: Iterable[Response],
    completions: Iterable[Completion] = (),
    *,
    judgements: Iterable[Judgement] = (),
    as_of_day: int | None = None,
    tuning: Tuning = DEFAULT_TUNING,
) -> Proficiency:
    """The estimate of one pair (official, competency) from all its facts, in whatever order they are given.

    Facts later than `as_of_day` are left out. Both tracks hold V at their last evidence; age them with
    `State.variance_at`.
    """
    facts = [*responses, *completions, *judgements]
    if as_of_day is not None:
        facts = [fact for fact in facts if fact.day <= as_of_day]
    facts.sort(key=attrgetter("order"))
    confirmed = expected = None
    window, counted = _CoolDown(tuning.cool_down_days), []
    for fact in facts:
        outcome, confirmed, expected = _moved(fact, window, confirmed, expected, tuning)
        if outcome is _COUNTED or outcome is _JUDGED:
            counted.append(fact)
    return Proficiency(confirmed, expected, evidence_of(counted)) if facts else Proficiency()


def evidence_of(counted: Sequence[Response | Judgement]) -> tuple[EvidenceItem, ...]:
    """Distinct items with the last day each counted, and judgements, old to new."""
    latest = {one.item: one for one in map(_evidence_item, counted)}
    return tuple(sorted(latest.values(), key=_AGE))


def _evidence_item(fact: Response | Judgement) -> EvidenceItem:
    if isinstance(fact, Judgement):
        return EvidenceItem(fact.ref, fact.day, True, False, fact.level, fact.level, fact.assessors, fact.panel)
    return EvidenceItem(fact.item, fact.at.toordinal() - EPOCH_ORDINAL, fact.apply, fact.scenario, fact.max_level)


_AGE = attrgetter("day", "item")
