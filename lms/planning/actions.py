"""What happens to a plan: asked for, made or refused, decided, undone. Each step once, each written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.ids import new_ref
from lms.people.calendar_queries import today as day_of
from lms.people.models import Unit
from lms.planning.enums import PLAN_FLOW, PlanState
from lms.planning.limits import Limits
from lms.planning.models import Plan

MOST_WORDS = 400


def ask_for(session: Session, *, actor: Actor, unit: Unit, name: str, period: tuple[date, date], limits: Limits, now: datetime) -> Plan:
    """Write down what is wanted; making it is a job. Raises Forbidden, Invalid."""
    policy.ensure_unit(actor, Permission.PLANS_EDIT, unit.path)
    if not name.strip():
        raise Invalid(_("Give the plan a name."))
    if period[1] < period[0]:
        raise Invalid(_("The period ends before it begins."))
    plan = Plan(
        ref=new_ref(), unit_id=unit.id, name=name.strip()[:120], starts_on=period[0], ends_on=period[1], state=PlanState.MAKING,
        limits=limits.stored(), made_by=actor.name[:120], account_id=actor.account_id, made_at=now,
    )  # fmt: skip
    session.add(plan)
    session.flush()  # others refer to it
    audit.record(session, actor=actor, action=audit.Action.PLAN_ASKED_FOR, subject=plan.ref, now=now, unit=unit.code, hours=limits.hours)
    return plan


def _locked(session: Session, ref: str) -> Plan:
    """The plan, held until the end of the transaction. Raises NotFound."""
    plan = session.scalar(select(Plan).where(Plan.ref == ref).with_for_update(of=Plan))
    if plan is None:
        raise NotFound
    return plan


def _advance(plan: Plan, state: PlanState) -> None:
    if state not in PLAN_FLOW[PlanState(plan.state)]:
        raise Conflict(_("The plan has moved on meanwhile. Look at it again."))
    plan.state = state


def is_making(plan: Plan) -> bool:
    """Whether it is still to be made."""
    return plan.state == PlanState.MAKING


def finish(session: Session, ref: str, *, facts: dict[str, Any], result: dict[str, Any], now: datetime) -> None:
    """The plan is there."""
    plan = _locked(session, ref)
    _advance(plan, PlanState.DRAFT)
    plan.facts, plan.result, plan.data_at = facts, result, now


def refuse(session: Session, ref: str, *, facts: dict[str, Any], refusals: Sequence[dict[str, Any]], now: datetime) -> None:
    """No plan keeps the limits."""
    plan = _locked(session, ref)
    _advance(plan, PlanState.REFUSED)
    plan.facts, plan.refusals, plan.data_at = facts, list(refusals), now


def fail(session: Session, ref: str) -> None:
    """Making it broke off."""
    plan = _locked(session, ref)
    if is_making(plan):
        plan.state = PlanState.FAILED


def again(session: Session, ref: str) -> PlanState | None:
    """What of a plan broke off and may be done again: its making, the assigning, the withdrawing; None: nothing."""
    plan = _locked(session, ref)
    if plan.state == PlanState.FAILED:
        _advance(plan, PlanState.MAKING)
    state = PlanState(plan.state)
    unfinished = {PlanState.MAKING: True, PlanState.DECIDED: plan.decided is None, PlanState.UNDONE: plan.undone is None}
    return state if unfinished.get(state) else None


def decide(session: Session, *, actor: Actor, ref: str, words: str, now: datetime) -> bool:
    """The one decision: everyone in the plan gets their courses as assignments. Deciding again changes nothing; answers whether it was new.

    Raises Forbidden, Conflict for what is no draft, Invalid without a reason.
    """
    plan = _locked(session, ref)
    for permission in (Permission.PLANS_EDIT, Permission.ASSIGN):
        policy.ensure_unit(actor, permission, plan.unit.path)
    if plan.state == PlanState.DECIDED:
        return False
    words = _reason(words)
    if plan.ends_on < day_of(now):
        raise Invalid(_("The period of this plan is over. Make a new one."))
    _advance(plan, PlanState.DECIDED)
    plan.decided_by, plan.decided_at, plan.decided_words = actor.name[:120], now, words
    audit.record(session, actor=actor, action=audit.Action.PLAN_DECIDED, subject=ref, now=now, hours=plan.result["hours"], people=plan.result["people"])
    return True


def take_back(session: Session, *, actor: Actor, ref: str, words: str, now: datetime) -> bool:
    """The decision that undoes a plan: what nobody has begun is withdrawn. Undoing again changes nothing; answers whether it was new."""
    plan = _locked(session, ref)
    for permission in (Permission.PLANS_EDIT, Permission.ASSIGN):
        policy.ensure_unit(actor, permission, plan.unit.path)
    if plan.state == PlanState.UNDONE:
        return False
    words = _reason(words)
    if plan.decided is None and plan.state == PlanState.DECIDED:
        raise Conflict(_("The assignments are still being made. Try again in a minute."))
    _advance(plan, PlanState.UNDONE)
    plan.undone_by, plan.undone_at, plan.undone_words = actor.name[:120], now, words
    audit.record(session, actor=actor, action=audit.Action.PLAN_UNDONE, subject=ref, now=now)
    return True


def _reason(words: str) -> str:
    words = words.strip()
    if not words:
        raise Invalid(_("Say why, in a sentence: those concerned read it."))
    if len(words) > MOST_WORDS:
        raise Invalid(_("Use at most %(n)d characters.", n=MOST_WORDS))
    return words
