"""What a person's competencies add up to, and what to do next: critical first, evidence before learning."""

from lms.competency.enums import ReasonCode, StateKind
from lms.competency.proficiency import State
from lms.competency.skills import Skill, Tally, by_urgency, estimate_on, next_competency, tally
from lms.competency.states import Reason, Standing


def skill(code: str, kind: StateKind, *reasons: Reason, critical: bool = False, target: int = 2) -> Skill:
    return Skill(code, target, critical, Standing(kind, reasons))


MET = skill("MET", StateKind.MET, critical=True)
CLOSE = skill("CLOSE", StateKind.UNCLEAR, Reason(ReasonCode.MORE_QUESTIONS, 2))
FAR = skill("FAR", StateKind.UNCLEAR, Reason(ReasonCode.MORE_QUESTIONS, 6))
PANEL = skill("PANEL", StateKind.UNCLEAR, Reason(ReasonCode.NEEDS_PANEL), target=5)
UNKNOWN = skill("UNKNOWN", StateKind.NO_EVIDENCE)
SHORT = skill("SHORT", StateKind.NOT_YET)
CRITICAL = skill("CRITICAL", StateKind.NOT_YET, critical=True)
ALL = [MET, SHORT, PANEL, UNKNOWN, FAR, CLOSE, CRITICAL]


def test_critical_first_then_evidence_with_the_fewest_missing_then_learning_and_panels_last():
    assert [s.competency for s in by_urgency(ALL)] == ["CRITICAL", "CLOSE", "FAR", "UNKNOWN", "SHORT", "PANEL", "MET"]


def test_the_next_is_the_first_for_which_there_is_something_to_do():
    assert next_competency(ALL, {"FAR", "SHORT"}) is FAR
    assert next_competency(ALL, {"MET"}) is None
    assert next_competency([], {"FAR"}) is None


def test_the_four_states_are_counted():
    assert tally(ALL) == Tally(total=7, met=1, unclear=3, not_yet=2, no_evidence=1)


def test_an_estimate_keeps_its_mean_and_loses_certainty():
    state = State(m_milli=800, v_micro=250_000, t_day=20_000, n=5)
    fresh, old = estimate_on(state, 20_000), estimate_on(state, 20_730)
    assert (fresh.mean, fresh.sd) == (0.8, 0.5)
    assert old.mean == 0.8 and 0.85 < old.sd < 0.87
    assert estimate_on(None, 20_000) is None
