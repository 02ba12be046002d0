"""Delivery and verification: course, beginning, dates, delivery, evidence of both groups, the signature; messages from both sides."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, render_template, request
from flask_babel import gettext as _

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission as P
from lms.charts import figures as drawn
from lms.charts.theme import SCREEN
from lms.core import db
from lms.core.errors import NotFound
from lms.orders import delivery_actions, order_views, queries, sides, verify_actions, verify_page, verify_queries
from lms.orders.enums import OrderState, Side
from lms.orders.form_values import Reader
from lms.orders.list_views import shared
from lms.orders.models import TrainingOrder
from lms.orders.sides import READS, did
from lms.orders.verify_queries import Figures
from lms.people import queries as people
from lms.portfolio import attachment_actions as attachments
from lms.web import files


def _again(ref: str) -> Any:
    return lambda errors: order_views.page(ref, errors)


def _days(*names: str) -> dict[str, date | None]:
    """Dates of the form. Raises Invalid."""
    read = Reader(request.form)
    found = {name: read.day(name, _("Write the date as year, month and day.")) for name in names}
    read.done(_("Write the date as year, month and day."))
    return found


def _known(ref: str) -> dict[str, Any]:
    return {"actor": current_actor(), "ref": ref, "now": g.now}


@requires(*READS)
def name_course(ref: str) -> Any:
    """Say which course the order is delivered with."""
    _order, side = sides.find(db.session(), current_actor(), ref)
    done = lambda: delivery_actions.name_course(db.session(), **_known(ref), slug=request.form.get("course", "")[:80], side=side)  # noqa: E731
    return did(ref, done, _("The course is named."), again=_again(ref))


@requires(P.ORDERS_ANSWER)
def tie_draft(ref: str) -> Any:
    """Say which draft is written for the order."""
    done = lambda: delivery_actions.tie_draft(db.session(), **_known(ref), draft_ref=request.form.get("draft", "")[:24])  # noqa: E731
    return did(ref, done, _("HR sees which course is being written; once released it is the course of this order."), again=_again(ref))


@requires(P.ORDERS_PLACE)
def start(ref: str) -> Any:
    """Begin the training of the first cohort."""
    done = lambda: delivery_actions.start(db.session(), **_known(ref), **_days("ends_on"))  # noqa: E731
    return did(ref, done, _("The training has begun: the first cohort is assigned the course."), again=_again(ref))


@requires(P.ORDERS_PLACE)
def move(ref: str) -> Any:
    """Give more time."""
    done = lambda: delivery_actions.move(db.session(), **_known(ref), **_days("ends_on", "review_on"), reason=request.form.get("reason", ""))  # noqa: E731
    return did(ref, done, _("The dates are moved; the partner is told."), again=_again(ref))


@requires(*READS)
def deliver(ref: str) -> Any:
    """Say that the training was held."""
    _order, side = sides.find(db.session(), current_actor(), ref)

    def done() -> None:
        delivery_actions.deliver(db.session(), **_known(ref), words=request.form.get("words", ""), side=side, file=attachments.read("file"))

    return did(ref, done, _("The training is delivered. HR verifies what it brought."), again=_again(ref))


@requires(P.ORDERS_PLACE)
def measure(ref: str) -> Any:
    """Ask both cohorts for new evidence."""
    done = lambda: delivery_actions.measure(db.session(), **_known(ref))  # noqa: E731
    return did(ref, done, _("Both groups are asked for a placement until the day of the verification."), again=_again(ref))


@requires(P.ORDERS_PLACE)
def follow(ref: str) -> Any:
    """Train those who waited."""
    done = lambda: delivery_actions.follow(db.session(), **_known(ref), **_days("due"))  # noqa: E731
    return did(ref, done, _("Those who waited are assigned the course."), again=_again(ref))


@requires(*READS)
def message(ref: str) -> Any:
    """Write to the other side. Raises NotFound for a partner that there is not: what is meant for one never goes to all."""
    session, form = db.session(), request.form
    _order, side = sides.find(session, current_actor(), ref)
    partner_id = people.partner_by_code(session, form["to"]).id if side is Side.HR and form.get("to") else None

    def done() -> None:
        file = attachments.read("file")
        delivery_actions.message(session, **_known(ref), text=form.get("text", ""), side=side, partner_id=partner_id, file=file)

    return did(ref, done, _("Your message is sent."), again=_again(ref), anchor="history")


@requires(P.ORDERS_PLACE)
def verification(ref: str) -> str:
    """What the training brought, as of now or as it was signed off."""
    return _verification(ref, [])


def _verification(ref: str, errors: list[tuple[str, str]]) -> str:
    order, found = _figures(ref)
    page = verify_page.shown(order, found, reader=Side.HR)
    signable = order.state == OrderState.DELIVERED
    return render_template(
        "orders/verification.html", order=order, figures=page, errors=errors, form=request.form, signable=signable, verdict=found.verdict, **shared()
    )


def _figures(ref: str) -> tuple[TrainingOrder, Figures]:
    """The order with its figures: frozen once it is signed off. Raises NotFound before it begins."""
    order = queries.of_hr(db.session(), current_actor(), ref)
    if order.result:
        return order, verify_queries.read(order.result)
    if order.started_at is None:
        raise NotFound
    return order, verify_queries.figures(db.session(), order, g.now)


@requires(P.ORDERS_PLACE)
def picture(ref: str, code: str) -> Response:
    """The chart of one competency as a file."""
    order, found = _figures(ref)
    chart = verify_page.chart_of(order, found, code)
    if chart is None:
        raise NotFound
    return files.download(drawn.cohorts_compared(chart, SCREEN).encode(), f"order-{code}.svg")


@requires(P.ORDERS_PLACE)
def sign(ref: str) -> Any:
    """Sign the order off."""
    reached = {"reached": True, "not_reached": False}.get(request.form.get("reached", ""))
    done = lambda: verify_actions.sign(db.session(), **_known(ref), reached=reached, reason=request.form.get("reason", ""))  # noqa: E731
    return did(ref, done, _("Signed off; the partner is told."), again=lambda errors: _verification(ref, errors))
