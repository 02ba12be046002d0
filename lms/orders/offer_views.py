"""A partner's offer: its form, taking it back, passing; and its versions, for who may see them."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission as P
from lms.core import db
from lms.core.errors import Invalid
from lms.core.i18n import pick
from lms.orders import base_queries, offer_actions, order_form, order_page, order_views, queries, sides
from lms.orders.enums import OfferState, OrderState
from lms.orders.list_views import shared
from lms.orders.offering import Offer
from lms.orders.sides import READS, did
from lms.people.calendar_queries import today
from lms.portfolio import attachment_actions as attachments


@requires(P.ORDERS_ANSWER)
def offer_form(ref: str) -> Any:
    """The form of an offer, with what was offered so far."""
    return _form(ref, [])


def _form(ref: str, errors: list[tuple[str, str]]) -> Any:
    session, actor = db.session(), current_actor()
    order = queries.of_partner(session, actor, ref)
    if order.state != OrderState.OPEN or queries.is_closed(order, today(g.now)):
        flash(_("The call takes no offers any more."), "warning")
        return redirect(url_for(".order", ref=ref), 303)
    partner = queries.partner_of(session, actor, order)
    own = queries.offer_of(session, order.id, partner.id)
    values = request.form if request.form else order_form.offer_shown(own.content) if own else {}
    bases = [(one.ref, f"{one.name} · {one.address}") for one in base_queries.choices(session, partner.id)]
    known = {"courses": order_page.course_choices(session), "bases": bases, "attach_mb": attachments.most_megabytes()}
    return render_template("orders/offer.html", order=order, partner=partner, own=own, values=values, errors=errors, **known, **shared())


@requires(P.ORDERS_ANSWER)
def offer(ref: str) -> Any:
    """Make an offer, or revise it."""
    try:
        said, file = order_form.offer_in(request.form), attachments.read("file")
    except Invalid as refused:
        return _form(ref, [(field or "file", text) for field, text in sides.errors_of(refused)]), 422
    done = lambda: offer_actions.offer(db.session(), actor=current_actor(), ref=ref, said=said, file=file, now=g.now)  # noqa: E731
    return did(ref, done, _("Your offer is in. You can revise it until the closing day; no other partner sees it."), again=lambda errors: _form(ref, errors))


@requires(P.ORDERS_ANSWER)
def take_back(ref: str) -> Any:
    """Withdraw the offer."""
    done = lambda: offer_actions.take_back(db.session(), actor=current_actor(), ref=ref, now=g.now)  # noqa: E731
    return did(ref, done, _("Your offer is taken back."), again=lambda errors: order_views.page(ref, errors))


@requires(P.ORDERS_ANSWER)
def pass_on(ref: str) -> Any:
    """Make no offer this time."""
    done = lambda: offer_actions.pass_on(db.session(), actor=current_actor(), ref=ref, words=request.form.get("words", ""), now=g.now)  # noqa: E731
    return did(ref, done, _("HR is told that you make no offer this time."), again=lambda errors: order_views.page(ref, errors))


@requires(*READS)
def offer_versions(ref: str, offer: str) -> str:
    """All versions of one offer: for its partner, and for HR once the call has closed. Raises NotFound for all others."""
    session, actor = db.session(), current_actor()
    order, side = sides.find(session, actor, ref)
    found = queries.offer_by_ref(session, actor, order, side, offer, today=today(g.now))
    words = shared()["words"]
    lines = [(one, Offer.of(one.content), words.yuan(one.content["price_fen"])) for one in queries.versions_of(session, found)]
    state = words.OFFER_STATES[OfferState(found.state)]
    return render_template("orders/versions.html", order=order, offer=found, versions=lines, state=state, partner=pick(found.partner), **shared())
