"""What every action on an order does: move it on, write down what happened, tell whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, operator
from lms.access.permissions import Role
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_ref
from lms.orders import flow, queries
from lms.orders.clock import clock
from lms.orders.enums import OrderState, Seen, Side, StepKind
from lms.orders.flow import Dates
from lms.orders.models import OrderFile, OrderOffer, OrderPerson, OrderStep, TrainingOrder
from lms.orders.terms import names_in
from lms.people import notice_actions
from lms.people.calendar_queries import today as day_of
from lms.people.holder_queries import holders
from lms.people.models import Account, Official
from lms.portfolio import attachment_actions as attachments
from lms.portfolio.attachment_actions import Upload

MOST = 4000
PLATFORM = operator("platform")


def advance(order: TrainingOrder, to: OrderState, now: datetime, *, begins_on: date | None = None) -> None:
    """Bring an order into a state, with its turn. Raises Conflict when it has moved on meanwhile."""
    if not flow.may_follow(OrderState(order.state), to):
        raise Conflict(_("The order has moved on in the meantime. Look at it again."))
    order.state = to
    if not flow.ORDER_FLOW[to]:
        order.ended_at = now
    set_turn(order, day_of(now), begins_on=begins_on)


def set_turn(order: TrainingOrder, entered: date, *, begins_on: date | None = None) -> None:
    """Let the clock of the state it is in run from ``entered``."""
    dates = Dates(entered, order.closes_on, begins_on, order.ends_on, order.review_on)
    found = flow.turn(OrderState(order.state), dates, clock())
    order.owner, order.due_on, order.decide_by = found.owner, found.due_on, found.then


def step(
    session: Session, order: TrainingOrder, kind: StepKind, *, actor: Actor, side: Side, now: datetime, seen: Seen = Seen.HR,
    partner_id: int | None = None, text: str = "", facts: dict[str, Any] | None = None, file: Upload | None = None,
) -> OrderStep:  # fmt: skip
    """Append what happened."""
    last = session.scalar(select(func.max(OrderStep.seq)).where(OrderStep.order_id == order.id)) or 0
    made = OrderStep(
        order_id=order.id, seq=last + 1, kind=kind, seen=seen, partner_id=partner_id, side=side, by=actor.name[:120], text=text, facts=facts or {}, at=now
    )
    session.add(made)
    session.flush()  # the next step counts this one, and a file needs its id
    if file is not None:
        _attach(session, made, file, now)
    return made


def _attach(session: Session, made: OrderStep, file: Upload, now: datetime) -> None:
    stored = attachments.keep(session, file)
    known = {"name": file.name[:160], "kind": file.kind, "size": len(file.data), "sha256": file.sha256}
    session.add(OrderFile(ref=new_ref(), step_id=made.id, stored_as=stored, at=now, **known))
    session.flush()


def text_of(text: str, *, most: int = MOST, needed: bool = True) -> str:
    """A text that was written. Raises Invalid when it is empty but needed, or too long."""
    text = text.strip()
    if needed and not text:
        raise Invalid(_("Give a reason."))
    if len(text) > most:
        raise Invalid(_("Keep it within %(n)d characters.", n=most))
    return text


def ensure_nameless(session: Session, order: TrainingOrder, *texts: str) -> None:
    """Raises Invalid when a text that partners will read names somebody of the order's list."""
    query = select(Official.name, Official.staff_no).join(OrderPerson, OrderPerson.official_id == Official.id).where(OrderPerson.order_id == order.id)
    if names_in(texts, session.execute(query).all()):
        raise Invalid(_("The text names somebody of the list. Partners read it: leave names and staff numbers out."))


def tell_hr(session: Session, kind: str, order: TrainingOrder, now: datetime, **more: Any) -> None:
    """Whoever placed the order; when that account is gone, everyone in HR who answers for the unit."""
    known = session.scalars(select(Account.id).where(Account.id == order.owner_account_id, Account.active)).all() or holders(session, Role.HR, over=order.unit)
    _tell(session, kind, order, known, now, more)


def tell_partners(session: Session, kind: str, order: TrainingOrder, partner_ids: Iterable[int], now: datetime, **more: Any) -> None:
    """The coordinators of these partners."""
    _tell(session, kind, order, holders(session, Role.COORDINATOR, partner_ids=partner_ids), now, more)


def _tell(session: Session, kind: str, order: TrainingOrder, account_ids: Sequence[int], now: datetime, more: dict[str, Any]) -> None:
    due = queries.turn(order, day_of(now)).due_on
    facts = {"ref": order.ref, "title": order.title, "due": due.isoformat() if due else ""} | more
    notice_actions.tell_accounts(session, kind=kind, facts=dict.fromkeys(account_ids, facts), now=now)


def audience(session: Session, order: TrainingOrder) -> list[int]:
    """Partners that the order is shown to: all that may be asked, or those it names."""
    if order.to_all:
        return [one.id for one in queries.partners(session)]
    return [one.partner_id for one in queries.named_partners(session, order) if one.named]


def bidders(session: Session, order: TrainingOrder) -> list[int]:
    """Partners that made an offer."""
    return list(session.scalars(select(OrderOffer.partner_id).where(OrderOffer.order_id == order.id)))
