"""What orders do when something happens elsewhere."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.events import CourseReleased
from lms.orders.enums import OrderState, Seen, Side, StepKind
from lms.orders.models import TrainingOrder
from lms.orders.step_actions import PLATFORM, step, tell_hr, tell_partners


def course_released(session: Session, event: CourseReleased) -> None:
    """A course that was written for an accepted order is its course from now on; both sides are told."""
    wanted = select(TrainingOrder).where(TrainingOrder.ref == event.order_ref, TrainingOrder.state == OrderState.ACCEPTED)
    order = session.scalar(wanted.with_for_update(of=TrainingOrder)) if event.order_ref else None
    if order is None:
        return
    order.course_slug = event.slug
    known = {"actor": PLATFORM, "side": Side.PLATFORM, "now": event.at, "seen": Seen.PARTNER, "partner_id": order.partner_id}
    step(session, order, StepKind.COURSE, **known, facts={"course": event.slug})
    tell_hr(session, "order_course", order, event.at)
    tell_partners(session, "order_course", order, [order.partner_id], event.at)
