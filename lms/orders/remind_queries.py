"""Orders of which somebody is to be reminded, and agreements on bases that run out."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.orders import queries
from lms.orders.clock import clock
from lms.orders.enums import RUNNING, StepKind
from lms.orders.flow import Turn
from lms.orders.models import OrderStep, TrainingBase, TrainingOrder


def to_remind(session: Session, *, today: date) -> list[tuple[TrainingOrder, Turn]]:
    """Running orders whose turn ends within the clock's days or is overdue, each once before and once after its date."""
    near = select(TrainingOrder).where(TrainingOrder.state.in_(RUNNING), queries.due(today) <= clock().reminded_by(today))
    found = session.scalars(near.order_by(TrainingOrder.id).with_for_update()).all()
    reminded = _reminded(session, [order.id for order in found])
    turns = ((order, queries.turn(order, today)) for order in found)
    return [(order, turn) for order, turn in turns if turn.due_on is not None and (order.id, turn.due_on.isoformat(), today > turn.due_on) not in reminded]


def _reminded(session: Session, ids: list[int]) -> set[tuple[int, str, bool]]:
    query = select(OrderStep.order_id, OrderStep.facts).where(OrderStep.kind == StepKind.REMINDED, OrderStep.order_id.in_(ids))
    return {(order_id, facts["due"], facts["late"]) for order_id, facts in session.execute(query)}


def agreements_ending(session: Session, *, today: date) -> list[TrainingBase]:
    """Bases whose agreement runs out within the clock's days, not reminded of since it was last changed."""
    until = today + timedelta(days=clock().warn_agreement_days)
    query = select(TrainingBase).where(TrainingBase.closed_at.is_(None), TrainingBase.agreed_until.is_not(None), TrainingBase.agreed_until <= until)
    return list(session.scalars(query.where(TrainingBase.reminded_on.is_(None)).order_by(TrainingBase.id).with_for_update()))
