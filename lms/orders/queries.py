"""Reading training orders: HR's by unit, a partner's by what it was shown; one order as either may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.core.errors import NotFound
from lms.orders import flow
from lms.orders.enums import RUNNING, OfferState, OrderState, Owner, Seen, Side
from lms.orders.models import OfferVersion, OrderFile, OrderOffer, OrderPartner, OrderPerson, OrderStep, TrainingOrder
from lms.people.calendar_queries import today as day_of
from lms.people.models import Partner, Unit
from lms.people.queries import within

O = TrainingOrder  # noqa: E741 - as short as its columns are many
ENDED = tuple(state for state in OrderState if state not in RUNNING)


def of_hr(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> TrainingOrder:
    """An order that the actor answers for. Raises NotFound, for others' too."""
    query = select(O).join(Unit, Unit.id == O.unit_id).where(O.ref == ref, within(policy.scope(actor, P.ORDERS_PLACE)))
    found = session.scalar(query.with_for_update(of=O) if lock else query)
    if found is None:
        raise NotFound
    return found


def of_partner(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> TrainingOrder:
    """An order that was shown to a partner of the actor's. Raises NotFound."""
    query = select(O).where(O.ref == ref, shown_to(partners_of(actor)))
    found = session.scalar(query.with_for_update(of=O) if lock else query)
    if found is None:
        raise NotFound
    return found


def partners_of(actor: Actor) -> tuple[int, ...]:
    """The partners for which the actor answers orders."""
    return policy.scope(actor, P.ORDERS_ANSWER).partners


def partner_of(session: Session, actor: Actor, order: TrainingOrder) -> Partner:
    """The one of the actor's partners that is concerned with an order: whose order it is, else who made an offer, else the first. Raises NotFound."""
    own = partners_of(actor)
    if order.partner_id in own:
        return session.get_one(Partner, order.partner_id)
    seen = session.scalars(select(Partner).where(Partner.id.in_(own)).order_by(Partner.code)).all()
    made = set(session.scalars(select(OrderOffer.partner_id).where(OrderOffer.order_id == order.id, OrderOffer.partner_id.in_(own))))
    visible = [one for one in seen if order.to_all or _named(session, order, one.id)]
    chosen = next((one for one in visible if one.id in made), visible[0] if visible else None)
    if chosen is None:
        raise NotFound
    return chosen


def _named(session: Session, order: TrainingOrder, partner_id: int) -> bool:
    row = session.get(OrderPartner, (order.id, partner_id))
    return row is not None and row.named


def shown_to(partner_ids: Sequence[int]) -> ColumnElement[bool]:
    """Orders that these partners know of: not drafts; to all or to them by name; once another was chosen, only if they made an offer."""
    named = select(OrderPartner.order_id).where(OrderPartner.partner_id.in_(partner_ids), OrderPartner.named)
    offered = select(OrderOffer.order_id).where(OrderOffer.partner_id.in_(partner_ids))
    known = and_(O.opened_at.is_not(None), or_(O.to_all, O.id.in_(named)), literal(bool(partner_ids)))
    return and_(known, or_(O.state == OrderState.OPEN, O.partner_id.in_(partner_ids), O.id.in_(offered)))


def is_closed(order: TrainingOrder, today: date) -> bool:
    """Whether the call takes no offers any more; true from then on."""
    return flow.is_closed(order.closes_on, today, closed_early=order.closed_at is not None) or order.state not in (OrderState.DRAFT, OrderState.OPEN)


def turn(order: TrainingOrder, today: date) -> flow.Turn:
    """Whose turn it is today, and until when."""
    return flow.standing(order.state, order.owner, order.due_on, order.decide_by, closed=is_closed(order, today))


def is_overdue(order: TrainingOrder, today: date) -> bool:
    """Whether whoever has the turn is late."""
    return flow.is_overdue(turn(order, today), today)


def waits_for_hr(today: date) -> ColumnElement[bool]:
    """Orders in which it is HR's turn."""
    return and_(O.state.in_(RUNNING), or_(O.owner == Owner.HR, and_(O.state == OrderState.OPEN, _closed(today))))


def _closed(today: date) -> ColumnElement[bool]:
    return or_(O.closed_at.is_not(None), O.closes_on < today)


def due(today: date) -> ColumnElement[Any]:
    """The date by which whoever has the turn goes on."""
    return case((O.state.in_(ENDED), None), (and_(O.state == OrderState.OPEN, _closed(today)), O.decide_by), else_=O.due_on)


ORDERS = ("due", "newest", "unit", "title")


def placed(actor: Actor, *, today: date, text: str = "", state: str = "running", order: str = "due") -> Select[Any]:
    """Rows (TrainingOrder, Unit, Partner or None) of HR's orders; ``state``: one of them, ``running``, ``overdue``, ``mine`` (HR's turn) or ``all``."""
    query = select(O, Unit, Partner).join(Unit, Unit.id == O.unit_id).outerjoin(Partner, Partner.id == O.partner_id)
    query = query.where(within(policy.scope(actor, P.ORDERS_PLACE)))
    return _narrowed(query, today, text, state, order, (Unit.name_zh, Unit.name_en, Partner.name_zh, Partner.name_en))


def shown(actor: Actor, *, today: date, text: str = "", state: str = "running", order: str = "due") -> Select[Any]:
    """Rows (TrainingOrder, Unit, own OrderOffer or None) of what a partner sees; ``state`` also ``calls`` (open to offers) and ``ours`` (it delivers)."""
    own = partners_of(actor)
    query = select(O, Unit, OrderOffer).join(Unit, Unit.id == O.unit_id)
    query = query.outerjoin(OrderOffer, and_(OrderOffer.order_id == O.id, OrderOffer.partner_id.in_(own))).where(shown_to(own))
    if state == "calls":
        query = query.where(O.state == OrderState.OPEN, ~_closed(today))
    if state == "ours":
        query = query.where(O.partner_id.in_(own))
    elif state != "all":  # how far an order is that went elsewhere is no longer this partner's to know
        query = query.where(or_(O.partner_id.is_(None), O.partner_id.in_(own)))
    return _narrowed(query, today, text, state, order, (Unit.name_zh, Unit.name_en))


def _narrowed(query: Select[Any], today: date, text: str, state: str, order: str, columns: Sequence[Any]) -> Select[Any]:
    if text:
        places = (O.title, O.need, O.ref, *columns)
        query = query.where(or_(*(func.lower(one).contains(text.lower(), autoescape=True) for one in places)))
    conditions = {
        "running": O.state.in_(RUNNING), "mine": waits_for_hr(today), "overdue": and_(O.state.in_(RUNNING), due(today) < today),
        **{str(one): O.state == one for one in OrderState},
    }  # fmt: skip
    if state in conditions:
        query = query.where(conditions[state])
    first = {
        "due": (due(today).is_(None), due(today), O.id.desc()), "newest": (O.id.desc(),), "unit": (Unit.code, O.id.desc()), "title": (O.title, O.id),
    }  # fmt: skip
    return query.order_by(*first.get(order, first["due"]))


def waiting(session: Session, actor: Actor, *, today: date) -> tuple[int, int]:
    """How many of HR's orders wait for HR, and how many of those are overdue."""
    rows = placed(actor, today=today, state="mine").with_only_columns(O.id, due(today).label("due")).order_by(None).subquery()
    return tuple(session.execute(select(func.count(), func.count().filter(rows.c.due < today)).select_from(rows)).one())  # type: ignore[return-value]


def of_partner_by_turn(session: Session, actor: Actor, *, today: date) -> tuple[int, int]:
    """How many calls a partner could still answer, and how many deliveries it has under way."""
    own = partners_of(actor)
    calls = shown(actor, today=today, state="calls").where(OrderOffer.id.is_(None)).with_only_columns(O.id).order_by(None).subquery()
    passed = select(OrderPartner.order_id).where(OrderPartner.partner_id.in_(own), OrderPartner.passed_at.is_not(None))
    n_calls = session.scalar(select(func.count()).select_from(calls).where(calls.c.id.not_in(passed))) or 0
    running = select(func.count()).select_from(O).where(O.partner_id.in_(own), O.state.in_((OrderState.ACCEPTED, OrderState.DELIVERY)))
    return n_calls, session.scalar(running) or 0


def steps(session: Session, order: TrainingOrder, *, partner_id: int | None = None) -> Sequence[OrderStep]:
    """The history, old to new; for a partner only what it may see of it."""
    query = select(OrderStep).where(OrderStep.order_id == order.id).order_by(OrderStep.seq)
    if partner_id is not None:
        query = query.where(seen_by(partner_id))
    return session.scalars(query).all()


def seen_by(partner_id: int) -> ColumnElement[bool]:
    """Steps that a partner may see."""
    return or_(OrderStep.seen == Seen.ALL, and_(OrderStep.seen == Seen.PARTNER, OrderStep.partner_id == partner_id))


def file_of(session: Session, order: TrainingOrder, ref: str, *, partner_id: int | None, sealed: bool = False) -> OrderFile:
    """A file that came with a step of the order. Raises NotFound where the reader may not see the step. ``sealed``: not what partners sent in."""
    query = select(OrderFile).join(OrderStep, OrderStep.id == OrderFile.step_id).where(OrderStep.order_id == order.id, OrderFile.ref == ref)
    if partner_id is not None:
        query = query.where(seen_by(partner_id))
    if sealed:
        query = query.where(or_(OrderStep.side != Side.PARTNER, OrderStep.kind == "message"))
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def named_partners(session: Session, order: TrainingOrder) -> Sequence[OrderPartner]:
    """Partners whom the order names, and those who said that they make no offer."""
    return session.scalars(select(OrderPartner).where(OrderPartner.order_id == order.id).order_by(OrderPartner.partner_id)).all()


def partners(session: Session) -> Sequence[Partner]:
    """Partners that may be asked, by code."""
    return session.scalars(select(Partner).where(Partner.closed_at.is_(None)).order_by(Partner.code)).all()


def cohort_sizes(session: Session, order_id: int) -> dict[str, int]:
    """How many people of an order belong to which cohort."""
    query = select(OrderPerson.cohort, func.count()).where(OrderPerson.order_id == order_id).group_by(OrderPerson.cohort)
    return {cohort: n for cohort, n in session.execute(query)}


def offers(session: Session, order_id: int) -> Sequence[OrderOffer]:
    """Offers that were made and not taken back, in the order of the partners' codes: no ranking."""
    query = select(OrderOffer).join(Partner, Partner.id == OrderOffer.partner_id).where(OrderOffer.order_id == order_id)
    return session.scalars(query.where(OrderOffer.state != OfferState.WITHDRAWN).order_by(Partner.code)).all()


def offer_by_ref(session: Session, actor: Actor, order: TrainingOrder, side: Side, ref: str, *, today: date) -> OrderOffer:
    """An offer to read: for its own partner, and for HR once the call has closed. Raises NotFound for all others."""
    found = session.scalar(select(OrderOffer).where(OrderOffer.order_id == order.id, OrderOffer.ref == ref))
    if found is None or (not is_closed(order, today) if side is Side.HR else found.partner_id not in partners_of(actor)):
        raise NotFound
    return found


def versions_of(session: Session, offer: OrderOffer) -> Sequence[OfferVersion]:
    """All versions of an offer, the newest first."""
    return session.scalars(select(OfferVersion).where(OfferVersion.offer_id == offer.id).order_by(OfferVersion.number.desc())).all()


def offer_of(session: Session, order_id: int, partner_id: int) -> OrderOffer | None:
    """A partner's own offer, taken back or not."""
    return session.scalar(select(OrderOffer).where(OrderOffer.order_id == order_id, OrderOffer.partner_id == partner_id))


def entered(order: TrainingOrder) -> date:
    """The day on which an order came into its state."""
    moments: dict[str, datetime | None] = {
        OrderState.OPEN: order.opened_at,
        OrderState.ACCEPTED: order.accepted_at,
        OrderState.DELIVERY: order.started_at,
        OrderState.DELIVERED: order.delivered_at,
    }
    return day_of(moments.get(order.state) or order.ended_at or order.created_at)
