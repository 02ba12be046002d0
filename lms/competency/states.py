"""What may be said about a pair against a target, why not more, and until which day (pure).

Four states. The estimate alone never decides: *met* also needs the evidence rule of its level, *not yet* needs four
counted responses, so that the prior cannot speak. A state is decided on the day of the last evidence; from then on
time can only end it (it *lapses* to unclear), never raise it. Days are days since 1970-01-01 UTC.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, floor, sqrt

from lms.competency.enums import ReasonCode, StateKind
from lms.competency.proficiency import DAYS_PER_MONTH, DEFAULT_TUNING, PRIOR_MICRO, EvidenceItem, Proficiency
from lms.core.framework import EvidenceRule, Framework

Z80 = 0.8416212335729143  # the normal distribution's 0.8 quantile
MIN_RESPONSES = 4  # "not yet" needs that many


@dataclass(frozen=True, slots=True)
class Reason:
    code: ReasonCode
    count: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The lasting part: decided at the last evidence. `until` is the last day on which met or not yet holds."""

    kind: StateKind
    until: int | None = None


UNDECIDED = Verdict(StateKind.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Standing:
    """A verdict as it reads on one day. `lapsed_on` is the first day on which it no longer held."""

    kind: StateKind
    reasons: tuple[Reason, ...] = ()
    until: int | None = None
    lapsed_on: int | None = None
    p_met: float | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a verdict needs besides the estimate: cuts and evidence rules by level, validity and ageing."""

    cuts_milli: tuple[int, ...]
    evidence: tuple[EvidenceRule, ...]
    validity_days: int
    q_month: float = DEFAULT_TUNING.q_confirmed

    @classmethod
    def of(cls, framework: Framework) -> Rules:
        days = floor(framework.validity_months * DAYS_PER_MONTH)
        return cls(framework.cuts_milli, tuple(sorted(framework.rules, key=lambda rule: rule.level)), days)

    def cut(self, target: int) -> int:
        """Where level `target` (1 to 5) begins, in milli-logits."""
        return self.cuts_milli[target - 1]


def level(m_milli: int, cuts_milli: Sequence[int]) -> int:
    """The highest level whose cut is reached; 0 below the first. Without evidence there is no level: don't ask."""
    return bisect_right(cuts_milli, m_milli)


def display(m_milli: int) -> int:
    """The number shown to people: 500 + 100 m."""
    return round(500 + m_milli / 10)


def probability_met(m_milli: int, variance: float, cut_milli: int) -> float:
    """P(proficiency >= cut) for a normal with mean m and `variance` in logit²."""
    return 0.5 * erfc((cut_milli - m_milli) / 1000 / sqrt(2 * variance))


def missing(rule: EvidenceRule, items: Sequence[EvidenceItem]) -> tuple[Reason, ...]:
    """What the evidence rule of a level still asks for, given the distinct items inside the validity.

    A judgement of the level or above satisfies the rule alone, where the framework accepts its kind.
    """
    if any(item.judged is not None and _satisfies(rule, item) for item in items):
        return ()
    if not rule.quiz:
        return (Reason(ReasonCode.NEEDS_WORK_SAMPLE if rule.work_sample else ReasonCode.NEEDS_PANEL),)
    items = [item for item in items if item.judged is None and item.max_level >= rule.level]
    reasons = []
    if len(items) < rule.min_items:
        reasons.append(Reason(ReasonCode.MORE_QUESTIONS, rule.min_items - len(items)))
    if rule.half_applied and (lacking := _applied_lacking(rule, items)):
        reasons.append(Reason(ReasonCode.MORE_APPLIED, lacking))
    if rule.needs_scenario and not any(item.scenario for item in items):
        reasons.append(Reason(ReasonCode.NEEDS_SCENARIO))
    return tuple(reasons)


def _satisfies(rule: EvidenceRule, item: EvidenceItem) -> bool:
    accepted = item.panel or rule.work_sample
    return item.judged is not None and item.judged >= rule.level and accepted and item.assessors >= rule.min_assessors


def _applied_lacking(rule: EvidenceRule, items: Sequence[EvidenceItem]) -> int:
    """Questions at apply or above still needed so that they are half of all (of `min_items` while there are fewer)."""
    applied = sum(item.apply for item in items)
    others = len(items) - applied
    return max(0, max(others, -(-rule.min_items // 2)) - applied)


def ageing_until(m_milli: int, v_micro: int, t_day: int, cut_milli: int, q_month: float) -> int | None:
    """Last day on which P stays beyond 0.8 (above the cut) or 0.2 (below it); None when time alone never ends it.

    MEASUREMENT rule: t + ((m-k)²/z² - V)/q. A squared milli-logit is a micro-logit².
    """
    allowed = (m_milli - cut_milli) ** 2 / Z80**2
    if allowed >= PRIOR_MICRO:
        return None
    return t_day + floor((allowed - v_micro) / (q_month * 1_000_000 / DAYS_PER_MONTH))


def _decided(m_milli: int, v_micro: int, cut_milli: int) -> bool:
    """Whether the estimate lies at least 0.8416 standard deviations from the cut, on either side."""
    return (m_milli - cut_milli) ** 2 / Z80**2 >= v_micro


def verdict(proficiency: Proficiency, target: int, rules: Rules) -> Verdict:
    """The state on the day of the last evidence, and the last day on which it holds. `target` is 1 to 5."""
    state = proficiency.confirmed
    if state is None:
        return Verdict(StateKind.NO_EVIDENCE)
    cut = rules.cut(target)
    if not _decided(state.m_milli, state.v_micro, cut):
        return UNDECIDED
    until = state.t_day + rules.validity_days
    ageing = ageing_until(state.m_milli, state.v_micro, state.t_day, cut, rules.q_month)
    until = until if ageing is None else min(until, ageing)
    if state.m_milli < cut:
        return Verdict(StateKind.NOT_YET, until) if state.n >= MIN_RESPONSES else UNDECIDED
    proven = _proven_until(rules.evidence[target - 1], proficiency.evidence, state.t_day, rules.validity_days)
    return UNDECIDED if proven is None else Verdict(StateKind.MET, min(until, proven))


def _proven_until(rule: EvidenceRule, evidence: Sequence[EvidenceItem], t_day: int, validity: int) -> int | None:
    """Last day on which the evidence rule holds without a break from `t_day`; None when it does not hold then."""
    items = [item for item in evidence if item.day + validity >= t_day]
    until = None
    while items and not missing(rule, items):
        until = items[0].day + validity
        items = [item for item in items if item.day + validity > until]
    return until


def standing(proficiency: Proficiency, target: int, rules: Rules, today: int) -> Standing:
    """How the pair stands on `today`, with its reasons when that is unclear."""
    decided = verdict(proficiency, target, rules)
    state = proficiency.confirmed
    if state is None:
        return Standing(decided.kind)
    p = probability_met(state.m_milli, state.variance_at(today, rules.q_month), rules.cut(target))
    if decided.until is None:
        return Standing(StateKind.UNCLEAR, _reasons(proficiency, target, rules, today), p_met=p)
    if today <= decided.until:
        return Standing(decided.kind, (), decided.until, None, p)
    old = Reason(ReasonCode.EVIDENCE_OLD)
    return Standing(StateKind.UNCLEAR, (old,), decided.until, decided.until + 1, p)


def _reasons(proficiency: Proficiency, target: int, rules: Rules, today: int) -> tuple[Reason, ...]:
    """Why a pair that was never decided is unclear; never empty."""
    state, cut = proficiency.confirmed, rules.cut(target)
    if today > state.t_day + rules.validity_days:
        return (Reason(ReasonCode.EVIDENCE_OLD),)
    decided = _decided(state.m_milli, state.v_micro, cut)
    if decided and state.m_milli < cut:
        return (Reason(ReasonCode.MORE_QUESTIONS, MIN_RESPONSES - state.n),)
    valid = [item for item in proficiency.evidence if item.day + rules.validity_days >= today]
    lacking = missing(rules.evidence[target - 1], valid)
    return lacking if decided and lacking else (Reason(ReasonCode.TOO_CLOSE), *lacking)
