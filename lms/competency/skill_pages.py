"""The pages of a person's competencies, put together. No reading, no deciding who may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from lms.charts.scale import DECISION_Z, Scale, placed
from lms.competency import pictures, wording
from lms.competency.enums import ReasonCode, StateKind
from lms.competency.proficiency import DEFAULT_TUNING, Outcome, State
from lms.competency.skill_queries import Moved, Offer
from lms.competency.skills import Skill, Tally, estimate_on, next_competency
from lms.competency.states import display
from lms.core import framework
from lms.core.i18n import pick


def name_of(code: str) -> str:
    """The competency in the reader's language."""
    return pick(framework.read().competency(code).name)


def row(skill: Skill, url: str, today: int) -> dict[str, Any]:
    """One competency as a line of picture and table."""
    scale = Scale(pictures.cuts())
    estimate = estimate_on(skill.confirmed, today)
    return {
        "code": skill.competency,
        "name": name_of(skill.competency),
        "url": url,
        "critical": skill.critical,
        "kind": skill.kind.value,
        "note": wording.note(skill),
        "expiry": wording.expiry(skill),
        "target": gettext("Level %(n)d", n=skill.target),
        "target_at": scale.level_start(skill.target),
        "placed": placed(estimate.mean, estimate.sd, scale) if estimate else None,
        "label": _label(skill, today),
        "n": skill.confirmed.n if skill.confirmed else 0,
        "answers": _answers(skill),
        **_numbers(skill, today),
    }


def _numbers(skill: Skill, today: int) -> dict[str, Any]:
    """Estimate and range on the scale shown to people (500 + 100 m); empty without evidence."""
    estimate = estimate_on(skill.confirmed, today)
    if estimate is None:
        return {"estimate": None, "range": None}
    low, high = (display(round(1000 * (estimate.mean + sign * DECISION_Z * estimate.sd))) for sign in (-1, 1))
    return {"estimate": display(round(1000 * estimate.mean)), "range": gettext("%(low)d to %(high)d", low=low, high=high)}


def _answers(skill: Skill) -> str:
    n = skill.confirmed.n if skill.confirmed else 0
    return ngettext("%(n)d answer", "%(n)d answers", n, n=n) if n else gettext("no answer yet")


def _label(skill: Skill, today: int) -> str:
    """The picture of one ruler in words."""
    words = {"name": name_of(skill.competency), "target": skill.target, "state": wording.state_name(skill.kind)}
    numbers = _numbers(skill, today)
    if numbers["estimate"] is None:
        return gettext("%(name)s: %(state)s; the target is level %(target)d", **words)
    return gettext("%(name)s: estimate %(estimate)d, range %(range)s; the target is level %(target)d; %(state)s", **words, **numbers)


def stats(counts: Tally) -> list[dict[str, Any]]:
    """The four states as tiles."""
    return [
        {"value": f"{counts.met} / {counts.total}", "label": gettext("met"), "state": "met"},
        {"value": counts.unclear, "label": gettext("unclear: more evidence will tell"), "state": "unclear"},
        {"value": counts.not_yet, "label": gettext("not yet"), "state": "not_yet"},
        {"value": counts.no_evidence, "label": gettext("no evidence: not the same as failing"), "state": "no_evidence"},
    ]


def next_step(skills: Sequence[Skill], offers: Mapping[str, Offer], about_url: Any) -> dict[str, Any] | None:
    """What to do next and why; None when all is met or nothing is on offer. ``about_url`` gives a competency's page."""
    skill = next_competency(skills, offers)
    if skill is None:
        return None
    offer = offers[skill.competency]
    return {**_action(offer), "title": gettext("Next: %(name)s", name=name_of(skill.competency)), "why": _why(skill), "about_url": about_url(skill.competency)}


def waiting(skills: Sequence[Skill]) -> str:
    """What to say when something is open and nothing is on offer for it; empty when all is met."""
    if all(skill.kind is StateKind.MET for skill in skills):
        return ""
    return gettext(
        "There is no course or quiz here yet for what is still open, so there is nothing you have to do now. The figures show HR where courses are missing."
    )


def _action(offer: Offer) -> dict[str, str]:
    if offer.lesson is not None:
        return {
            "url": url_for("courses.lesson", slug=offer.course_slug, lesson=offer.lesson_slug),
            "label": gettext("Read “%(title)s”", title=pick(offer.lesson)),
        }
    return {"url": url_for("assessments.intro", slug=offer.assessment_slug), "label": gettext("Take the quiz of “%(title)s”", title=pick(offer.course))}


