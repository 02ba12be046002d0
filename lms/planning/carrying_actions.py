"""Carrying decisions about plans through: assignments course by course, in portions while the site serves. Run again it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor, operator
from lms.access.permissions import Permission
from lms.assignments import actions as assignments
from lms.assignments.actions import Reason
from lms.assignments.enums import SourceKind, State, ThingKind
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason
from lms.core.db import database
from lms.core.errors import Conflict
from lms.courses.models import Course
from lms.learning.models import Enrolment
from lms.people.models import Official, Unit
from lms.people.queries import actor_of_account, batches, within
from lms.planning import queries
from lms.planning.enums import PlanState
from lms.planning.models import Plan, PlanItem

Report = Callable[[int, int], None]
PORTION = 500  # officials in one transaction


def carry_out(ref: str, *, account_id: int | None, report: Report, now: datetime) -> dict[str, Any]:
    """Give everyone in a decided plan their courses; counts made, joined (had it open already), already (had done it), inactive."""
    with database().reading() as session:
        plan = queries.plan(session, ref)
        wanted = _wanted(session, plan.id)
    if plan.state != PlanState.DECIDED or plan.decided is not None:
        return plan.decided or {}
    total, done = sum(len(ids) for ids in wanted.values()), 0
    for slug, ids in wanted.items():
        for portion in batches(ids, PORTION):
            with database().writing() as session:
                _assign(session, plan, slug, portion, _actor(session, account_id), now)
            done += len(portion)
            report(done, total)
    with database().writing() as session:
        kept = session.get_one(Plan, plan.id)
        kept.decided = _tally(session, ref, total)
        return dict(kept.decided)


def _wanted(session: Session, plan_id: int) -> dict[str, list[int]]:
    """Officials by course slug."""
    found: dict[str, list[int]] = {}
    query = select(Course.slug, PlanItem.official_id).join(Course, Course.id == PlanItem.course_id).where(PlanItem.plan_id == plan_id)
    for slug, official_id in session.execute(query.order_by(Course.code, PlanItem.official_id)):
        found.setdefault(slug, []).append(official_id)
    return found


def _actor(session: Session, account_id: int | None) -> Actor:
    """Who decided, with the rights they have now. Raises Conflict when the account is gone."""
    if account_id is None:
        return operator("plans")
    actor = actor_of_account(session, account_id)
    if actor is None:
        raise Conflict("the account that decided is closed")
    return actor


def _assign(session: Session, plan: Plan, slug: str, ids: Sequence[int], actor: Actor, now: datetime) -> None:
    ids = _within_reach(session, actor, ids)  # who has moved away meanwhile is another's to decide about
    reason = Reason(SourceKind.PLAN, ref=plan.ref, words=plan.decided_words)
    assignments.assign(session, official_ids=ids, thing=(ThingKind.COURSE, slug), due=plan.ends_on, reason=reason, actor=actor, now=now)


def _within_reach(session: Session, actor: Actor, ids: Sequence[int]) -> list[int]:
    """Those whom the actor may assign things to."""
    reach = within(policy.scope(actor, Permission.ASSIGN))
    query = select(Official.id).join(Unit, Unit.id == Official.unit_id).where(reach)
    return [one for batch in batches(ids) for one in session.scalars(query.where(Official.id.in_(batch)))]


def _of_plan(ref: str) -> Any:
    """Assignments that a plan gave, with their groups."""
    query = select(Assignment.official_id, Assignment.state, AssignmentGroup.id, AssignmentGroup.code, Assignment.done_before)
    query = query.join(AssignmentReason, AssignmentReason.assignment_id == Assignment.id).join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id)
    same = (AssignmentGroup.source_kind == SourceKind.PLAN) & (AssignmentGroup.source_ref == ref)
    return query.where(same, AssignmentReason.withdrawn_at.is_(None))


def _tally(session: Session, ref: str, total: int) -> dict[str, int]:
    """Read from what stands, so that it is right after an interruption too."""
    found = Counter("already" if row.done_before else "assigned" for row in session.execute(_of_plan(ref)))
    assigned, already = found["assigned"], found["already"]
    return {"places": total, "assigned": assigned, "already": already, "left_out": total - assigned - already}


def undo(ref: str, *, account_id: int | None, report: Report, now: datetime) -> dict[str, Any]:
    """Withdraw the plan's assignments that nobody has begun; counts withdrawn, begun and done (both stay)."""
    with database().reading() as session:
        plan = queries.plan(session, ref)
        rows = session.execute(_of_plan(ref)).all()
    if plan.state != PlanState.UNDONE or plan.undone is not None:
        return plan.undone or {}
    groups = sorted({row.id for row in rows})
    before: Counter[str] = Counter()
    for place, group_id in enumerate(groups, 1):
        mine = [row for row in rows if row.id == group_id]
        with database().writing() as session:
            before += _withdraw_group(session, plan, group_id, mine, _actor(session, account_id), now)
        report(place, len(groups))
    with database().writing() as session:
        kept = session.get_one(Plan, plan.id)
        kept.undone = {"withdrawn": _withdrawn(session, ref), "begun": before["begun"], "done": before["done"]}
        return dict(kept.undone)


def _withdrawn(session: Session, ref: str) -> int:
    """How many assignments lost this plan as their reason."""
    query = select(func.count()).select_from(AssignmentReason).join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id)
    same = (AssignmentGroup.source_kind == SourceKind.PLAN) & (AssignmentGroup.source_ref == ref)
    return session.scalar(query.where(same, AssignmentReason.withdrawn_at.is_not(None))) or 0


def _withdraw_group(session: Session, plan: Plan, group_id: int, rows: Sequence[Any], actor: Actor, now: datetime) -> Counter[str]:
    """Withdraw a group's open and unbegun ones; counts what stays and why."""
    still = _within_reach(session, actor, [row.official_id for row in rows if row.state == State.OPEN])
    begun = _begun(session, rows[0].code, still)
    fresh = set(still) - begun
    if fresh:
        assignments.withdraw_groups(session, [group_id], actor=actor, now=now, words=plan.undone_words, official_ids=fresh)
    done = sum(row.state == State.DONE and not row.done_before for row in rows)
    return Counter(begun=len(begun), done=done)


def _begun(session: Session, slug: str, ids: Sequence[int]) -> set[int]:
    """Who of these has opened the course."""
    query = select(Enrolment.official_id).join(Course, Course.id == Enrolment.course_id).where(Course.slug == slug)
    return {one for batch in batches(ids) for one in session.scalars(query.where(Enrolment.official_id.in_(batch)))}
