"""Taking people out of a plan and putting them in by hand: the plan is made anew and keeps to it. The plan one began from stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Reply

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.core.errors import Conflict, Invalid
from lms.people.models import Official, Unit
from lms.people.queries import below, within
from lms.planning import actions, queries
from lms.planning.enums import PlanState
from lms.planning.limits import MOST_HANDS, Hand, Limits, Wish, with_hands
from lms.planning.list_views import own_plan
from lms.planning.models import Plan
from lms.planning.new_views import begin

CHANGEABLE = frozenset({PlanState.DRAFT, PlanState.REFUSED, PlanState.UNDONE})


def hands_of(session: Session, plan: Plan) -> list[dict[str, Any]]:
    """What was set by hand, with the names of those in one's units, by staff number."""
    hands = Limits.of(plan.limits).hands
    found = queries.officials(session, policy.scope(current_actor(), Permission.PLANS_EDIT), {one.official_id for one in hands})
    titles = queries.titles(session, {one.course for one in hands if one.course})
    return [
        {"who": who, "course": titles.get(one.course), "slug": one.course, "must": one.wish == Wish.MUST}
        for who in found for one in hands if one.official_id == who.id
    ]  # fmt: skip


def changeable(plan: Plan) -> bool:
    """Whether a plan may be made anew with other choices."""
    return plan.state in CHANGEABLE


@requires(Permission.PLANS_EDIT)
@db.reads
def by_hand(ref: str) -> Reply:
    """Make the plan anew with what was chosen. POST only."""
    session = db.session()
    plan = own_plan(session, ref)
    if not changeable(plan):
        raise Conflict(_("The plan has moved on meanwhile. Look at it again."))
    limits = Limits.of(plan.limits)
    try:
        hands = with_hands(limits.hands, tuple(_chosen(session, plan)), set(_pairs(session, plan, request.form.getlist("free"))))
        if hands == limits.hands:
            raise Invalid(_("Choose somebody to take out or to put in."))
        if len(hands) > MOST_HANDS:
            raise Invalid(_("At most %(n)d choices by hand.", n=MOST_HANDS))
    except Invalid as refused:
        flash(str(refused), "error")
        return redirect(url_for(".people", ref=ref) + "#by-hand", 303)
    return redirect(url_for(".plan", ref=_again(plan, limits, hands)), 303)


def _again(plan: Plan, limits: Limits, hands: tuple[Hand, ...]) -> str:
    asked = {"name": plan.name, "period": (plan.starts_on, plan.ends_on), "limits": replace(limits, hands=hands)}
    with db.database().writing() as session:
        made = actions.ask_for(session, actor=current_actor(), unit=session.get_one(Unit, plan.unit_id), now=g.now, **asked).ref
        _log(session, made, [one for one in hands if one not in limits.hands])
    begin(made)
    flash(_("The plan is made anew with your choices. The one before stays in the list."), "success")
    return made


def _log(session: Session, ref: str, hands: Sequence[Hand]) -> None:
    numbers = dict(session.execute(select(Official.id, Official.staff_no).where(Official.id.in_({one.official_id for one in hands}))).all())
    events = [
        audit.Event(Action.PLAN_BY_HAND, numbers[one.official_id], one.official_id, {"plan": ref, "course": one.course, "wish": one.wish}) for one in hands
    ]
    audit.record_many(session, actor=current_actor(), now=g.now, events=events)


def _chosen(session: Session, plan: Plan) -> Iterator[Hand]:
    """The choices of the form: places ticked in the list, and one person by staff number. Raises Invalid."""
    for official_id, slug in _pairs(session, plan, request.form.getlist("out")):
        yield Hand(official_id, slug, Wish.NOT)
    number, slug, wish = (request.form.get(name, "").strip() for name in ("staff_no", "course", "wish"))
    if not number:
        return
    official_id = session.scalar(_here(plan).with_only_columns(Official.id).where(Official.staff_no == number.upper()))
    if official_id is None:
        raise Invalid(_("Nobody in this unit has the staff number %(number)s.", number=number))
    if slug not in {known for known, _title, _hours in queries.course_choices(session)} and (slug or wish == Wish.MUST):
        raise Invalid(_("Choose the course that this person must get."))
    yield Hand(official_id, slug, Wish.MUST if wish == Wish.MUST else Wish.NOT)


def _pairs(session: Session, plan: Plan, values: Sequence[str]) -> Iterator[tuple[int, str]]:
    """``official:course`` of a form as pairs; people outside the plan's unit or one's own are passed over."""
    asked = [value.partition(":")[::2] for value in values[:MOST_HANDS]]
    known = dict(session.execute(_here(plan).with_only_columns(Official.ref, Official.id).where(Official.ref.in_({ref for ref, _slug in asked}))).all())
    return ((known[ref], slug[:80]) for ref, slug in asked if ref in known)


def _here(plan: Plan) -> Any:
    """Officials of the plan's unit and all below it, in one's own units."""
    scope = policy.scope(current_actor(), Permission.PLANS_EDIT)
    return select(Official).join(Unit, Unit.id == Official.unit_id).where(Official.active, below(plan.unit), within(scope))
