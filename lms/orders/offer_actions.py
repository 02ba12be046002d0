"""A partner's side before acceptance: an offer is made, revised and taken back until the closing day; or the partner passes."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_ref
from lms.courses.models import Course
from lms.orders import offering, queries, terms_words
from lms.orders.enums import OfferState, OrderState, Seen, Side, StepKind
from lms.orders.models import OfferVersion, OrderOffer, OrderPartner, TrainingBase, TrainingOrder
from lms.orders.offering import Offer
from lms.orders.step_actions import ensure_nameless, step, tell_hr, text_of
from lms.people.calendar_queries import today as day_of
from lms.people.models import Partner
from lms.portfolio.attachment_actions import Upload


def offer(session: Session, *, actor: Actor, ref: str, said: Offer, file: Upload | None = None, now: datetime) -> OrderOffer:
    """Make an offer, or a new version of it; HR sees that there is one, and what it says once the call has closed.

    Raises NotFound, Conflict after the closing day, Invalid with all that is wrong.
    """
    order, partner = _open(session, actor, ref, now)
    if wrong := list(offering.faults(said, today=day_of(now), until=order.until)):
        raise Invalid(_("The offer can't be made like this."), details=terms_words.offer_faults(wrong))
    _ensure_known(session, partner, said)
    ensure_nameless(session, order, said.draft, said.teachers, said.venue, said.words)
    found = queries.offer_of(session, order.id, partner.id)
    kind = StepKind.OFFERED if found is None or found.state == OfferState.WITHDRAWN else StepKind.OFFER_CHANGED
    if found is None:
        found = OrderOffer(
            ref=new_ref(), order_id=order.id, partner_id=partner.id, state=OfferState.STANDING, number=0, content={}, made_at=now, changed_at=now
        )
        session.add(found)
        session.flush()  # its id goes into its version
    found.number, found.content, found.changed_at, found.state = found.number + 1, said.stored(), now, OfferState.STANDING
    session.add(OfferVersion(offer_id=found.id, number=found.number, content=found.content, by=actor.name[:120], at=now))
    known = {"actor": actor, "side": Side.PARTNER, "now": now, "seen": Seen.PARTNER, "partner_id": partner.id}
    step(session, order, kind, **known, facts={"offer": found.ref, "version": found.number}, file=file)
    audit.record(session, actor=actor, action=Action.ORDER_OFFERED, subject=order.ref, now=now, offer=found.ref, version=found.number)
    if kind is StepKind.OFFERED:
        tell_hr(session, "order_offered", order, now, partner_zh=partner.zh, partner_en=partner.en)
    return found


def _ensure_known(session: Session, partner: Partner, said: Offer) -> None:
    """A course that is named exists, and so does a base."""
    if said.course and session.scalar(select(Course.id).where(Course.slug == said.course, Course.current_revision_id.is_not(None))) is None:
        raise Invalid(_("The offer can't be made like this."), details=[("course", _("There is no such course."))])
    base = session.scalar(select(TrainingBase).where(TrainingBase.ref == said.base, TrainingBase.closed_at.is_(None))) if said.base else None
    if said.base and (base is None or base.partner_id not in (None, partner.id)):
        raise Invalid(_("The offer can't be made like this."), details=[("base", _("There is no such training base."))])


def take_back(session: Session, *, actor: Actor, ref: str, now: datetime) -> OrderOffer:
    """Withdraw an offer before the closing day; its versions stay in the history. Raises NotFound, Conflict."""
    order, partner = _open(session, actor, ref, now)
    found = queries.offer_of(session, order.id, partner.id)
    if found is None or found.state != OfferState.STANDING:
        raise Conflict(_("There is no offer to take back."))
    found.state, found.changed_at = OfferState.WITHDRAWN, now
    known = {"actor": actor, "side": Side.PARTNER, "now": now, "seen": Seen.PARTNER, "partner_id": partner.id}
    step(session, order, StepKind.OFFER_WITHDRAWN, **known, facts={"offer": found.ref})
    audit.record(session, actor=actor, action=Action.ORDER_OFFERED, subject=order.ref, now=now, offer=found.ref, withdrawn=True)
    return found


def pass_on(session: Session, *, actor: Actor, ref: str, words: str, now: datetime) -> TrainingOrder:
    """Say that one makes no offer this time, and why. Raises NotFound, Conflict, Invalid."""
    order, partner = _open(session, actor, ref, now)
    words = text_of(words, most=400)
    ensure_nameless(session, order, words)
    made = queries.offer_of(session, order.id, partner.id)
    if made is not None and made.state == OfferState.STANDING:
        raise Conflict(_("You have made an offer. Take it back first."))
    row = session.get(OrderPartner, (order.id, partner.id))
    if row is None:
        row = OrderPartner(order_id=order.id, partner_id=partner.id, named=False)
        session.add(row)
    row.passed_at, row.words = now, words
    step(session, order, StepKind.PASSED, actor=actor, side=Side.PARTNER, now=now, seen=Seen.PARTNER, partner_id=partner.id, text=words)
    audit.record(session, actor=actor, action=Action.ORDER_OFFERED, subject=order.ref, now=now, passed=True)
    return order


def _open(session: Session, actor: Actor, ref: str, now: datetime) -> tuple[TrainingOrder, Partner]:
    order = queries.of_partner(session, actor, ref, lock=True)
    if order.state != OrderState.OPEN or queries.is_closed(order, day_of(now)):
        raise Conflict(_("The call takes no offers any more."))
    return order, queries.partner_of(session, actor, order)
