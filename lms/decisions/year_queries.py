"""Reading yearly plans and how far their goals are: always by the daily snapshot, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.core.errors import Forbidden, NotFound
from lms.decisions import figures, queries
from lms.decisions.enums import YearState
from lms.decisions.models import PlanGoal, PlanStep, YearlyPlan
from lms.people import queries as people
from lms.people.models import Unit


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal with the figure of now (or of the review): values in thousandths, ``way`` in per cent."""

    goal: PlanGoal
    start: int | None
    now: int | None
    as_of: str
    way: int | None
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Money:
    """Sums of a plan's steps, in fen, with how many are done and how many people they are for."""

    planned: int
    spent: int
    people: int
    steps: int
    done: int
    late: int


def reading(session: Session, unit: Unit, measure: str, competency: str) -> dict[str, Any]:
    """What a measure reads in the latest snapshot: ``{milli, as_of}``; nothing before the first."""
    shown = queries.published(session, unit)
    if shown is None:
        return {"milli": None, "as_of": ""}
    return {"milli": figures.value(shown["cells"], measure, competency), "as_of": shown["as_of"]}


def progress(session: Session, plan: YearlyPlan) -> list[Progress]:
    """How far each goal is; a reviewed plan shows what the review found."""
    return [_progress(goal, goal.end or reading(session, plan.unit, goal.measure, goal.competency)) for goal in plan.goals]


def _progress(goal: PlanGoal, now: dict[str, Any]) -> Progress:
    start = goal.start["milli"]
    way, reached = figures.way(start, now["milli"], goal.target_milli), figures.reached(goal.measure, now["milli"], goal.target_milli)
    lost = way == 100 and not reached  # it began at its goal or beyond, and fell behind: there is no way to speak of
    return Progress(goal, start, now["milli"], now["as_of"], None if lost else way, reached)


def money(steps: Sequence[PlanStep], today: date) -> Money:
    """The sums of a plan's steps as of a day."""
    sums = (sum(getattr(step, name) for step in steps) for name in ("planned_fen", "spent_fen", "people"))
    done = sum(step.done_on is not None for step in steps)
    late = sum(step.done_on is None and step.due_on < today for step in steps)
    return Money(*sums, len(steps), done, late)


def scopes(actor: Actor) -> list[policy.Scope]:
    """What an actor may read: HR what it plans for, heads their units."""
    return [policy.scope(actor, permission) for permission in (P.PLANS_EDIT, P.SKILLS_SNAPSHOT)]


def by_ref(session: Session, actor: Actor, ref: str, *, edit: bool = False) -> YearlyPlan:
    """A yearly plan; a draft only for who may write it. Raises NotFound, Forbidden."""
    query = select(YearlyPlan).where(YearlyPlan.ref == ref)
    found = session.scalar(query.with_for_update() if edit else query)
    if found is None:
        raise NotFound
    may_edit, may_read = (scope.covers_unit(found.unit.path) for scope in scopes(actor))
    if not may_edit and (edit or not may_read or found.state == YearState.DRAFT):
        raise Forbidden
    return found


ORDERS = {
    "year": (YearlyPlan.year.desc(), Unit.code),
    "unit": (Unit.code, YearlyPlan.year.desc()),
}


def listed(actor: Actor, *, text: str = "", state: str = "", year: int | None = None, order: str = "year") -> Select[Any]:
    """Rows (YearlyPlan, Unit) that ``actor`` may read; a draft only for who may write it."""
    may_edit, may_read = (people.within(scope) for scope in scopes(actor))
    query = select(YearlyPlan, Unit).join(Unit, Unit.id == YearlyPlan.unit_id)
    query = query.where(or_(may_edit, may_read & (YearlyPlan.state != YearState.DRAFT)))
    if text:
        columns = (Unit.name_zh, Unit.name_en, YearlyPlan.serves, YearlyPlan.outlook, YearlyPlan.functions, YearlyPlan.ability)
        query = query.where(or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in columns)))
    if state in set(YearState):
        query = query.where(YearlyPlan.state == state)
    if year:
        query = query.where(YearlyPlan.year == year)
    return query.order_by(*ORDERS.get(order, ORDERS["year"]))
