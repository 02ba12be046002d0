"""Delivery: the course is named, the first cohort begins, the partner delivers, both cohorts are measured; afterwards those who waited follow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.assignments import actions as assignments
from lms.assignments.actions import Assigned, Reason
from lms.assignments.enums import SourceKind, ThingKind
from lms.authoring.models import CourseDraft
from lms.core.errors import Conflict, Invalid, NotFound
from lms.courses.models import Course
from lms.orders import draft_queries, people_queries, queries
from lms.orders.enums import Cohort, OrderState, Seen, Side, StepKind
from lms.orders.models import OrderPerson, TrainingOrder
from lms.orders.step_actions import advance, audience, ensure_nameless, set_turn, step, tell_hr, tell_partners, text_of
from lms.people.calendar_queries import today as day_of
from lms.portfolio.attachment_actions import Upload

PLACEMENT = (ThingKind.PLACEMENT, "post")


def name_course(session: Session, *, actor: Actor, ref: str, slug: str, side: Side, now: datetime) -> TrainingOrder:
    """Say which released course the order is delivered with; HR and the partner may. Raises NotFound, Conflict once it has begun, Invalid."""
    order = _of_side(session, actor, ref, side)
    if order.state != OrderState.ACCEPTED:
        raise Conflict(_("The course is named between the acceptance of an offer and the beginning."))
    if session.scalar(select(Course.id).where(Course.slug == slug, Course.current_revision_id.is_not(None))) is None:
        raise Invalid(_("There is no such course."))
    if order.course_slug != slug:
        order.course_slug = slug
        known = {"actor": actor, "side": side, "now": now, "seen": Seen.PARTNER, "partner_id": order.partner_id}
        step(session, order, StepKind.COURSE, **known, facts={"course": slug})
        audit.record(session, actor=actor, action=Action.ORDER_CHANGED, subject=order.ref, now=now, course=slug)
    return order


def tie_draft(session: Session, *, actor: Actor, ref: str, draft_ref: str, now: datetime) -> TrainingOrder:
    """The partner says which of its drafts is written for the order: once released, it is the order's course. Raises NotFound, Conflict, Invalid."""
    order = _of_side(session, actor, ref, Side.PARTNER)
    if order.state != OrderState.ACCEPTED:
        raise Conflict(_("The course is named between the acceptance of an offer and the beginning."))
    draft = session.scalar(draft_queries.writable(order.partner_id).where(CourseDraft.ref == draft_ref))
    if draft is None:
        raise Invalid(_("There is no such draft of your organisation."))
    session.execute(update(CourseDraft).where(CourseDraft.order_ref == order.ref).values(order_ref=None))
    draft.order_ref = order.ref
    known = {"actor": actor, "side": Side.PARTNER, "now": now, "seen": Seen.PARTNER, "partner_id": order.partner_id}
    step(session, order, StepKind.COURSE, **known, facts={"draft": f"{draft.code} {draft.title_zh} / {draft.title_en}"})
    audit.record(session, actor=actor, action=Action.ORDER_CHANGED, subject=order.ref, now=now, draft=draft.ref)
    return order


