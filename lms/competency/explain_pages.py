"""The page that takes one estimate apart, put together: working, decision, versions, what other rules would say. No reading, no deciding who may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from flask_babel import gettext, ngettext

from lms.competency import estimates, explaining, rivals, wording
from lms.competency.evidence import Facts
from lms.competency.explaining import Working
from lms.competency.proficiency import DEFAULT_TUNING, Outcome, Response, Step
from lms.competency.skill_queries import Moved, Source
from lms.competency.skills import Skill
from lms.competency.states import MIN_RESPONSES, display, probability_met
from lms.core import framework
from lms.core.i18n import pick

MOST_LINES = 100


def page(skill: Skill, moved: Sequence[Moved], sources: Mapping[tuple, Source], today: int) -> dict[str, Any]:
    """All parts for the template. ``sources`` by (attempt reference, position, item)."""
    found = [(one, explaining.working(one.step)) for one in moved]
    lines = [(one, step) for one, step in found if step]
    return {
        "lines": [_line(one, step, sources) for one, step in reversed(lines[-MOST_LINES:])],
        "left_out": max(0, len(lines) - MOST_LINES),
        "last": _in_full(lines[-1][1]) if lines else None,
        "checked": _checked([step for _, step in lines]),
        "decision": _decision(skill, today),
        "rule": _rule(skill),
        "versions": _versions([one.step.fact for one in moved if isinstance(one.step.fact, Response)]),
        "rivals": _rivals([one.step for one in moved]),
    }


def _line(one: Moved, step: Working, sources: Mapping[tuple, Source]) -> dict[str, Any]:
    answer = step.response
    source = sources.get((answer.ref, answer.position, answer.item))
    return {
        "day": wording.full_date(answer.at),
        "what": pick(one.what),
        "item": gettext("%(item)s, version %(version)d", item=answer.item, version=source.version) if source else answer.item,
        "answer": _answer(answer),
        "parameters": _parameters(answer),
        "from": gettext("calibration %(n)d", n=answer.calibration) if answer.calibration else gettext("as its author set it"),
        "days": step.days,
        "v": _three(step.v_aged),
        "d": _three(step.d),
        "chance": f"{step.expected:.0%}",
        "after": f"{_three(step.after.m_milli / 1000)} / {_three(step.after.v_micro / 1e6)}",
    }


def _parameters(answer: Response) -> str:
    p = answer.parameters
    return f"a {p.a:.2f}, b {p.b:.2f}, c {p.c:.2f}, Vb {p.vb:.2f}".replace("-", "−")


def _answer(answer: Response) -> str:
    if 0 < answer.score < 1:
        return f"{answer.score:.0%}"
    return gettext("right") if answer.score == 1 else gettext("wrong")


def _three(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _signed(value: float) -> str:
    """A number behind a sign: in brackets where it is negative."""
    return f"({_three(value)})" if value < 0 else _three(value)


def _variance(step: Working) -> str:
    """What the answer leaves of V."""
    if step.response.score not in (0, 1):
        return f"V = f·V₁ + (1−f)·V₀ + f·(1−f)·(m₁−m₀)² = {_three(step.after.v_micro / 1e6)}"
    w, v, s = _signed(step.w), _three(step.v_aged), _three(step.s)
    return f"V = min(1; {v} − ({v}/{s})²·{w}·({_three(step.w)} + {_signed(step.d)})) = {_three(explaining.left(step))}"


def _in_full(step: Working) -> list[str]:
    """The newest answer with its numbers put into the formulas."""
    p, answer = step.response.parameters, step.response
    weight = "φ(d)·(1−c)/(c+(1−c)·Φ(d))" if answer.score == 1 else "−φ(d)/Φ(−d)" if answer.score == 0 else "f·w₁−(1−f)·w₀"
    gain = explaining.moved(step)
    return [
        f"V = min(1; {_three(step.v)} + {DEFAULT_TUNING.q_confirmed:g}·{step.days}/30.44) = {_three(step.v_aged)}",
        f"s = √((1.702/{p.a:.3f})² + {_three(step.v_aged)} + {p.vb:.3f}) = {_three(step.s)}",
        f"d = ({_three(step.m)} − {_signed(p.b)})/{_three(step.s)} = {_three(step.d)}",
        f"w = {weight} = {_three(step.w)}",
        f"m = {_three(step.m)} + {_three(step.v_aged)}/{_three(step.s)}·({_three(step.w)}) = {_three(step.m + gain)} → {display(step.after.m_milli)}",
        _variance(step),
    ]


def _checked(steps: Sequence[Working]) -> str:
    """How many right answers were to be expected beside how many came."""
    if not steps:
        return ""
    right = sum(step.response.score for step in steps)
    words = {"n": len(steps), "right": f"{right:g}", "expected": f"{explaining.expected_right(list(steps)):.1f}"}
    return gettext("Right answers: %(right)s of %(n)d; the estimate of each moment let one expect %(expected)s.", **words)


def _decision(skill: Skill, today: int) -> dict[str, Any] | None:
    """P(at or above the cut) with its numbers, today."""
    if skill.confirmed is None:
        return None
    cut = estimates.rules().cut(skill.target)
    variance = skill.confirmed.variance_at(today, DEFAULT_TUNING.q_confirmed)
    m = skill.confirmed.m_milli / 1000
    p = probability_met(skill.confirmed.m_milli, variance, cut)
    return {
        "formula": f"P = Φ(({_three(m)} − {_signed(cut / 1000)})/√{_three(variance)}) = Φ({_three((m - cut / 1000) / sqrt(variance))}) = {p:.1%}",
        "state": wording.state_name(skill.kind),
        "note": wording.note(skill),
        "n": skill.confirmed.n,
        "least": MIN_RESPONSES,
    }


def _rule(skill: Skill) -> str:
    """What the framework asks for as evidence of the target level."""
    rule = estimates.rules().evidence[skill.target - 1]
    if not rule.quiz:
        words = {"level": rule.level, "n": rule.min_assessors}
        return gettext("Level %(level)d is never proven by a quiz alone: it needs %(n)d assessors who judge independently.", **words)
    parts = [ngettext("%(n)d different question", "%(n)d different questions", rule.min_items, n=rule.min_items)]
    if rule.half_applied:
        parts.append(gettext("at least half of them applying the knowledge"))
    if rule.needs_scenario:
        parts.append(gettext("a scenario among them"))
    return gettext("Level %(level)d asks for: %(parts)s, within %(months)d months.", level=rule.level, parts=gettext(", ").join(parts), months=months())


def months() -> int:
    """For how long evidence is valid."""
    return framework.read().validity_months


def _versions(answers: Sequence[Response]) -> dict[str, str]:
    """What the numbers were made with."""
    known = framework.read()
    return {
        "model": estimates.model_version(Facts(list(answers))),
        "framework": f"{known.id} {known.version}",
        "cuts": ", ".join(f"{cut / 1000:g}".replace("-", "−") for cut in known.cuts_milli),
        "ageing": gettext("%(q)s logit² a month (expected: %(e)s)", q=f"{DEFAULT_TUNING.q_confirmed:g}", e=f"{DEFAULT_TUNING.q_expected:g}"),
        "prior": "m = 0, V = 1",
    }


def _rivals(steps: Sequence[Step]) -> list[dict[str, str]]:
    """What simpler rules make of the same counted answers."""
    answers = [step.fact for step in steps if step.outcome is Outcome.COUNTED and isinstance(step.fact, Response)]
    if not answers:
        return []
    names, why = wording.RIVAL_NAMES, wording.RIVAL_BLIND_SPOTS
    return [{"name": str(names[rival]), "value": f"{rule(answers):.0%}", "why": str(why[rival])} for rival, rule in rivals.RULES.items()]
