"""Writing yearly plans: drafted, adopted, carried out, reviewed by the same figures; copied to the next year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core import framework
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.ids import new_ref
from lms.decisions import figures, year_queries
from lms.decisions.enums import YEAR_FLOW, Measure, Part, YearState
from lms.decisions.models import PlanGoal, PlanStep, YearlyPlan
from lms.people.models import Unit

MOST = 4000
TEXTS = {"serves": 400, "outlook": MOST, "functions": MOST, "ability": MOST}
MOST_GOALS, MOST_STEPS = 30, 60


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to change: a figure of the unit, and what it is to become, in thousandths."""

    part: str
    words: str
    measure: str
    competency: str
    target_milli: int


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be done; money in fen."""

    words: str
    owner: str
    due_on: date | None
    planned_fen: int = 0
    people: int = 0


def draft(session: Session, *, actor: Actor, unit: Unit, year: int, now: datetime) -> YearlyPlan:
    """Begin a unit's plan for a year. Raises Forbidden, Conflict when there is one, Invalid."""
    policy.ensure_unit(actor, Permission.PLANS_EDIT, unit.path)
    if not now.year - 1 <= year <= now.year + 5:
        raise Invalid(_("Choose this year or one of the next five."))
    if session.scalar(select(YearlyPlan.id).where(YearlyPlan.unit_id == unit.id, YearlyPlan.year == year)) is not None:
        raise Conflict(_("This unit already has a plan for %(year)d.", year=year))
    plan = YearlyPlan(ref=new_ref(), unit_id=unit.id, year=year, account_id=actor.account_id, by=actor.name[:120], state=YearState.DRAFT, created_at=now)
    session.add(plan)
    session.flush()
    _record(session, actor, plan, now, did="drafted", year=year)
    return plan


def write(session: Session, *, actor: Actor, ref: str, texts: dict[str, str], now: datetime) -> YearlyPlan:
    """Say under the three headings what is meant, and which goal of governance it serves. Raises NotFound, Forbidden, Conflict, Invalid."""
    plan = _draft(session, actor, ref)
    for name, most in TEXTS.items():
        text = texts.get(name, "").strip()
        if len(text) > most:
            raise Invalid(_("Keep it within %(n)d characters.", n=most))
        setattr(plan, name, text)
    _record(session, actor, plan, now, did="written")
    return plan


def add_goal(session: Session, *, actor: Actor, ref: str, goal: Goal, now: datetime) -> YearlyPlan:
    """Add a goal; its start is what the latest snapshot says. Raises NotFound, Forbidden, Conflict, Invalid."""
    plan = _draft(session, actor, ref)
    if goal.part not in set(Part) or goal.measure not in set(Measure) or goal.competency not in ("", *framework.read().codes):
        raise Invalid(_("Choose a heading, a competency and a figure."))
    if not 0 <= goal.target_milli <= 5000 or (goal.measure != Measure.SHORTFALL and goal.target_milli > 1000):
        raise Invalid(_("A share lies between 0 and 100 per cent, a shortfall between 0 and 5 levels."))
    if len(plan.goals) >= MOST_GOALS or len(goal.words) > 400:
        raise Invalid(_("That is more than a plan can hold."))
    start = year_queries.reading(session, plan.unit, goal.measure, goal.competency)
    if start["milli"] is not None and figures.reached(goal.measure, start["milli"], goal.target_milli):
        raise Invalid(_("That is reached already. Aim further."))
    known = {"part": goal.part, "words": goal.words.strip(), "measure": goal.measure, "competency": goal.competency}
    plan.goals.append(PlanGoal(start=start, target_milli=goal.target_milli, **known))
    session.flush()
    _record(session, actor, plan, now, did="goal")
    return plan


def drop_goal(session: Session, *, actor: Actor, ref: str, goal_id: int, now: datetime) -> YearlyPlan:
    """Take a goal out of a draft. Raises NotFound, Forbidden, Conflict."""
    plan = _draft(session, actor, ref)
    session.delete(_one(plan.goals, goal_id))
    session.flush()
    session.expire(plan, ["goals"])
    _record(session, actor, plan, now, did="goal dropped")
    return plan


def add_step(session: Session, *, actor: Actor, ref: str, step: Step, now: datetime) -> YearlyPlan:
    """Add a step, to a draft or while the plan is carried out. Raises NotFound, Forbidden, Conflict, Invalid."""
    plan = _running(session, actor, ref)
    if not step.words.strip() or not step.owner.strip() or step.due_on is None:
        raise Invalid(_("A step says what is done, who answers for it and until when."))
    if step.due_on.year < plan.year:
        raise Invalid(_("A step of the plan for %(year)d cannot be due before that year begins.", year=plan.year))
    if len(step.words) > 400 or len(step.owner) > 120 or len(plan.steps) >= MOST_STEPS or not 0 <= step.people <= 10_000_000:
        raise Invalid(_("That is more than a plan can hold."))
    known = {"words": step.words.strip(), "owner": step.owner.strip(), "due_on": step.due_on, "people": step.people}
    plan.steps.append(PlanStep(planned_fen=step.planned_fen, **known))
    session.flush()
    session.expire(plan, ["steps"])
    _record(session, actor, plan, now, did="step")
    return plan


