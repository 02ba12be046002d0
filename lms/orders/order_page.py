"""What the pages of one order show to HR and to a partner. A partner's page gets numbers of people only, none of a small group."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.authoring.enums import DraftState
from lms.core.i18n import pick
from lms.courses.models import Course, CourseRevision
from lms.orders import draft_queries, people_queries, queries, verify_page, verify_queries, wording
from lms.orders.disclosure import part_of
from lms.orders.enums import OfferState, OrderState, Seen, Side, StepKind
from lms.orders.models import OrderOffer, OrderStep, TrainingBase, TrainingOrder
from lms.orders.offering import Offer
from lms.people.calendar_queries import today
from lms.people.models import Partner, Position

STARTED = (OrderState.DELIVERY, OrderState.DELIVERED, OrderState.VERIFIED, OrderState.NOT_REACHED)
SEALED = (StepKind.OFFERED, StepKind.OFFER_CHANGED)


def for_hr(session: Session, order: TrainingOrder) -> dict[str, Any]:
    """Everything but names: those stand on pages of their own, whose reading is written down."""
    closed = queries.is_closed(order, today(g.now))
    offers = queries.offers(session, order.id)
    sizes = queries.cohort_sizes(session, order.id)
    named = {one.partner_id: one for one in queries.named_partners(session, order)}
    known = {one.id: one for one in queries.partners(session)}
    return {
        "side": Side.HR, "mix": mix(session, order), "n_offers": len(offers), "offers": [_offer(session, one) for one in offers] if closed else [],
        "passed": [(pick(known[i]) if i in known else "", one.words) for i, one in named.items() if one.passed_at],
        "asked_partners": [pick(known[i]) for i, one in named.items() if one.named and i in known], "sizes": sizes, "n_people": sum(sizes.values()),
        "steps": [_step(one, order, Side.HR) for one in queries.steps(session, order)], "courses": course_choices(session),
        "course": course(session, order.course_slug), "progress": _progress(session, order), "talks": _talks(session, order, known),
        "figures": verify_page.shown(order, verify_queries.read(order.result), reader=Side.HR) if order.result else None,
        "draft": _draft(session, order), "state_path": wording.PATH, "can_start": bool(order.course_slug) and order.state == OrderState.ACCEPTED,
    }  # fmt: skip


def for_partner(session: Session, actor: Actor, order: TrainingOrder) -> dict[str, Any]:
    """What a partner sees: the terms, numbers of people, its own offer and messages, how far its own delivery is."""
    partner = queries.partner_of(session, actor, order)
    own = queries.offer_of(session, order.id, partner.id)
    ours = order.partner_id == partner.id
    return {
        "side": Side.PARTNER, "partner": partner, "mix": mix(session, order), "own": _offer(session, own) if own else None, "ours": ours,
        "passed_on": _passed(session, order, partner), "courses": course_choices(session) if ours or order.state == OrderState.OPEN else [],
        "steps": [_step(one, order, Side.PARTNER) for one in queries.steps(session, order, partner_id=partner.id)],
        "course": course(session, order.course_slug) if ours else None, "class_size": _class_size(session, order) if ours else None,
        "progress": _progress(session, order, suppressed=True) if ours else None,
        "figures": verify_page.shown(order, verify_queries.read(order.result), reader=Side.PARTNER) if order.result and ours else None,
        "winner": pick(order.partner) if order.partner and not ours else "", "draft": _draft(session, order) if ours else None,
        "drafts": [(one.ref, f"{one.code} {pick(one)}") for one in session.scalars(draft_queries.writable(partner.id).limit(100))] if ours else [],
        "may_write": policy.scope(actor, P.COURSES_WRITE).covers_partner(partner.id),
    }  # fmt: skip


def _passed(session: Session, order: TrainingOrder, partner: Partner) -> str:
    found = next((one for one in queries.named_partners(session, order) if one.partner_id == partner.id and one.passed_at), None)
    return found.words if found else ""


def mix(session: Session, order: TrainingOrder) -> list[tuple[str, str, int]]:
    """(post, tier, people) as they were released when the order opened."""
    cells = order.mix.get("cells", [])
    posts = {one.code: pick(one) for one in session.scalars(select(Position).where(Position.code.in_([cell[0] for cell in cells])))}
    rows = [(posts.get(post, post), wording.tier(tier), n) for post, tier, n in cells]
    return [*rows, (_("other posts and tiers together"), "", order.mix["others"])] if order.mix.get("others") else rows


def _offer(session: Session, one: OrderOffer) -> dict[str, Any]:
    said = Offer.of(one.content)
    base = session.scalar(select(TrainingBase).where(TrainingBase.ref == said.base)) if said.base else None
    named = course(session, said.course)
    return {
        "one": one, "said": said, "partner": pick(one.partner), "base": base, "course": named["title"] if named else said.draft,
        "to_be_written": not named, "price": wording.yuan(said.price_fen), "state": wording.OFFER_STATES[OfferState(one.state)],
        "url": url_for("orders.offer_versions", ref=one.order.ref, offer=one.ref),
    }  # fmt: skip


def course(session: Session, slug: str) -> dict[str, str] | None:
    """A released course's title and address."""
    if not slug:
        return None
    r = CourseRevision
    row = session.execute(select(r.title_zh, r.title_en).join(Course, Course.current_revision_id == r.id).where(Course.slug == slug)).one_or_none()
    return {"title": row.title_en if g.language == "en" else row.title_zh, "url": url_for("courses.course", slug=slug), "slug": slug} if row else None