def start(session: Session, *, actor: Actor, ref: str, ends_on: date | None, now: datetime) -> Assigned:
    """Begin: the first cohort is assigned the course until ``ends_on``; without a split everybody is. Raises NotFound, Forbidden, Conflict, Invalid."""
    order, today = queries.of_hr(session, actor, ref, lock=True), day_of(now)
    if not order.course_slug:
        raise Invalid(_("Name the course first: it has to be released."))
    if ends_on is None or ends_on <= today or (order.review_on and ends_on > order.review_on):
        raise Invalid(_("The training ends after today and not after the day of the verification."))
    undecided = update(OrderPerson).where(OrderPerson.order_id == order.id, OrderPerson.cohort == Cohort.NONE)
    session.execute(undecided.values(cohort=Cohort.FIRST))
    first = people_queries.ids(session, order.id, cohort=Cohort.FIRST)
    if not first:
        raise Invalid(_("Nobody is to be trained first. Choose who is."))
    order.ends_on, order.started_at = ends_on, now
    advance(order, OrderState.DELIVERY, now)
    given = _assign(session, actor, order, first, (ThingKind.COURSE, order.course_slug), ends_on, now)
    facts = {"course": order.course_slug, "ends_on": ends_on.isoformat()}
    counts = {"first": len(first), "later": len(people_queries.ids(session, order.id, cohort=Cohort.LATER)), "inactive": len(given.inactive)}
    step(session, order, StepKind.STARTED, actor=actor, side=Side.HR, now=now, seen=Seen.PARTNER, partner_id=order.partner_id, facts=facts)
    audit.record(session, actor=actor, action=Action.ORDER_STARTED, subject=order.ref, now=now, **facts, **counts)
    tell_partners(session, "order_started", order, [order.partner_id], now)
    return given


def _assign(session: Session, actor: Actor, order: TrainingOrder, ids: list[int], thing: Any, due: date, now: datetime, **more: Any) -> Assigned:
    reason = Reason(SourceKind.ORDER, ref=order.ref, words=order.title)
    return assignments.assign(session, official_ids=ids, thing=thing, due=due, reason=reason, actor=actor, now=now, **more)


def move(session: Session, *, actor: Actor, ref: str, ends_on: date | None, review_on: date | None, reason: str, now: datetime) -> TrainingOrder:
    """Give more time: another last day of the training (while it runs) or of the verification. Raises NotFound, Conflict, Invalid."""
    order, today = queries.of_hr(session, actor, ref, lock=True), day_of(now)
    if order.state not in (OrderState.DELIVERY, OrderState.DELIVERED):
        raise Conflict(_("The order has moved on in the meantime. Look at it again."))
    reason = text_of(reason, most=400)
    ensure_nameless(session, order, reason)
    running = order.state == OrderState.DELIVERY
    ends, review = (ends_on if running else order.ends_on), review_on
    if review is None or review < today or ends is None or (running and ends <= today) or review < ends:
        raise Invalid(_("Both days lie ahead, and the verification is not before the end of the training."))
    order.ends_on, order.review_on = ends, review
    set_turn(order, queries.entered(order))
    facts = {"ends_on": ends.isoformat(), "review_on": review.isoformat()}
    step(session, order, StepKind.MOVED, actor=actor, side=Side.HR, now=now, seen=Seen.PARTNER, partner_id=order.partner_id, text=reason, facts=facts)
    audit.record(session, actor=actor, action=Action.ORDER_CHANGED, subject=order.ref, now=now, **facts)
    tell_partners(session, "order_moved", order, [order.partner_id], now)
    return order


def deliver(session: Session, *, actor: Actor, ref: str, words: str, side: Side, file: Upload | None = None, now: datetime) -> TrainingOrder:
    """Say that the training was held. Raises NotFound, Conflict, Invalid without words."""
    order = _of_side(session, actor, ref, side)
    words = text_of(words, most=2000)
    ensure_nameless(session, order, words)
    order.delivered_at = now
    advance(order, OrderState.DELIVERED, now)
    known = {"actor": actor, "side": side, "now": now, "seen": Seen.PARTNER, "partner_id": order.partner_id}
    step(session, order, StepKind.DELIVERED, **known, text=words, file=file)
    audit.record(session, actor=actor, action=Action.ORDER_DELIVERED, subject=order.ref, now=now)
    if side is Side.PARTNER:
        tell_hr(session, "order_delivered", order, now)
    else:
        tell_partners(session, "order_delivered", order, [order.partner_id], now)
    return order