def drop_step(session: Session, *, actor: Actor, ref: str, step_id: int, now: datetime) -> YearlyPlan:
    """Take a step out of a draft. Raises NotFound, Forbidden, Conflict."""
    plan = _draft(session, actor, ref)
    session.delete(_one(plan.steps, step_id))
    session.flush()
    session.expire(plan, ["steps"])
    _record(session, actor, plan, now, did="step dropped")
    return plan


def report_step(session: Session, *, actor: Actor, ref: str, step_id: int, done_on: date | None, spent_fen: int, now: datetime) -> YearlyPlan:
    """Note that a step of an adopted plan is done, and what it cost. Raises NotFound, Forbidden, Conflict."""
    plan = year_queries.by_ref(session, actor, ref, edit=True)
    if plan.state != YearState.ADOPTED:
        raise Conflict(_("Steps are reported while an adopted plan is carried out."))
    step = _one(plan.steps, step_id)
    step.done_on, step.spent_fen = done_on, spent_fen
    _record(session, actor, plan, now, did="step reported", spent_fen=spent_fen)
    return plan


def adopt(session: Session, *, actor: Actor, ref: str, now: datetime) -> YearlyPlan:
    """From now on headings and goals stay. Raises NotFound, Forbidden, Conflict, Invalid with all that is missing."""
    plan = _draft(session, actor, ref)
    if lacking := _lacking(plan):
        raise Invalid(_("Something is missing before the plan can be adopted."), details=lacking)
    _advance(plan, YearState.ADOPTED)
    plan.adopted_at, plan.adopted_by = now, actor.name[:120]
    _record(session, actor, plan, now, did="adopted")
    return plan


def _lacking(plan: YearlyPlan) -> list[str]:
    found = [] if plan.serves else [_("Say which goal of governance it serves.")]
    if not (plan.outlook and plan.functions and plan.ability):
        found.append(_("Write something under each of the three headings."))
    if not plan.goals:
        found.append(_("Set at least one goal that a figure will show."))
    if not plan.steps:
        found.append(_("Name at least one step with its owner and its day."))
    return found


def review(session: Session, *, actor: Actor, ref: str, learned: str, now: datetime) -> YearlyPlan:
    """Close the year: every goal keeps the figure of now. Raises NotFound, Forbidden, Conflict, Invalid."""
    plan = year_queries.by_ref(session, actor, ref, edit=True)
    if not learned.strip() or len(learned) > MOST:
        raise Invalid(_("Say what was learned."))
    _advance(plan, YearState.REVIEWED)
    for goal in plan.goals:
        goal.end = year_queries.reading(session, plan.unit, goal.measure, goal.competency)
    plan.learned, plan.reviewed_at = learned.strip(), now
    _record(session, actor, plan, now, did="reviewed")
    return plan


def copy(session: Session, *, actor: Actor, ref: str, now: datetime) -> YearlyPlan:
    """Begin next year's plan from this one: texts, goals with a new start, steps a year later without what they cost. Raises as ``draft``."""
    old = year_queries.by_ref(session, actor, ref, edit=True)
    new = draft(session, actor=actor, unit=old.unit, year=old.year + 1, now=now)
    new.prior_ref = old.ref
    for name in TEXTS:
        setattr(new, name, getattr(old, name))
    for goal in old.goals:
        start = year_queries.reading(session, old.unit, goal.measure, goal.competency)
        kept = {name: getattr(goal, name) for name in ("part", "words", "measure", "competency", "target_milli")}
        new.goals.append(PlanGoal(start=start, **kept))
    for step in old.steps:
        kept = {name: getattr(step, name) for name in ("words", "owner", "planned_fen", "people")}
        new.steps.append(PlanStep(due_on=_year_later(step.due_on), **kept))
    session.flush()
    return new


def _year_later(day: date) -> date:
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _one(rows: list[Any], row_id: int) -> Any:
    found = next((row for row in rows if row.id == row_id), None)
    if found is None:
        raise NotFound
    return found


def _draft(session: Session, actor: Actor, ref: str) -> YearlyPlan:
    plan = year_queries.by_ref(session, actor, ref, edit=True)
    if plan.state != YearState.DRAFT:
        raise Conflict(_("The plan is adopted; its headings and goals stay as they are."))
    return plan


def _running(session: Session, actor: Actor, ref: str) -> YearlyPlan:
    plan = year_queries.by_ref(session, actor, ref, edit=True)
    if plan.state == YearState.REVIEWED:
        raise Conflict(_("The year is closed."))
    return plan


def _advance(plan: YearlyPlan, to: YearState) -> None:
    if to not in YEAR_FLOW[YearState(plan.state)]:
        raise Conflict(_("The plan has moved on in the meantime. Look at it again."))
    plan.state = to


def _record(session: Session, actor: Actor, plan: YearlyPlan, now: datetime, **noted: Any) -> None:
    audit.record(session, actor=actor, action=Action.YEARLY_PLAN_CHANGED, subject=plan.ref, now=now, unit=plan.unit_id, **noted)
