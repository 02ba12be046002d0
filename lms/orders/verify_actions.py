"""HR signs an order off on its figures, with a reason; where the evidence decides, it binds."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.core.errors import Conflict, Invalid
from lms.orders import queries, verify_queries, verifying
from lms.orders.enums import OrderState, Seen, Side, StepKind
from lms.orders.models import TrainingOrder
from lms.orders.step_actions import advance, ensure_nameless, step, tell_partners, text_of


def sign(session: Session, *, actor: Actor, ref: str, reached: bool | None, reason: str, now: datetime) -> TrainingOrder:
    """Close a delivered order as verified or not reached, with the figures of this moment. Raises NotFound, Conflict, Invalid."""
    order = queries.of_hr(session, actor, ref, lock=True)
    if order.state != OrderState.DELIVERED:
        raise Conflict(_("The order has moved on in the meantime. Look at it again."))
    reason = text_of(reason)
    ensure_nameless(session, order, reason)
    found = verify_queries.figures(session, order, now)
    if reached is None or not verifying.may_sign(found.verdict, reached=reached):
        raise Invalid(
            _("Where the evidence decides, it binds: sign the order off as the figures say. Where they leave it open, you decide and give the reason.")
        )
    order.result, order.verdict, order.finding, order.signed_by = found.stored(), found.verdict, reason, actor.name[:120]
    advance(order, OrderState.VERIFIED if reached else OrderState.NOT_REACHED, now)
    known = {"actor": actor, "side": Side.HR, "now": now, "seen": Seen.PARTNER, "partner_id": order.partner_id}
    step(session, order, StepKind.SIGNED, **known, text=reason, facts={"verdict": found.verdict, "reached": reached})
    audit.record(session, actor=actor, action=Action.ORDER_SIGNED, subject=order.ref, now=now, verdict=found.verdict, reached=reached)
    tell_partners(session, "order_signed", order, [order.partner_id], now, reached=reached)
    return order
