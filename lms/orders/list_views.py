"""The lists of orders: HR's, and a partner's; the same as a file."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request
from flask_babel import gettext as _

from lms.access import audit
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.core import db, paging
from lms.core.errors import Refused
from lms.core.i18n import pick
from lms.orders import queries, sides, wording
from lms.orders.enums import Side
from lms.orders.sides import READS
from lms.people.calendar_queries import today
from lms.web import files

MOST = 5000


def _chosen() -> dict[str, str]:
    args = request.args
    return {"text": args.get("q", "").strip()[:80], "state": args.get("state", "running"), "order": args.get("order", "due")}


def _query(side: Side) -> Any:
    listed = queries.placed if side is Side.HR else queries.shown
    return listed(current_actor(), today=today(g.now), **_chosen())


def shared() -> dict[str, Any]:
    """What every page of orders needs."""
    day = today(g.now)
    return {
        "words": wording, "today": day, "turn": lambda order: queries.turn(order, day), "overdue": lambda order: queries.is_overdue(order, day),
        "closed": lambda order: queries.is_closed(order, day),
    }  # fmt: skip


@requires(*READS)
def orders() -> str:
    """One's orders, searched, narrowed, ordered, page by page."""
    side, chosen = sides.side_of(current_actor()), _chosen()
    page = paging.page_of(db.session(), _query(side), number=request.args.get("page", 1, type=int))
    kept = {key: request.args[key] for key in ("q", "state", "order") if request.args.get(key)}
    template = "orders/list.html" if side is Side.HR else "orders/partner_list.html"
    return render_template(template, page=page, chosen=chosen, kept=kept, elsewhere=elsewhere, **shared())


@requires(*READS)
@db.writes
def export(form: str) -> Response:
    """The same list as a file; a partner's holds what a partner sees."""
    session, side = db.session(), sides.side_of(current_actor())
    rows = session.execute(_query(side).limit(MOST + 1)).all()
    if len(rows) > MOST:
        raise Refused(_("A file holds at most %(n)d orders. Narrow the list first.", n=MOST))
    audit.record(session, actor=current_actor(), action=Action.ORDERS_EXPORTED, subject=form, now=g.now, rows=len(rows), side=side)
    table = [_head(side), *(_line(row, side) for row in rows)]
    return files.table(table, f"orders.{form}", _("Training orders"))


def _head(side: Side) -> list[str]:
    common = [_("Reference"), _("What is ordered"), _("Unit"), _("Competencies"), _("Number of people"), _("Class hours"), _("Criterion"), _("State")]
    dates = [_("Whose turn"), _("Due on"), _("Overdue"), _("Offers until"), _("Training until"), _("Verification on"), _("By the evidence")]
    return [*common, *dates, _("Partner") if side is Side.HR else _("Our offer")]


def _line(row: Any, side: Side) -> list[Any]:
    order, unit, other = row
    day, gone = today(g.now), side is Side.PARTNER and elsewhere(row[0])
    now = queries.turn(order, day)
    whose = ["", "", ""] if gone or not now.due_on else [str(wording.OWNERS[now.owner]), now.due_on, _("overdue") if queries.is_overdue(order, day) else ""]
    last = pick(other) if side is Side.HR and other else str(wording.OFFER_STATES[other.state]) if other else ""
    return [
        order.ref, order.title, pick(unit), _("; ").join(wording.asked(order)), wording.people(order.mix), order.hours or "",
        wording.aim(order) if order.aim_milli else "",
        str(wording.ELSEWHERE) if gone else wording.state(order, closed=queries.is_closed(order, day)), *whose,
        order.closes_on or "", order.until or "", order.review_on or "",
        str(wording.VERDICTS[order.verdict]) if order.verdict and not gone else "", last,
    ]  # fmt: skip


def elsewhere(order: Any) -> bool:
    """Whether another partner than the reader's delivers an order: then they learn nothing of what comes of it."""
    return order.partner_id is not None and order.partner_id not in queries.partners_of(current_actor())
