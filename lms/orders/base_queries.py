"""Reading the register of training bases: the list, one base with its history, what was held there and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.core.errors import NotFound
from lms.orders.clock import clock
from lms.orders.enums import OrderState
from lms.orders.models import TrainingBase, TrainingBaseVersion, TrainingOrder
from lms.people.models import Partner, Unit
from lms.people.queries import partner_by_code, unit_by_code

B = TrainingBase
ORDERS = ("name", "capacity", "agreement", "newest")


def visible(actor: Actor) -> ColumnElement[bool]:
    """Bases that the actor sees: HR and administrators all, a partner its own and those of units."""
    scope = policy.scope(actor, P.BASES_EDIT)
    return B.id.is_not(None) if scope.everything else or_(B.partner_id.in_(scope.partners), B.unit_id.is_not(None))


def may_edit(actor: Actor, base: TrainingBase) -> bool:
    """Whether the actor keeps this entry."""
    scope = policy.scope(actor, P.BASES_EDIT)
    return scope.everything or (base.partner_id is not None and scope.covers_partner(base.partner_id))


def by_ref(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> TrainingBase:
    """A base that the actor sees. Raises NotFound."""
    query = select(B).where(B.ref == ref, visible(actor))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def listed(actor: Actor, *, today: date, text: str = "", state: str = "active", order: str = "name") -> Select[Any]:
    """Rows (TrainingBase, Unit or None, Partner or None); ``state``: ``active``, ``ending`` (soon or over), ``closed``, ``all``."""
    query = select(B, Unit, Partner).outerjoin(Unit, Unit.id == B.unit_id).outerjoin(Partner, Partner.id == B.partner_id).where(visible(actor))
    if text:
        columns = (B.name, B.address, Unit.name_zh, Unit.name_en, Partner.name_zh, Partner.name_en)
        query = query.where(or_(*(func.lower(one).contains(text.lower(), autoescape=True) for one in columns)))
    conditions = {
        "active": B.closed_at.is_(None),
        "closed": B.closed_at.is_not(None),
        "ending": and_(B.closed_at.is_(None), B.agreed_until <= today + timedelta(days=clock().warn_agreement_days)),
    }
    if state in conditions:
        query = query.where(conditions[state])
    first = {"capacity": (B.capacity.desc(), B.id), "agreement": (B.agreed_until.is_(None), B.agreed_until, B.id), "newest": (B.id.desc(),)}
    return query.order_by(*first.get(order, (B.name, B.id)))


def choices(session: Session, partner_id: int | None) -> Sequence[TrainingBase]:
    """Bases at which a partner may offer to teach: its own and those of units."""
    query = select(B).where(B.closed_at.is_(None), or_(B.unit_id.is_not(None), B.partner_id == partner_id))
    return session.scalars(query.order_by(B.name, B.id).limit(200)).all()


def versions(session: Session, base: TrainingBase) -> Sequence[TrainingBaseVersion]:
    """What the register said, the newest first."""
    query = select(TrainingBaseVersion).where(TrainingBaseVersion.base_id == base.id)
    return session.scalars(query.order_by(TrainingBaseVersion.number.desc())).all()


def held_at(session: Session, actor: Actor, base: TrainingBase) -> list[TrainingOrder]:
    """Orders delivered at a base, the newest first: HR's own by unit, a partner's own; an administrator reads of all of them."""
    held = (OrderState.DELIVERY, OrderState.DELIVERED, OrderState.VERIFIED, OrderState.NOT_REACHED)
    query = select(TrainingOrder).join(Unit, Unit.id == TrainingOrder.unit_id).where(TrainingOrder.base_id == base.id, TrainingOrder.state.in_(held))
    if not policy.scope(actor, P.BASES_EDIT).everything:
        query = query.where(TrainingOrder.partner_id.in_(policy.scope(actor, P.ORDERS_ANSWER).partners))
    return list(session.scalars(query.order_by(TrainingOrder.started_at.desc(), TrainingOrder.id.desc()).limit(100)))


def counts(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(orders held, of them verified) by base."""
    held = TrainingOrder.state.in_((OrderState.DELIVERED, OrderState.VERIFIED, OrderState.NOT_REACHED))
    query = select(TrainingOrder.base_id, func.count(), func.count().filter(TrainingOrder.state == OrderState.VERIFIED))
    rows = session.execute(query.where(TrainingOrder.base_id.in_(ids), held).group_by(TrainingOrder.base_id))
    return {base_id: (n, verified) for base_id, n, verified in rows}


def ending(session: Session, actor: Actor, *, today: date) -> int:
    """How many agreements on bases that the actor keeps run out soon or have run out."""
    scope = policy.scope(actor, P.BASES_EDIT)
    query = select(func.count()).select_from(B).where(B.closed_at.is_(None), B.agreed_until <= today + timedelta(days=clock().warn_agreement_days))
    if not scope.everything:
        query = query.where(B.partner_id.in_(scope.partners))
    return session.scalar(query) or 0


def owner(session: Session, code: str) -> tuple[Unit | None, Partner | None]:
    """Whose base ``unit:CODE`` or ``partner:CODE`` means. Raises NotFound."""
    kind, _sep, what = code.partition(":")
    if kind == "partner":
        return None, partner_by_code(session, what)
    return unit_by_code(session, what), None
