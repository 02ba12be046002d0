"""HR's order: drafted, opened to partners, prolonged, closed, decided, withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core import framework
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_ref
from lms.core.working_days import after
from lms.orders import offering, people_queries, queries, terms_words
from lms.orders.clock import clock
from lms.orders.disclosure import mix
from lms.orders.enums import OFFER_FLOW, Measure, OfferState, OrderState, Owner, Place, Seen, Side, StepKind
from lms.orders.models import OrderOffer, OrderPartner, TrainingBase, TrainingOrder
from lms.orders.remind_queries import to_remind
from lms.orders.step_actions import PLATFORM, advance, audience, bidders, ensure_nameless, set_turn, step, tell_hr, tell_partners, text_of
from lms.orders.terms import Terms, opening_faults, shape_faults
from lms.people.calendar_queries import today as day_of
from lms.people.models import Unit


def draft(session: Session, *, actor: Actor, unit: Unit, terms: Terms, now: datetime) -> TrainingOrder:
    """Begin an order for a unit and all below it. Raises Forbidden, Invalid."""
    policy.ensure_unit(actor, Permission.ORDERS_PLACE, unit.path)
    order = TrainingOrder(
        ref=new_ref(), unit_id=unit.id, owner_account_id=actor.account_id, by=actor.name[:120], state=OrderState.DRAFT, owner=Owner.HR, title="",
        competencies=[], place=Place.BASE, measure=Measure.CHANGE, created_at=now,
    )  # fmt: skip
    _write(order, terms)
    session.add(order)
    session.flush()  # its id goes into the rows that follow
    set_turn(order, day_of(now))
    _name_partners(session, order, terms)
    step(session, order, StepKind.DRAFTED, actor=actor, side=Side.HR, now=now)
    _log(session, actor, Action.ORDER_CHANGED, order, now)
    return order


def change(session: Session, *, actor: Actor, ref: str, terms: Terms, now: datetime) -> TrainingOrder:
    """Keep what a draft says. Raises NotFound, Conflict once it is open, Invalid."""
    order = _draft(session, actor, ref)
    before = terms_of(session, order)
    _write(order, terms)
    _name_partners(session, order, terms)
    if terms != before:
        step(session, order, StepKind.CHANGED, actor=actor, side=Side.HR, now=now)
        _log(session, actor, Action.ORDER_CHANGED, order, now)
    return order


def _write(order: TrainingOrder, terms: Terms) -> None:
    faults = list(shape_faults(terms, framework.read().codes))
    if faults:
        raise Invalid(_("The order can't be kept like this."), details=terms_words.faults(faults))
    for name in ("title", "need", "until", "hours", "place", "budget_fen", "budget_words", "measure", "aim_milli", "how", "review_on", "closes_on", "to_all"):
        setattr(order, name, getattr(terms, name))
    order.competencies = [{"code": code, "level": level} for code, level in terms.competencies]


def _name_partners(session: Session, order: TrainingOrder, terms: Terms) -> None:
    session.execute(delete(OrderPartner).where(OrderPartner.order_id == order.id))
    known = {one.id for one in queries.partners(session)}
    session.add_all(OrderPartner(order_id=order.id, partner_id=one, named=True) for one in sorted(set(terms.partners) & known) if not terms.to_all)
    session.flush()


def terms_of(session: Session, order: TrainingOrder) -> Terms:
    """What an order asks for."""
    named = tuple(one.partner_id for one in queries.named_partners(session, order) if one.named)
    return Terms(
        order.title, order.need, tuple((one["code"], one["level"]) for one in order.competencies), order.until, order.hours, Place(order.place),
        order.budget_fen, order.budget_words, Measure(order.measure), order.aim_milli, order.how, order.review_on, order.closes_on, order.to_all, named,
    )  # fmt: skip


def lacking(session: Session, order: TrainingOrder, today: date) -> list[tuple[str, str]]:
    """(field, sentence) of everything that still keeps a draft from being opened."""
    people = sum(queries.cohort_sizes(session, order.id).values())
    return terms_words.faults(opening_faults(terms_of(session, order), people=people, today=today, clock=clock()))


def open_call(session: Session, *, actor: Actor, ref: str, now: datetime) -> TrainingOrder:
    """Show the order to partners: from now on its terms and its list stay as they are. Raises NotFound, Conflict, Invalid with all that is missing."""
    order = _draft(session, actor, ref)
    if missing := lacking(session, order, day_of(now)):
        raise Invalid(_("Something is still missing."), details=missing)
    ensure_nameless(session, order, order.title, order.need, order.how, order.budget_words)
    found = mix(people_queries.posts_and_tiers(session, order.id))
    order.mix = {"people": found.people, "cells": [list(cell) for cell in found.cells], "others": found.others}
    order.opened_at = now
    advance(order, OrderState.OPEN, now)
    step(session, order, StepKind.OPENED, actor=actor, side=Side.HR, now=now, seen=Seen.ALL, facts={"closes_on": order.closes_on.isoformat()})
    _log(session, actor, Action.ORDER_OPENED, order, now, to_all=order.to_all)
    tell_partners(session, "order_call", order, audience(session, order), now, unit_zh=order.unit.zh, unit_en=order.unit.en)
    return order


def prolong(session: Session, *, actor: Actor, ref: str, closes_on: date | None, reason: str, now: datetime) -> TrainingOrder:
    """Give partners more time while the call is open. Raises NotFound, Conflict, Invalid."""
    order = queries.of_hr(session, actor, ref, lock=True)
    reason = text_of(reason, most=400)
    _ensure_open(order, day_of(now))
    if closes_on is None or order.closes_on is None or closes_on <= order.closes_on or (order.until and closes_on >= order.until):
        raise Invalid(_("The new closing day lies after the one so far, and before the training is to be done."))
    ensure_nameless(session, order, reason)
    order.closes_on = closes_on
    set_turn(order, day_of(now))
    facts = {"closes_on": closes_on.isoformat()}
    step(session, order, StepKind.PROLONGED, actor=actor, side=Side.HR, now=now, seen=Seen.ALL, text=reason, facts=facts)
    _log(session, actor, Action.ORDER_OPENED, order, now, **facts)
    tell_partners(session, "order_prolonged", order, audience(session, order), now)
    return order


def close_call(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> TrainingOrder:
    """Take no more offers before the closing day, and open those that came in. Raises NotFound, Conflict, Invalid."""
    order = queries.of_hr(session, actor, ref, lock=True)
    reason = text_of(reason, most=400)
    _ensure_open(order, day_of(now))
    ensure_nameless(session, order, reason)
    order.closed_at, order.decide_by = now, after(day_of(now), clock().decide_within)
    step(session, order, StepKind.CLOSED, actor=actor, side=Side.HR, now=now, seen=Seen.ALL, text=reason)
    _log(session, actor, Action.ORDER_DECIDED, order, now, closed="early")
    tell_partners(session, "order_closed", order, bidders(session, order), now)
    return order


def _ensure_open(order: TrainingOrder, today: date) -> None:
    if order.state != OrderState.OPEN or queries.is_closed(order, today):
        raise Conflict(_("The call takes no offers any more."))


def accept(session: Session, *, actor: Actor, ref: str, offer_ref: str, reason: str, declined: str, now: datetime) -> TrainingOrder:
    """Take one offer; all others are declined with ``declined``, which their partners read. Raises NotFound, Conflict before closing, Invalid."""
    order, standing = _deciding(session, actor, ref, now)
    chosen = next((one for one in standing if one.ref == offer_ref), None)
    if chosen is None:
        raise Invalid(_("Choose one of the offers."))
    reason, others = text_of(reason, most=2000), [one for one in standing if one is not chosen]
    declined = text_of(declined, most=2000, needed=bool(others))
    ensure_nameless(session, order, reason, declined)
    content = offering.Offer.of(chosen.content)
    _answer(chosen, OfferState.ACCEPTED, reason, now)
    order.partner_id, order.accepted_at, order.ends_on, order.course_slug = chosen.partner_id, now, content.ends_on, content.course
    order.base_id = session.scalar(select(TrainingBase.id).where(TrainingBase.ref == content.base)) if content.base else None
    advance(order, OrderState.ACCEPTED, now, begins_on=content.begins_on)
    known: dict[str, Any] = {"actor": actor, "side": Side.HR, "now": now, "seen": Seen.PARTNER}
    step(session, order, StepKind.ACCEPTED, **known, partner_id=chosen.partner_id, text=reason, facts={"offer": chosen.ref, "version": chosen.number})
    _decline(session, order, others, declined, known)
    _log(session, actor, Action.ORDER_DECIDED, order, now, offer=chosen.ref, offers=len(standing))
    tell_partners(session, "order_accepted", order, [chosen.partner_id], now)
    return order


def decline_all(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> TrainingOrder:
    """Accept no offer. Raises NotFound, Conflict before closing, Invalid without a reason."""
    order, standing = _deciding(session, actor, ref, now)
    reason = text_of(reason, most=2000)
    ensure_nameless(session, order, reason)
    advance(order, OrderState.DECLINED, now)
    known = {"actor": actor, "side": Side.HR, "now": now, "seen": Seen.PARTNER}
    step(session, order, StepKind.DECLINED, actor=actor, side=Side.HR, now=now, text=reason, facts={"offers": len(standing)})
    _decline(session, order, standing, reason, known)
    _log(session, actor, Action.ORDER_DECIDED, order, now, offers=len(standing), accepted="none")
    return order


def _deciding(session: Session, actor: Actor, ref: str, now: datetime) -> tuple[TrainingOrder, list[OrderOffer]]:
    order = queries.of_hr(session, actor, ref, lock=True)
    if order.state != OrderState.OPEN:
        raise Conflict(_("The order has moved on in the meantime. Look at it again."))
    if not queries.is_closed(order, day_of(now)):
        raise Conflict(_("Offers are sealed until the closing day. Close the call first if it is to be decided earlier."))
    return order, [one for one in queries.offers(session, order.id) if one.state == OfferState.STANDING]


def _answer(offer: OrderOffer, to: OfferState, reason: str, now: datetime) -> None:
    if to not in OFFER_FLOW[OfferState(offer.state)]:
        raise Conflict(_("The order has moved on in the meantime. Look at it again."))
    offer.state, offer.reason, offer.answered_at = to, reason, now


def _decline(session: Session, order: TrainingOrder, offers: list[OrderOffer], reason: str, known: dict[str, Any]) -> None:
    for one in offers:
        _answer(one, OfferState.DECLINED, reason, known["now"])
        step(session, order, StepKind.OFFER_DECLINED, **known, partner_id=one.partner_id, text=reason, facts={"offer": one.ref})
    tell_partners(session, "order_offer_declined", order, [one.partner_id for one in offers], known["now"])


def withdraw(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> TrainingOrder:
    """Let an order be, before it is delivered. Raises NotFound, Conflict, Invalid without a reason."""
    order = queries.of_hr(session, actor, ref, lock=True)
    reason = text_of(reason, most=2000)
    concerned = [order.partner_id] if order.partner_id else audience(session, order) if order.opened_at else []
    ensure_nameless(session, order, reason)
    advance(order, OrderState.WITHDRAWN, now)
    seen = Seen.PARTNER if order.partner_id else Seen.ALL
    step(session, order, StepKind.WITHDRAWN, actor=actor, side=Side.HR, now=now, seen=seen, partner_id=order.partner_id, text=reason)
    _log(session, actor, Action.ORDER_WITHDRAWN, order, now)
    tell_partners(session, "order_withdrawn", order, concerned, now)
    return order


def remind(session: Session, *, today: date, now: datetime) -> int:
    """Remind whoever has the turn, shortly before it is due and once it is overdue; answers of how many orders."""
    found = to_remind(session, today=today)
    for order, turn in found:
        late = today > turn.due_on
        kind = "order_overdue" if late else "order_due"
        step(session, order, StepKind.REMINDED, actor=PLATFORM, side=Side.PLATFORM, now=now, facts={"due": turn.due_on.isoformat(), "late": late})
        if turn.owner == Owner.PARTNER and order.partner_id:
            tell_partners(session, kind, order, [order.partner_id], now)
        if turn.owner == Owner.HR or late:
            tell_hr(session, kind, order, now)
    return len(found)


def _draft(session: Session, actor: Actor, ref: str) -> TrainingOrder:
    order = queries.of_hr(session, actor, ref, lock=True)
    if order.state != OrderState.DRAFT:
        raise Conflict(_("The order is open to partners: what it asks for stays as it is."))
    return order


def _log(session: Session, actor: Actor, action: Action, order: TrainingOrder, now: datetime, **noted: Any) -> None:
    audit.record(session, actor=actor, action=action, subject=order.ref, now=now, **noted)
