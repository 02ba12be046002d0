"""The list of plans, and what the other pages of plans share: finding one within one's units."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.i18n import language
from lms.people import queries as people
from lms.planning import queries, wording
from lms.planning.models import Plan

CHOICES = 400  # units in a drop-down list; beyond, the code is typed


def own_plan(session: Session, ref: str) -> Plan:
    """A plan of a unit for which one plans. Raises NotFound, Forbidden."""
    found = queries.plan(session, ref)
    policy.ensure_unit(current_actor(), Permission.PLANS_EDIT, found.unit.path)
    return found


def unit_choices(session: Session) -> list[tuple[str, str]] | None:
    """(code, name) of the units for which one plans; None if they are too many for a list."""
    rows = people.unit_choices(session, policy.scope(current_actor(), Permission.PLANS_EDIT), CHOICES + 1)
    return None if len(rows) > CHOICES else [(code, f"{en if language() == 'en' else zh} ({code})") for code, zh, en in rows]


@requires(Permission.PLANS_EDIT)
def plans() -> str:
    """Plans of one's units, searched, narrowed, ordered, page by page."""
    chosen = {"text": request.args.get("q", "").strip()[:80], "state": request.args.get("state", ""), "order": request.args.get("order", "newest")}
    query = queries.plans(policy.scope(current_actor(), Permission.PLANS_EDIT), **chosen)
    page = paging.page_of(db.session(), query, number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "order") and value}
    return render_template("planning/list.html", page=page, chosen=chosen, kept=kept, words=wording)
