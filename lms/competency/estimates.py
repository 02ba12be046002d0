"""A pair's stored row: from facts to columns and from columns to what it adds to a cell."""

from __future__ import annotations

from itertools import starmap
from typing import Any

from lms.competency.enums import StateKind
from lms.competency.evidence import Facts
from lms.competency.proficiency import DEFAULT_TUNING, EvidenceItem, Proficiency, State, replay
from lms.competency.rollup import Contribution, decide, part
from lms.competency.states import Rules, Verdict
from lms.core import framework


def rules() -> Rules:
    """The rules in force."""
    return Rules.of(framework.read())


def constants_version() -> str:
    """Version of cuts, rules and constants, with which the version of every estimate begins."""
    return f"{framework.read().version}/{DEFAULT_TUNING.version}"


def model_version(facts: Facts) -> str:
    """Version of cuts and rules, of constants, and of the newest calibration of an item that was answered: stored with the estimate.

    It follows from the pair's facts alone, so a calibration changes it for those concerned and for nobody else.
    """
    newest = max((response.calibration for response in facts.responses), default=0)
    return f"{constants_version()}/{newest}"


def columns(facts: Facts, target: int, in_force: Rules) -> dict[str, Any] | None:
    """Columns of the row that the facts give; None without evidence."""
    known = replay(facts.responses, facts.completions, judgements=facts.judgements)
    if known.confirmed is None:
        return None
    state, expected = known.confirmed, known.expected
    return {
        "m_milli": state.m_milli,
        "v_micro": state.v_micro,
        "t_day": state.t_day,
        "n": state.n,
        "expected_m_milli": expected.m_milli,
        "expected_v_micro": expected.v_micro,
        "expected_t_day": expected.t_day,
        "evidence": [_stored(item) for item in known.evidence],
        **against(known, target, in_force),
        "model": model_version(facts),
    }


def _stored(item: EvidenceItem) -> list[Any]:
    """A quiz item as five values, a judgement as eight; what is left out is the default."""
    quiz = [item.item, item.day, item.apply, item.scenario, item.max_level]
    return quiz if item.judged is None else [*quiz, item.judged, item.assessors, item.panel]


def against(known: Proficiency, target: int, in_force: Rules) -> dict[str, Any]:
    """The columns that depend on the target."""
    decided = decide(known, target, in_force)
    return {"target_level": target, "state": str(decided.kind), "confirmed_until": decided.until}


def known(row: Any) -> Proficiency:
    """The proficiency that a row (or its columns) holds."""
    confirmed = State(row["m_milli"], row["v_micro"], row["t_day"], row["n"])
    expected = State(row["expected_m_milli"], row["expected_v_micro"], row["expected_t_day"], row["n"])
    return Proficiency(confirmed, expected, tuple(starmap(EvidenceItem, row["evidence"])))


def addition(row: Any, in_force: Rules) -> Contribution:
    """What a row adds to the cell of its target, as it was decided when it was written."""
    state = State(row["m_milli"], row["v_micro"], row["t_day"], row["n"])
    return part(state, row["target_level"], Verdict(StateKind(row["state"]), row["confirmed_until"]), in_force)
