"""What an option of a decision rests on: a training plan or a transfer, as frozen figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.competency import transfer_queries
from lms.core import clock
from lms.core.errors import NotFound
from lms.people import queries as people
from lms.people.models import Position
from lms.planning import queries as planning

KEPT = ("hours", "people", "money", "percent")


def plan_figures(session: Session, actor: Actor, ref: str, *, now: datetime) -> dict[str, Any]:
    """A plan's name, state and totals as they are now. Raises NotFound, Forbidden."""
    plan = planning.plan(session, ref)
    policy.ensure_unit(actor, Permission.PLANS_EDIT, plan.unit.path)
    result = plan.result or {}
    known = {"name": plan.name, "unit": plan.unit.code, "state": str(plan.state), "as_of": now.isoformat()}
    return known | {name: result[name] for name in KEPT if name in result}


def transfer_figures(session: Session, actor: Actor, *, person: str, to: str, post: str, now: datetime) -> tuple[int, dict[str, Any]]:
    """The person's id, and what their transfer would change. Both units have to lie in the actor's scope. Raises NotFound, Forbidden."""
    official, unit = people.official_by_ref(session, person), people.unit_by_code(session, to)
    policy.ensure_official(actor, Permission.TALENT_SEARCH, official.id, official.unit.path)
    policy.ensure_unit(actor, Permission.TALENT_SEARCH, unit.path)
    position = session.scalar(select(Position).where(Position.code == post))
    if position is None:
        raise NotFound
    found = transfer_queries.effect(session, official, unit, position, clock.day_number(now))
    kinds = [str(skill.kind) for skill in found.skills]
    known = {
        "staff_no": official.staff_no, "name": official.name, "from": official.unit.code, "to": unit.code, "post": position.code, "as_of": now.isoformat(),
        "names": {key: {"zh": one.zh, "en": one.en} for key, one in (("from", official.unit), ("to", unit), ("post", position))},
        "asked": len(kinds), "met": kinds.count("met"), "not_yet": kinds.count("not_yet"),
        "old": _sums(found.old), "new": _sums(found.new),
    }  # fmt: skip
    return official.id, known


def _sums(lines: Any) -> dict[str, Any]:
    """A unit's sums before and after."""
    return {side: dict(zip(("required", "evidence", "met", "not_yet"), _sum(lines, side), strict=True)) for side in ("before", "after")}


def _sum(lines: Any, side: str) -> tuple[int, int, int, int]:
    total = transfer_queries.total([getattr(line, side) for line in lines])
    return total.required, total.evidence, total.met, total.not_yet