def measure(session: Session, *, actor: Actor, ref: str, now: datetime) -> Assigned:
    """Ask both cohorts for new evidence until the day of the verification: a placement each. Raises NotFound, Conflict, Invalid when it is too late."""
    order, today = queries.of_hr(session, actor, ref, lock=True), day_of(now)
    if order.state != OrderState.DELIVERED or order.measured_at is not None:
        raise Conflict(_("Both groups are asked once, after the training was delivered."))
    if order.review_on is None or order.review_on < today:
        raise Invalid(_("The day of the verification is over. Set a later one first."))
    everyone = people_queries.ids(session, order.id)
    given = _assign(session, actor, order, everyone, PLACEMENT, order.review_on, now, counts_from=now)
    order.measured_at = now
    step(session, order, StepKind.MEASURED, actor=actor, side=Side.HR, now=now, facts={"people": len(everyone), "due": order.review_on.isoformat()})
    audit.record(session, actor=actor, action=Action.ORDER_CHANGED, subject=order.ref, now=now, measured=len(everyone))
    return given


def follow(session: Session, *, actor: Actor, ref: str, due: date | None, now: datetime) -> Assigned:
    """After the verification, those who waited are assigned the course too. Raises NotFound, Conflict, Invalid."""
    order = queries.of_hr(session, actor, ref, lock=True)
    later = people_queries.ids(session, order.id, cohort=Cohort.LATER)
    if order.state not in (OrderState.VERIFIED, OrderState.NOT_REACHED) or order.followed_at is not None or not later:
        raise Conflict(_("Those who waited follow once, after the order was signed off."))
    if due is None or due <= day_of(now):
        raise Invalid(_("Set a due date that lies ahead."))
    given = _assign(session, actor, order, later, (ThingKind.COURSE, order.course_slug), due, now)
    order.followed_at = now
    step(session, order, StepKind.FOLLOWED, actor=actor, side=Side.HR, now=now, facts={"people": len(later), "due": due.isoformat()})
    audit.record(session, actor=actor, action=Action.ORDER_STARTED, subject=order.ref, now=now, followed=len(later))
    return given


def message(
    session: Session, *, actor: Actor, ref: str, text: str, side: Side, partner_id: int | None = None, file: Upload | None = None, now: datetime
) -> TrainingOrder:
    """HR writes to one partner (or to all that the order is shown to), a partner to HR. Raises NotFound, Conflict on a draft, Invalid."""
    order = queries.of_hr(session, actor, ref) if side is Side.HR else queries.of_partner(session, actor, ref)
    if order.opened_at is None:
        raise Conflict(_("Partners see nothing of a draft: there is nobody to write to."))
    text = text_of(text)
    ensure_nameless(session, order, text)
    own = queries.partner_of(session, actor, order).id if side is Side.PARTNER else order.partner_id
    partner_id = own or partner_id  # once a partner delivers, HR's words go to it alone
    if partner_id is not None and partner_id != own and partner_id not in audience(session, order):
        raise NotFound
    seen = Seen.ALL if partner_id is None else Seen.PARTNER
    step(session, order, StepKind.MESSAGE, actor=actor, side=side, now=now, seen=seen, partner_id=partner_id, text=text, file=file)
    audit.record(session, actor=actor, action=Action.ORDER_MESSAGE, subject=order.ref, now=now)
    if side is Side.PARTNER:
        tell_hr(session, "order_message", order, now)
    else:
        tell_partners(session, "order_message", order, _readers(session, order, partner_id), now)
    return order


def _readers(session: Session, order: TrainingOrder, partner_id: int | None) -> list[int]:
    if partner_id is not None:
        return [partner_id]
    return [order.partner_id] if order.partner_id else audience(session, order)


def _of_side(session: Session, actor: Actor, ref: str, side: Side) -> TrainingOrder:
    """The order as HR's, or as that of the partner whose offer was accepted. Raises NotFound."""
    if side is Side.HR:
        return queries.of_hr(session, actor, ref, lock=True)
    order = queries.of_partner(session, actor, ref, lock=True)
    if order.partner_id not in queries.partners_of(actor):
        raise Conflict(_("This order is delivered by another partner."))
    return order