def course_choices(session: Session) -> list[tuple[str, str]]:
    """(slug, code and title) of all released courses."""
    r = CourseRevision
    rows = session.execute(select(Course.slug, Course.code, r.title_zh, r.title_en).join(r, Course.current_revision_id == r.id).order_by(Course.code))
    return [(slug, f"{code} {en if g.language == 'en' else zh}") for slug, code, zh, en in rows]


def _draft(session: Session, order: TrainingOrder) -> dict[str, Any] | None:
    """The course that is being written for the order."""
    found = draft_queries.written_for(session, order.ref) if order.state == OrderState.ACCEPTED else None
    return {"ref": found.ref, "title": f"{found.code} {pick(found)}", "state": wording.DRAFT_STATES[DraftState(found.state)]} if found else None


def _class_size(session: Session, order: TrainingOrder) -> int | None:
    """How many are trained first; None where that, or those who wait, would be a small group."""
    sizes = queries.cohort_sizes(session, order.id)
    return part_of(sizes.get("first", 0), sum(sizes.values())) if order.state in STARTED else None


def _progress(session: Session, order: TrainingOrder, *, suppressed: bool = False) -> dict[str, Any] | None:
    """How many of the first cohort have completed the course; for a partner only as far as no small group shows."""
    if order.state not in STARTED:
        return None
    done, whole = people_queries.done(session, order)
    if not suppressed:
        return {"done": done, "of": whole}
    shown = part_of(done, whole) if _class_size(session, order) is not None else None
    return {"done": shown, "of": whole} if shown is not None else {"done": None, "of": None}


def _step(one: OrderStep, order: TrainingOrder, reader: Side) -> dict[str, Any]:
    return {
        "kind": one.kind, "name": wording.KINDS[one.kind], "at": one.at, "by": wording.by(one, reader=reader, unit=order.unit), "said": wording.said(one),
        "text": one.text, "files": one.files, "partner": pick(one.partner) if one.partner else "", "side": one.side, "seen": wording.SEEN[Seen(one.seen)],
        "sealed": reader is Side.HR and one.kind in SEALED and sealed(order),
    }  # fmt: skip


def sealed(order: TrainingOrder) -> bool:
    """Whether what partners offered is still closed to HR."""
    return order.state == OrderState.OPEN and not queries.is_closed(order, today(g.now))


def _talks(session: Session, order: TrainingOrder, known: dict[int, Partner]) -> list[tuple[str, str]]:
    """To whom HR can write: the partner that delivers, else one of those asked, or all of them."""
    if order.partner_id:
        return [(order.partner.code, pick(order.partner))]
    asked = {one.partner_id for one in queries.named_partners(session, order) if one.named}
    reached = [one for one in known.values() if order.to_all or one.id in asked]
    return [("", _("all partners that see the order")), *((one.code, pick(one)) for one in reached)]
