"""HR begins and writes an order, and one order as its reader may see it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission as P
from lms.core import db, framework
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import pick
from lms.orders import actions, order_form, order_page, people_actions, people_queries, queries, sides
from lms.orders.clock import clock
from lms.orders.enums import OrderState, Side
from lms.orders.form_values import Reader
from lms.orders.list_views import shared
from lms.orders.models import TrainingOrder
from lms.orders.sides import READS, did
from lms.orders.terms import first_closing_day
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.portfolio import attachment_actions as attachments

MOST_UNITS = 400


@requires(P.ORDERS_PLACE)
def new() -> str:
    """Begin an order: empty, or from a gap whose competency and unit the address names."""
    return _new_page(_from_gap(db.session()), [])


def _new_page(form: Any, errors: list[tuple[str, str]]) -> str:
    scope = policy.scope(current_actor(), P.ORDERS_PLACE)
    units = [(code, en if g.language == "en" else zh) for code, zh, en in people.unit_choices(db.session(), scope, MOST_UNITS)]
    return render_template("orders/new.html", form=form, errors=errors, units=units, places=order_form.PLACES, **shared())


def _from_gap(session: Session) -> dict[str, Any]:
    """What the address knows: unit, competency, post and tier of a gap; the level is the one that most of those who lack it are to reach."""
    args = request.args
    found: dict[str, Any] = {name: args[name][:80] for name in ("unit", "post", "tier") if args.get(name)}
    code = args.get("competency", "")
    if code not in framework.read().codes:
        return found | {"title": args.get("question", "")[:200]}
    found |= {"competency-1": code, "level-1": "2", "title": args.get("question", "")[:200]}
    if found.get("unit"):
        unit = people.unit_by_code(session, found["unit"])
        policy.ensure_unit(current_actor(), P.ORDERS_PLACE, unit.path)
        levels = people_queries.usual_levels(session, unit, code)
        if levels:
            found["level-1"] = str(max(levels, key=lambda level: (levels[level], level)))
            found["short"] = sum(levels.values())
    return found


@requires(P.ORDERS_PLACE)
def add() -> Any:
    """Keep the new draft, with the people of the gap on its list when that was asked for."""
    session, form = db.session(), request.form
    unit = people.unit_by_code(session, form.get("unit", ""))
    try:
        order = actions.draft(session, actor=current_actor(), unit=unit, terms=order_form.terms_in(form, ()), now=g.now)
    except Invalid as refused:
        return _new_page(form, sides.errors_of(refused)), 422
    if form.get("fill"):
        wish = people_queries.Wish(post=form.get("post", ""), tier=form.get("tier", ""), gap="open")
        try:
            people_actions.add_all(session, actor=current_actor(), ref=order.ref, wish=wish, now=g.now)
        except Invalid as refused:
            flash(str(refused), "warning")
    flash(_("The draft is kept. Partners see nothing of it yet."), "success")
    return redirect(url_for(".order", ref=order.ref), 303)


@requires(*READS)
def order(ref: str) -> str:
    """One order: HR's draft to write on, HR's page, or what a partner sees."""
    return page(ref, [])


def page(ref: str, errors: list[tuple[str, str]]) -> str:
    """The page of an order for its reader, with what is wrong with the form that was sent."""
    session, actor = db.session(), current_actor()
    found, side = sides.find(session, actor, ref)
    known = {"order": found, "errors": errors, "form": request.form, "attach_mb": attachments.most_megabytes(), **shared()}
    if side is Side.PARTNER:
        return render_template("orders/partner.html", **known, **order_page.for_partner(session, actor, found))
    if found.state == OrderState.DRAFT:
        return render_template("orders/draft.html", **known, **_draft(session, found))
    return render_template("orders/order.html", **known, **order_page.for_hr(session, found))


def _draft(session: Session, found: TrainingOrder) -> dict[str, Any]:
    partners, day = queries.partners(session), today(g.now)
    codes = {one.id: one.code for one in partners}
    named = [codes[one.partner_id] for one in queries.named_partners(session, found) if one.partner_id in codes]
    values = request.form if request.form.get("title") is not None else order_form.shown(found, named)
    return {
        "values": values, "chosen_partners": request.form.getlist("partners") if request.form else named,
        "partners": [(one.code, pick(one)) for one in partners],
        "places": order_form.PLACES, "lacking": actions.lacking(session, found, day), "n_people": sum(queries.cohort_sizes(session, found.id).values()),
        "first_day": first_closing_day(day, clock()), "steps": queries.steps(session, found),
    }  # fmt: skip


@requires(P.ORDERS_PLACE)
def change(ref: str) -> Any:
    """Keep what a draft says, and open it when that button was pressed."""
    session, known = db.session(), {"actor": current_actor(), "ref": ref, "now": g.now}

    def save() -> None:
        actions.change(session, **known, terms=order_form.terms_in(request.form, queries.partners(session)))

    again = lambda errors: page(ref, errors)  # noqa: E731
    if request.form.get("do") != "open":
        return did(ref, save, _("Saved."), again=again)
    return did(ref, save, _("Saved."), again=again, then=lambda: _open(ref, known))


def _open(ref: str, known: dict[str, Any]) -> None:
    """Open what was saved just now; what was written is kept even when something is missing for the call, and the page says what."""
    try:
        with db.attempt() as session:
            actions.open_call(session, **known)
    except (Invalid, Conflict) as refused:
        flash(str(refused), "warning")
    else:
        flash(_("The order is open: partners see it and can make offers."), "success")


@requires(P.ORDERS_PLACE)
def prolong(ref: str) -> Any:
    """Give partners more time."""
    form, known = request.form, {"actor": current_actor(), "ref": ref, "now": g.now}
    done = lambda: actions.prolong(db.session(), **known, closes_on=_day("closes_on"), reason=form.get("reason", ""))  # noqa: E731
    return did(ref, done, _("The closing day is moved; the partners are told."), again=lambda errors: page(ref, errors))


def _day(name: str) -> date | None:
    read = Reader(request.form)
    day = read.day(name, _("Write the date as year, month and day."))
    read.done(_("Write the date as year, month and day."))
    return day


@requires(P.ORDERS_PLACE)
def close(ref: str) -> Any:
    """Close the call before its day."""
    known = {"actor": current_actor(), "ref": ref, "now": g.now, "reason": request.form.get("reason", "")}
    return did(
        ref, lambda: actions.close_call(db.session(), **known), _("The call is closed, and the offers are open."), again=lambda errors: page(ref, errors)
    )


@requires(P.ORDERS_PLACE)
def accept(ref: str) -> Any:
    """Take one offer, decline the others."""
    form = request.form
    known = {"actor": current_actor(), "ref": ref, "now": g.now, "reason": form.get("reason", ""), "declined": form.get("declined", "")}
    done = lambda: actions.accept(db.session(), **known, offer_ref=form.get("offer", "")[:24])  # noqa: E731
    return did(ref, done, _("Accepted; all partners that made an offer are told."), again=lambda errors: page(ref, errors))


@requires(P.ORDERS_PLACE)
def decline(ref: str) -> Any:
    """Accept none of the offers."""
    known = {"actor": current_actor(), "ref": ref, "now": g.now, "reason": request.form.get("reason", "")}
    return did(ref, lambda: actions.decline_all(db.session(), **known), _("No offer is accepted; the partners are told why."), again=lambda e: page(ref, e))


@requires(P.ORDERS_PLACE)
def withdraw(ref: str) -> Any:
    """Let an order be."""
    known = {"actor": current_actor(), "ref": ref, "now": g.now, "reason": request.form.get("reason", "")}
    return did(ref, lambda: actions.withdraw(db.session(), **known), _("The order is withdrawn."), again=lambda errors: page(ref, errors))


@requires(*READS)
def printed(ref: str) -> str:
    """The order on paper, as its reader sees it."""
    session, actor = db.session(), current_actor()
    found, side = sides.find(session, actor, ref)
    more = order_page.for_partner(session, actor, found) if side is Side.PARTNER else order_page.for_hr(session, found)
    return render_template("orders/print_order.html", order=found, **shared(), **more)


@requires(*READS)
@db.writes
def file(ref: str, file_ref: str) -> Response:
    """A file that came with a step; what partners sent in with an offer stays sealed until the call has closed."""
    session, actor = db.session(), current_actor()
    found, side = sides.find(session, actor, ref)
    partner_id = queries.partner_of(session, actor, found).id if side is Side.PARTNER else None
    sealed = side is Side.HR and order_page.sealed(found)
    kept = queries.file_of(session, found, file_ref, partner_id=partner_id, sealed=sealed)
    audit.record(session, actor=actor, action=Action.ORDER_FILE_READ, subject=found.ref, now=g.now, file=kept.ref)
    return attachments.download(kept.stored_as, kept.kind, kept.name)
