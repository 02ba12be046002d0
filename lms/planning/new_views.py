"""Asking for a plan: the form, and the job that makes it."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Reply

from lms.access import policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, jobs
from lms.people import queries as people
from lms.people.calendar_queries import today as day_of
from lms.people.models import Unit
from lms.planning import actions, plan_form, queries
from lms.planning.decision_views import carry
from lms.planning.enums import PlanState
from lms.planning.limits import Hand, Limits
from lms.planning.list_views import own_plan, unit_choices
from lms.planning.plan_form import Form


@requires(Permission.PLANS_EDIT)
def new() -> str:
    """The form, with sensible defaults for the chosen unit or with the limits of another plan."""
    session = db.session()
    source = own_plan(session, request.args["like"]) if request.args.get("like") else None
    unit = source.unit if source else _unit(session, request.args.get("unit", ""))
    facts = queries.readiness(session, unit)
    form = plan_form.like(source) if source else plan_form.blank(day_of(g.now), facts["people"], request.args.get("competency", ""))
    return _page(session, unit, form, facts)


def _unit(session: Session, code: str) -> Unit:
    """The unit asked for, or the first for which one plans. Raises Forbidden, NotFound."""
    scope = policy.scope(current_actor(), Permission.PLANS_EDIT)
    unit = people.unit_by_code(session, code) if code else people.scope_roots(session, scope)[0]
    policy.ensure_unit(current_actor(), Permission.PLANS_EDIT, unit.path)
    return unit


def _page(session: Session, unit: Unit, form: Form, facts: dict[str, int]) -> str:
    shown = {"courses": queries.course_choices(session), "posts": queries.posts_below(session, unit), "gaps": plan_form.gap_choices()}
    return render_template("planning/new.html", unit=unit, units=unit_choices(session), form=form, facts=facts, **shown)


@requires(Permission.PLANS_EDIT)
@db.reads
def make() -> Response | Reply:
    """Write the wish down and make the plan in the background."""
    session = db.session()
    unit = _unit(session, request.form.get("unit", ""))
    form = plan_form.read(request.form, [slug for slug, _title, _hours in queries.course_choices(session)])
    hands = _hands(session, unit, request.form.get("hands", ""))
    form.hands = request.form.get("hands", ""), len(hands)
    if form.limits is None or form.period is None:
        return make_response(_page(session, unit, form, queries.readiness(session, unit)), 422)
    with db.database().writing() as writing:
        asked = {"name": form.values["name"], "period": form.period, "limits": replace(form.limits, hands=hands)}
        ref = actions.ask_for(writing, actor=current_actor(), unit=writing.get_one(Unit, unit.id), now=g.now, **asked).ref
    begin(ref)
    return redirect(url_for(".plan", ref=ref), 303)


def _hands(session: Session, unit: Unit, ref: str) -> tuple[Hand, ...]:
    """What was set by hand in the plan that the form was begun from, if it is kept and of the same unit."""
    source = own_plan(session, ref) if ref else None
    return Limits.of(source.limits).hands if source and source.unit_id == unit.id else ()


@requires(Permission.PLANS_EDIT)
@db.reads
def make_again(ref: str) -> Reply:
    """Once more, where the making, the assigning or the withdrawing broke off: what is done stays done."""
    plan = own_plan(db.session(), ref)
    with db.database().writing() as session:
        again = actions.again(session, ref)
    if again is PlanState.MAKING:
        begin(ref)
    elif again:
        carry("planning.carry_out" if again is PlanState.DECIDED else "planning.undo", plan.ref)
    return redirect(url_for(".plan", ref=ref), 303)


def begin(ref: str) -> None:
    """Make a plan in the background."""
    job = jobs.enqueue("planning.make", {"ref": ref}, account_id=current_actor().account_id, now=g.now)
    with db.database().writing() as session:
        queries.plan(session, ref).job_ref = job
