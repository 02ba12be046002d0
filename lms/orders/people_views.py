"""HR's pages about the people of an order: the list, who could be on it, who is trained first. Every reading of names is written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.audit import Action, Event
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission as P
from lms.core import db, paging
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import pick
from lms.orders import people_actions, people_queries, queries
from lms.orders.enums import Cohort, OrderState
from lms.orders.list_views import shared
from lms.orders.models import TrainingOrder
from lms.orders.people_queries import GAPS, Wish
from lms.orders.terms import MOST_PEOPLE
from lms.people import queries as people_of
from lms.people.enums import TIER_NAMES, Tier
from lms.people.models import Position
from lms.people.queries import below, within
from lms.web import files

KEPT = ("unit", "post", "tier", "gap", "q", "on")
MOST_UNITS = 400


def _wish(values: Any) -> Wish:
    gap = values.get("gap", "open")
    texts = {name: values.get(name, "").strip()[:80] for name in ("unit", "post", "tier")}
    return Wish(**texts, gap=gap if gap in GAPS else "open", text=values.get("q", "").strip()[:80], on=bool(values.get("on")))


@requires(P.ORDERS_PLACE)
@db.writes
def people(ref: str) -> Response:
    """Who could be on the list of a draft, narrowed by unit, post, tier and gap; who is on it is ticked."""
    session = db.session()
    order, wish = queries.of_hr(session, current_actor(), ref), _wish(request.args)
    if order.state != OrderState.DRAFT:
        return make_response(redirect(url_for(".cohorts", ref=ref), 303))
    page = paging.page_of(session, people_queries.candidates(current_actor(), order, wish), number=request.args.get("page", 1, type=int))
    _log(session, order, page.rows)
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)}
    states = people_queries.states_of(session, order, [row[0].id for row in page.rows])
    n_listed = sum(queries.cohort_sizes(session, order.id).values())
    body = render_template(
        "orders/people.html", order=order, page=page, wish=wish, kept=kept, states=states, n_listed=n_listed, most=MOST_PEOPLE, **_options(session, order),
        **shared(),
    )  # fmt: skip
    return make_response(body, {"Cache-Control": "no-store"})


def _options(session: Session, order: TrainingOrder) -> dict[str, Any]:
    scope = policy.scope(current_actor(), P.ORDERS_PLACE)
    query = people_of.units_in(scope).where(below(order.unit), within(scope)).limit(MOST_UNITS)
    posts = session.scalars(select(Position).order_by(Position.code)).all()
    return {
        "units": [(unit.code, pick(unit)) for unit in session.scalars(query)], "posts": [(one.code, pick(one)) for one in posts],
        "tiers": [(str(tier), str(TIER_NAMES[tier])) for tier in Tier],
    }  # fmt: skip


def _log(session: Session, order: TrainingOrder, rows: Sequence[Any]) -> None:
    events = [Event(Action.ORDER_LISTED, row[0].staff_no, row[0].id, {"order": order.ref}) for row in rows]
    audit.record_many(session, actor=current_actor(), now=g.now, events=events)


@requires(P.ORDERS_PLACE)
def change_people(ref: str) -> Any:
    """Put the ticked ones on the list, everyone who matches, or take the ticked ones off."""
    session, form = db.session(), request.form
    known = {"actor": current_actor(), "ref": ref, "now": g.now}
    refs = form.getlist("who")
    try:
        match form.get("do"):
            case "all":
                n = people_actions.add_all(session, **known, wish=_wish(form))
                flash(ngettext("%(num)d person is put on the list.", "%(num)d people are put on the list.", n), "success")
            case "off":
                n = people_actions.remove(session, **known, official_refs=refs)
                flash(ngettext("%(num)d person is taken off the list.", "%(num)d people are taken off the list.", n), "success")
            case _:
                n = people_actions.add(session, **known, official_refs=refs)
                flash(ngettext("%(num)d person is put on the list.", "%(num)d people are put on the list.", n), "success")
    except (Invalid, Conflict) as refused:
        flash(str(refused), "error")
    kept = {key: form[key] for key in KEPT if form.get(key)}
    return redirect(url_for(".people", ref=ref, **kept), 303)


@requires(P.ORDERS_PLACE)
@db.writes
def cohorts(ref: str) -> Response:
    """The list, and who is trained first."""
    session = db.session()
    order = queries.of_hr(session, current_actor(), ref)
    rows = session.execute(people_queries.members(order.id)).all()
    _log(session, order, rows)
    sizes = queries.cohort_sizes(session, order.id)
    body = render_template(
        "orders/cohorts.html", order=order, rows=rows, sizes=sizes, n_people=len(rows), accepted=order.state == OrderState.ACCEPTED, **shared()
    )
    return make_response(body, {"Cache-Control": "no-store"})


@requires(P.ORDERS_PLACE)
@db.writes
def export_people(ref: str, form: str) -> Response:
    """HR's list of an order as a file; it names people and never goes to a partner."""
    session = db.session()
    order = queries.of_hr(session, current_actor(), ref)
    rows = session.execute(people_queries.members(order.id)).all()
    _log(session, order, rows)
    audit.record(session, actor=current_actor(), action=Action.ORDERS_EXPORTED, subject=order.ref, now=g.now, people=len(rows))
    words = shared()["words"]
    head = [_("Staff number"), _("Name"), _("Unit"), _("Post"), _("Cohort")]
    table = [head, *([who.staff_no, who.name, pick(unit), pick(post), str(words.COHORTS[Cohort(cohort)])] for who, unit, post, cohort in rows)]
    return files.table(table, f"order-people.{form}", _("People"))


@requires(P.ORDERS_PLACE)
def split(ref: str) -> Any:
    """Say by hand who is trained first and who later."""
    cohorts_of = {name.removeprefix("c-"): Cohort(value) for name, value in request.form.items() if name.startswith("c-") and value in list(Cohort)}
    return _settled(ref, lambda: people_actions.split(db.session(), actor=current_actor(), ref=ref, cohorts=cohorts_of, now=g.now), _("Saved."))


@requires(P.ORDERS_PLACE)
def draw(ref: str) -> Any:
    """Let the lot say who is trained first."""
    places = request.form.get("places", 0, type=int)
    done = lambda: people_actions.draw_lot(db.session(), actor=current_actor(), ref=ref, places=places, now=g.now)  # noqa: E731
    return _settled(ref, done, _("The lot is drawn, and its seed is kept in the history."))


def _settled(ref: str, done: Any, said: str) -> Any:
    try:
        with db.attempt():
            done()
        flash(said, "success")
    except (Invalid, Conflict) as refused:
        flash(str(refused), "error")
    return redirect(url_for(".cohorts", ref=ref), 303)
