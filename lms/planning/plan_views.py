"""One plan: what it brings, where, how good it is, and what other totals of hours would bring."""

from __future__ import annotations

from typing import Any

from flask import Response, g, make_response, render_template
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, jobs
from lms.core.i18n import Bilingual, pick
from lms.people import queries as people
from lms.people.calendar_queries import today as day_of
from lms.planning import progress_queries, queries, wording
from lms.planning.enums import PlanState
from lms.planning.list_views import own_plan
from lms.planning.models import Plan
from lms.planning.plan_form import gap_name


@requires(Permission.PLANS_EDIT)
def plan(ref: str) -> Response:
    """The plan's page; while it is made or carried out, how far it is."""
    session = db.session()
    one = own_plan(session, ref)
    job = jobs.find(one.job_ref) if one.job_ref else None
    live = job is not None and job.state in (jobs.QUEUED, jobs.RUNNING)
    shown = {
        "plan": one,
        "job": job,
        "working": live and at_work(one),
        "stuck": not live and at_work(one),
        "S": PlanState,
        "words": wording,
        "gap_name": gap_name,
    }
    if one.result:
        shown |= result_parts(session, one)
    if one.decided and one.state == PlanState.DECIDED:
        shown |= {"came": progress_parts(session, one)}
    if one.refusals:
        shown["refusals"] = _refusals(session, one)
    return make_response(render_template("planning/plan.html", **shown), {"Cache-Control": "no-store"})


def at_work(one: Plan) -> bool:
    """Whether a job has this plan still to make, to carry out or to undo."""
    undecided = one.state == PlanState.DECIDED and one.decided is None
    return one.state == PlanState.MAKING or undecided or (one.state == PlanState.UNDONE and one.undone is None)


def result_parts(session: Session, one: Plan) -> dict[str, Any]:
    """Tables and the figure."""
    result = one.result or {}
    rows = wording.sensitivity(one)
    titles, names = queries.titles(session, result["courses"]), people.unit_names(session, result["units"])
    return {
        "courses": [{"slug": slug, "title": pick(titles[slug]), **line} for slug, line in sorted(result["courses"].items(), key=lambda kv: -kv[1]["hours"])],
        "units": _parts({code: pick(names.get(code, Bilingual(code, code))) for code in result["units"]}, result["units"]),
        "competencies": _parts({code: pick(wording.competency(code)) for code in result["competencies"]}, result["competencies"]),
        "steps": rows,
        "figure": wording.totals_chart(rows),
        "posts": [pick(post) for post in queries.posts(session, one.limits["must_posts"])],
        "seats": _seats(session, one),
    }


def progress_parts(session: Session, one: Plan) -> dict[str, Any]:
    """What came of it so far, by course and by competency."""
    came = progress_queries.progress(session, one, day_of(g.now))
    titles = queries.titles(session, came.courses)
    return {
        "whole": came.whole,
        "measured": came.measured,
        "sentence": wording.came_of_it(came),
        "courses": [
            {"title": pick(titles[slug]), "group": line.groups[0] if len(line.groups) == 1 else None, "line": line} for slug, line in came.courses.items()
        ],
        "competencies": [{"name": pick(wording.competency(code)), "code": code, "line": line} for code, line in came.competencies.items()],
    }


def _parts(names: dict[str, str], parts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines with bars: the gap in per cent of the largest, and of that what is closed."""
    largest = max((part["gap"] for part in parts.values()), default=0.0) or 1.0
    widths = {code: (round(100 * part["gap"] / largest, 1), round(100 * part["closed"] / largest, 1)) for code, part in parts.items()}
    return [{"name": names[code], "code": code, "share": wording.share(part), "widths": widths[code], **part} for code, part in parts.items()]


def _seats(session: Session, one: Plan) -> list[tuple[str, int]]:
    titles = queries.titles(session, one.limits["seats"])
    return [(pick(titles[slug]), n) for slug, n in one.limits["seats"].items()]


def _refusals(session: Session, one: Plan) -> list[tuple[str, str]]:
    """Reasons in words; those they name are few, and each naming is written down."""
    refused = one.refusals or []
    slugs = [refusal["course"] for refusal in refused if refusal["course"]]
    ids = {i for refusal in refused for i in refusal["officials"]}
    named = queries.officials(session, policy.scope(current_actor(), Permission.PLANS_EDIT), ids)
    if named:
        events = [audit.Event(audit.Action.PLAN_LISTED, person.staff_no, person.id, {"plan": one.ref}) for person in named]
        with db.database().writing() as writing:
            audit.record_many(writing, actor=current_actor(), now=g.now, events=events)
    return wording.refusals(one, queries.titles(session, slugs), {person.id: person.name for person in named})
