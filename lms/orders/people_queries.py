"""The people of an order, for HR only: who could be on its list, who is, and in which cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.assignments.enums import SourceKind, State
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason
from lms.competency.enums import StateKind
from lms.competency.models import Proficiency
from lms.orders.models import OrderPerson, TrainingOrder
from lms.people.models import Official, Position, Unit
from lms.people.queries import below, within

GAPS = ("short", "open", "target", "all")
"""Certainly below the target in one of the order's competencies; below or unclear; asked for one of them and with evidence; everyone."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How candidates are narrowed: codes of a unit, a post, a tier; a gap of :data:`GAPS`; words in names and numbers; ``on``: only the list."""

    unit: str = ""
    post: str = ""
    tier: str = ""
    gap: str = "open"
    text: str = ""
    on: bool = False


def candidates(actor: Actor, order: TrainingOrder, wish: Wish) -> Select[Any]:
    """Rows (Official, Unit, Position, on the list?) of active officials of the order's unit and below whom the actor may choose."""
    on = exists().where(OrderPerson.order_id == order.id, OrderPerson.official_id == Official.id)
    query = select(Official, Unit, Position, on.label("on")).join(Unit, Unit.id == Official.unit_id).join(Position, Position.id == Official.position_id)
    query = query.where(Official.active, below(order.unit), within(policy.scope(actor, P.ORDERS_PLACE))).order_by(Unit.code, Official.staff_no)
    if wish.on:
        return query.where(on)
    query = query.where(*_narrowed(wish))
    return query if wish.gap == "all" else query.where(_short(order, wish.gap))


def _narrowed(wish: Wish) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.unit:
        top = select(Unit.path).where(Unit.code == wish.unit).scalar_subquery()
        found.append(Unit.path.startswith(func.coalesce(top, "-")))
    if wish.post:
        found.append(Position.code == wish.post)
    if wish.tier:
        found.append(Unit.tier == wish.tier)
    if wish.text:
        found.append(
            or_(func.lower(Official.name).contains(wish.text.lower(), autoescape=True), Official.staff_no.contains(wish.text.upper(), autoescape=True))
        )
    return found


def _short(order: TrainingOrder, gap: str) -> ColumnElement[bool]:
    states = {"short": (StateKind.NOT_YET,), "open": (StateKind.NOT_YET, StateKind.UNCLEAR)}.get(gap)
    asked = and_(Proficiency.official_id == Official.id, Proficiency.competency.in_([one["code"] for one in order.competencies]), Proficiency.target_level > 0)
    return exists().where(asked if states is None else and_(asked, Proficiency.state.in_(states)))


def states_of(session: Session, order: TrainingOrder, official_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """States against the own target by official and competency, as of the last evidence; no entry where there is no evidence."""
    p = Proficiency
    codes = [one["code"] for one in order.competencies]
    rows = session.execute(select(p.official_id, p.competency, p.state, p.target_level).where(p.official_id.in_(official_ids), p.competency.in_(codes)))
    found: dict[int, dict[str, str]] = {}
    for official_id, code, state, target in rows:
        if target:
            found.setdefault(official_id, {})[code] = state
    return found


def members(order_id: int) -> Select[Any]:
    """Rows (Official, Unit, Position, cohort) of the list, by unit and staff number."""
    query = select(Official, Unit, Position, OrderPerson.cohort).join(OrderPerson, OrderPerson.official_id == Official.id)
    query = query.join(Unit, Unit.id == Official.unit_id).join(Position, Position.id == Official.position_id)
    return query.where(OrderPerson.order_id == order_id).order_by(Unit.code, Official.staff_no)


def ids(session: Session, order_id: int, *, cohort: str | None = None) -> list[int]:
    """Officials of the list (of one cohort), ascending."""
    query = select(OrderPerson.official_id).where(OrderPerson.order_id == order_id).order_by(OrderPerson.official_id)
    return list(session.scalars(query if cohort is None else query.where(OrderPerson.cohort == cohort)))


def posts_and_tiers(session: Session, order_id: int) -> list[tuple[str, str]]:
    """(post's code, unit's tier) of everyone on the list."""
    query = select(Position.code, Unit.tier).select_from(OrderPerson).join(Official, Official.id == OrderPerson.official_id)
    query = query.join(Position, Position.id == Official.position_id).join(Unit, Unit.id == Official.unit_id)
    return [(post, tier) for post, tier in session.execute(query.where(OrderPerson.order_id == order_id))]


def usual_levels(session: Session, unit: Unit, code: str) -> dict[int, int]:
    """How many officials of a unit and below who lack a competency have which target level."""
    p = Proficiency
    query = select(p.target_level, func.count()).join(Official, Official.id == p.official_id).join(Unit, Unit.id == Official.unit_id)
    query = query.where(Official.active, below(unit), p.competency == code, p.target_level > 0, p.state.in_((StateKind.NOT_YET, StateKind.UNCLEAR)))
    return {level: n for level, n in session.execute(query.group_by(p.target_level))}


def done(session: Session, order: TrainingOrder) -> tuple[int, int]:
    """(done, all) of what the order assigned to its first cohort."""
    same = (AssignmentGroup.source_kind == SourceKind.ORDER) & (AssignmentGroup.source_ref == order.ref) & (AssignmentGroup.code == order.course_slug)
    query = select(func.count(func.distinct(Assignment.official_id)).filter(Assignment.state == State.DONE), func.count(func.distinct(Assignment.official_id)))
    query = query.join(AssignmentReason, AssignmentReason.assignment_id == Assignment.id).join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id)
    query = query.join(OrderPerson, and_(OrderPerson.official_id == Assignment.official_id, OrderPerson.order_id == order.id))
    row = session.execute(query.where(same, OrderPerson.cohort == "first")).one()
    return row[0], row[1]


def concerning(session: Session, official_id: int) -> list[tuple[TrainingOrder, str]]:
    """Orders whose list an official is on, with the cohort: for their own record."""
    query = select(TrainingOrder, OrderPerson.cohort).join(OrderPerson, OrderPerson.order_id == TrainingOrder.id)
    return [(order, cohort) for order, cohort in session.execute(query.where(OrderPerson.official_id == official_id).order_by(TrainingOrder.id))]