def _why(skill: Skill) -> str:
    reasons = [gettext("It is critical for your post.")] if skill.critical else []
    reasons.append(
        {
            StateKind.NO_EVIDENCE: gettext("Nothing is known about it yet; a few answers will tell."),
            StateKind.UNCLEAR: gettext("It is undecided: %(note)s.", note=wording.note(skill)),
            StateKind.NOT_YET: gettext("The target is not reached yet: learn first, then show it."),
            StateKind.MET: "",
        }[skill.kind]
    )
    return " ".join(reasons)


def expected(skill: Skill, today: int) -> str:
    """What completed courses let one expect, where that differs from what is confirmed; empty otherwise."""
    if skill.expected is None or skill.confirmed is None or skill.expected.m_milli == skill.confirmed.m_milli:
        return ""
    likely = estimate_on(skill.expected, today, DEFAULT_TUNING.q_expected)
    words = {"expected": display(round(1000 * likely.mean)), "confirmed": display(skill.confirmed.m_milli)}
    return gettext("%(name)s: expected %(expected)d, confirmed %(confirmed)d", name=name_of(skill.competency), **words)


MOST_LINES = 200
HIGHEST_QUIZ_LEVEL = 3


def step_rows(moved: Sequence[Moved]) -> list[dict[str, Any]]:
    """The trail as table lines, newest first."""
    return [_step_row(one) for one in reversed(moved[-MOST_LINES:])]


def left_out(moved: Sequence[Moved]) -> str:
    """Says how many older lines are not shown; empty when all are."""
    more = len(moved) - MOST_LINES
    return ngettext("%(n)d older line is not shown.", "%(n)d older lines are not shown.", more, n=more) if more > 0 else ""


def _step_row(moved: Moved) -> dict[str, Any]:
    step = moved.step
    return {
        "day": wording.full_date(step.fact.at),
        "what": pick(moved.what),
        "outcome": _outcome(step),
        "before": _shown(step.before),
        "after": _shown(step.after),
        "counted": _counted(step.outcome),
    }


def _shown(state: State | None) -> str:
    """Estimate with its standard deviation on the scale shown to people."""
    return f"{display(state.m_milli)} ± {round(state.v_micro**0.5 / 10)}" if state else "—"


def _outcome(step: Any) -> str:
    if step.outcome is Outcome.COMPLETED:
        return gettext("course completed")
    if step.outcome is Outcome.JUDGED:
        return gettext("judged level %(level)d by %(n)d assessors", level=step.fact.level, n=step.fact.assessors)
    if step.fact.correct is None:
        return gettext("awaiting a marker")
    if step.fact.fraction_milli is not None:
        return gettext("marked %(share)s", share=f"{step.fact.fraction_milli // 10}%")
    return gettext("✓ right") if step.fact.correct else gettext("✗ wrong")


def _counted(outcome: Outcome) -> str:
    return {
        Outcome.COUNTED: gettext("counted"),
        Outcome.AWAITING: gettext("not yet: a person has to mark it"),
        Outcome.REPEATED: gettext("no: the same question within %(n)d days is memory", n=DEFAULT_TUNING.cool_down_days),
        Outcome.JUDGED: gettext("counted"),
        Outcome.COMPLETED: gettext("moves the expected estimate only"),
    }[outcome]


def hand_in_url(skill: Skill) -> str | None:
    """Where to read what to hand in, when the level needs more than quizzes; None otherwise."""
    beyond = {ReasonCode.NEEDS_WORK_SAMPLE, ReasonCode.NEEDS_PANEL}
    wanted = skill.kind is not StateKind.MET and (skill.target > HIGHEST_QUIZ_LEVEL or any(one.code in beyond for one in skill.standing.reasons))
    return url_for("portfolio.my_evidence", _anchor=skill.competency) if wanted else None


def trail_sentence(moved: Sequence[Moved]) -> str:
    """What the picture of the trail shows, in words."""
    counted = [m.step for m in moved if m.step.outcome is Outcome.COUNTED]
    if not counted:
        return ""
    right = sum(step.fact.correct or 0 for step in counted)
    words = {"n": len(counted), "right": right, "after": display(counted[-1].after.m_milli), "before": display(State().m_milli)}
    return gettext("%(n)d counted answers, %(right)d of them right, moved the estimate from %(before)d to %(after)d.", **words)
