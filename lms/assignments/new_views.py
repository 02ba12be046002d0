"""Assigning by form: what, to whom, why, by when; first a look at whom it reaches, then the act."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.access import policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assignments import actions, choosing, one_views, thing_queries, wording
from lms.assignments.actions import MOST_WORDS, Assigned, Reason
from lms.assignments.choosing import STANDINGS, Choice
from lms.assignments.enums import SourceKind
from lms.assignments.list_views import log_listed
from lms.assignments.rule_wording import STATE_WORDS, competency_name
from lms.assignments.thing_queries import Thing
from lms.core import clock, db, framework
from lms.core.errors import Invalid
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official

NAMES = ("thing", "people", "unit", "position", "competency", "standing", "due", "words", "again")
MOST_UNITS = 400
MOST_SHOWN = 100
FIRST_DUE = 60


@requires(Permission.ASSIGN)
def new() -> str:
    """The form, prefilled by the address: kind, code, unit, position, competency, standing, due, words, people."""
    values = {name: request.args.get(name, "") for name in NAMES}
    values["due"] = values["due"] or (day_of(g.now) + timedelta(days=FIRST_DUE)).isoformat()
    kind, code = request.args.get("kind", ""), request.args.get("code", "")
    if kind:
        try:
            values["thing"] = ":".join(thing_queries.found(db.session(), (kind, code)))
        except Invalid as error:
            return _page(values, {"thing": str(error)})
    return _page(values)


def _page(values: dict[str, str], errors: dict[str, str] | None = None, reached: Any = None) -> str:
    session, scope = db.session(), policy.scope(current_actor(), Permission.ASSIGN)
    known = {
        "things": [(":".join(one.thing), wording.title(one)) for listed in thing_queries.choices(session).values() for one in listed],
        "units": [(code, f"{code} {zh if g.language != 'en' else en}") for code, zh, en in people.unit_choices(session, scope, MOST_UNITS)],
        "positions": [(post.code, f"{post.code} {pick(post)}") for post in people.positions(session)],
        "competencies": [(code, competency_name(code)) for code in framework.read().codes],
        "standings": [(str(state), STATE_WORDS[state]()) for state in STANDINGS],
    }
    return render_template("assignments/new.html", values=values, errors=errors or {}, known=known, reached=reached)


@requires(Permission.ASSIGN)
def add() -> str | Response | tuple[str, int]:
    """Show whom it reaches, or do it."""
    session, values = db.session(), {name: request.form.get(name, "").strip() for name in NAMES}
    errors: dict[str, str] = {}
    thing, due = _thing(session, values, errors), _due(values, errors)
    if not values["words"]:
        errors["words"] = _("Give a reason; those concerned will read it.")
    elif len(values["words"]) > MOST_WORDS:
        errors["words"] = _("Use at most %(n)d characters.", n=MOST_WORDS)
    ids = _people(session, values, errors)
    if errors or thing is None:
        return _page(values, errors), 422
    if request.form.get("step") != "assign":
        return _page(values, reached=_reached(session, ids))
    reason = Reason(SourceKind.HAND, words=values["words"])
    since = g.now if values["again"] else None
    known = {"reason": reason, "due": due, "actor": current_actor(), "now": g.now, "counts_from": since}
    result = actions.assign(session, official_ids=ids, thing=thing, **known)
    flash(said(result), "success")
    return redirect(url_for(".group", ref=result.group_ref), 303)


def said(result: Assigned) -> str:
    """What came of assigning, in sentences."""
    parts = [
        (len(result.made), lambda n: ngettext("Assigned to %(num)d person.", "Assigned to %(num)d people.", n)),
        (len(result.joined), lambda n: ngettext("%(num)d has it open already: a reason was added.", "%(num)d have it open already: a reason was added.", n)),
        (len(result.already), lambda n: ngettext("%(num)d has done it before, which counts.", "%(num)d have done it before, which counts.", n)),
    ]
    return " ".join(say(n) for n, say in parts if n)


def _thing(session: Session, values: dict[str, str], errors: dict[str, str]) -> Thing | None:
    kind, _colon, code = values["thing"].partition(":")
    try:
        return thing_queries.found(session, (kind, code))
    except Invalid as error:
        errors["thing"] = str(error) if values["thing"] else _("Choose what to assign.")
        return None


def _due(values: dict[str, str], errors: dict[str, str]) -> date | None:
    if not values["due"]:
        return None
    try:
        due = one_views.read_day(values["due"])
    except Invalid as error:
        errors["due"] = str(error)
        return None
    if due < day_of(g.now):
        errors["due"] = _("The due date is over already.")
    return due


def _people(session: Session, values: dict[str, str], errors: dict[str, str]) -> list[int]:
    numbers = tuple(dict.fromkeys(one.upper() for one in re.split(r"[\s,;，；、]+", values["people"]) if one))
    if values["competency"] and values["competency"] not in framework.read().codes:
        errors["competency"] = _("There is no such thing. Choose one of the list.")
        return []
    standings = tuple(state for state in STANDINGS if values["standing"] == state)
    choice = Choice(numbers, values["unit"], values["position"], values["competency"], standings)
    field = "people" if numbers else "unit"
    try:
        ids = choosing.chosen(session, choice, policy.scope(current_actor(), Permission.ASSIGN), clock.day_number(g.now))
    except Invalid as error:
        errors[field] = str(error)
        return []
    if not ids:
        errors[field] = _("Nobody in your units is like that.")
    return ids


def _reached(session: Session, ids: list[int]) -> dict[str, Any]:
    """How many people, and the first of them by name; they can see that they were looked at."""
    shown = session.scalars(select(Official).where(Official.id.in_(ids[:MOST_SHOWN])).order_by(Official.staff_no)).all()
    log_listed(session, Action.ASSIGNMENTS_LISTED, shown)
    return {"count": len(ids), "people": [{"name": one.name, "staff_no": one.staff_no, "unit": one.unit, "post": one.position} for one in shown]}
