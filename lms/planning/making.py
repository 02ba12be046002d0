"""Making a plan in the background: read, optimise, compare totals of hours, write. The pages read what is written here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import delete, insert

from lms.core.db import database
from lms.people.models import Unit
from lms.people.queries import batches
from lms.planning import actions, queries
from lms.planning.attribution import Share, shares
from lms.planning.effect import Closed, effect
from lms.planning.intake_queries import Intake, intake
from lms.planning.limits import Limits
from lms.planning.models import PlanItem
from lms.planning.optimise import optimise, sensitivity, totals
from lms.planning.problem import Solution, hours_of, must_haves, without_course
from lms.planning.refusals import Refusal

Report = Callable[[int, int], None]
ROWS = 5000  # written at a time, so that others need not wait
AROUND = 3  # steps of progress besides the totals of hours


def make(ref: str, *, report: Report, now: datetime) -> None:
    """Carry the making of a plan through; a plan that is made already stays as it is."""
    with database().reading() as session:
        plan = queries.plan(session, ref)
        if not actions.is_making(plan):
            return
        plan_id, limits = plan.id, Limits.of(plan.limits)
        data = intake(session, session.get_one(Unit, plan.unit_id), limits, now)
    steps = AROUND + len(totals(data.problem))
    report(1, steps)
    found = optimise(data.problem)
    if not isinstance(found, Solution):
        with database().writing() as session:
            actions.refuse(session, ref, facts=data.facts, refusals=[_refusal(one, data) for one in found], now=now)
        return
    report(2, steps)
    result, found = result_of(data, found, limits, lambda done, total: report(2 + done, steps))
    result["least_rate"] = _write_items(plan_id, data, found)
    with database().writing() as session:
        actions.finish(session, ref, facts=data.facts, result=result, now=now)


def result_of(data: Intake, found: Solution, limits: Limits, report: Report | None = None) -> tuple[dict[str, Any], Solution]:
    """Everything that pages say of a solution, as plain data, and the solution, or a better one that the comparison of hours came upon.

    Gaps in logits, hours in class hours, money in yuan.
    """
    started = time.perf_counter()
    steps, found = sensitivity(data.problem, found, report=report)
    brought = effect(data.problem, found.pairs, data.gains)
    hours = hours_of(data.problem, found.pairs)
    result = {
        "method": found.method,
        "value": found.value,
        "bound": found.bound,
        "percent": found.percent,
        "hours": hours,
        "money": hours * limits.hour_cost,
        "people": len(np.unique(found.pairs[:, 0])),
        "places": len(found.pairs),
        "must": len(must_haves(data.problem)),
        "must_open": len(without_course(data.problem)),
        "whole": _plain(brought.whole),
        "units": {code: _plain(one) for code, one in zip(data.units, brought.units, strict=True)},
        "competencies": {code: _plain(one) for code, one in zip(data.codes, brought.competencies, strict=False) if one.gap},
        "courses": _courses(data, found),
        "steps": [asdict(step) for step in steps],
        "seconds": round(time.perf_counter() - started, 2),
    }
    return result, found


def _plain(one: Closed) -> dict[str, float]:
    return {name: round(number, 4) for name, number in asdict(one).items()}


def _courses(data: Intake, found: Solution) -> dict[str, dict[str, int]]:
    counts = np.bincount(found.pairs[:, 1], minlength=len(data.courses))
    rows = zip(data.courses, counts.tolist(), strict=True)
    return {one.slug: {"people": n, "hours": n * one.hours, "seats": one.seats} for one, n in rows if n}


def _write_items(plan_id: int, data: Intake, found: Solution) -> float:
    """Write who gets which course; answers the least that a chosen hour closes (logits, weighted), must-haves and floors aside."""
    with database().writing() as session:
        session.execute(delete(PlanItem).where(PlanItem.plan_id == plan_id))
    least: list[float] = []
    for portion in batches(shares(data.problem, found.pairs), ROWS):
        least += [min((_rate(data, one) for one in portion if not one.must and one.closed), default=np.inf)]
        with database().writing() as session:
            session.execute(insert(PlanItem.__table__), list(_rows(plan_id, data, portion)))
    return round(min(least), 4) if least and min(least) < np.inf else 0.0


def _rate(data: Intake, one: Share) -> float:
    weights = data.problem.weights[one.official]
    return float(sum(part * weights[c] for c, (_, part) in one.closes.items()) / 1000 / data.problem.hours[one.course])


def _rows(plan_id: int, data: Intake, portion: list[Share]) -> Iterator[dict[str, Any]]:
    for one in portion:
        ids = {"plan_id": plan_id, "official_id": int(data.officials[one.official]), "course_id": data.courses[one.course].id}
        weights = data.problem.weights[one.official]
        closes = {data.code(c): [gap, part, int(weights[c])] for c, (gap, part) in one.closes.items()}
        yield {**ids, "closed_milli": one.closed, "must": one.must, "closes": closes}


def _refusal(one: Refusal, data: Intake) -> dict[str, Any]:
    """A refusal with names for its indices."""
    return {
        "kind": str(one.kind),
        "needed": one.needed,
        "given": one.given,
        "people": one.facts.get("people", len(one.officials)),
        "officials": [int(data.officials[i]) for i in one.officials],
        "competency": None if one.competency is None else data.code(one.competency),
        "course": None if one.course is None else data.courses[one.course].slug,
    }
