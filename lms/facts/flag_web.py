"""Pages of what has to be looked at because a fact changed: the list, one lesson or question, the verdict for one or several."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import pick
from lms.facts import actions, citation_queries, export_table, flag_queries, queries
from lms.facts.clock import clock
from lms.facts.enums import FLAG_FLOW, FlagState
from lms.facts.showing import shared
from lms.people.calendar_queries import today
from lms.web import files

blueprint = Blueprint("fact_flags", __name__)


def _choice() -> flag_queries.Choice:
    args = request.args
    return flag_queries.Choice(args.get("q", "").strip()[:80], args.get("state", "running"), args.get("course", "")[:80], args.get("order", "due"))


@blueprint.get("/facts/flags/")
@requires(Permission.COURSES_WRITE)
def flags() -> str:
    """What one has to look at, searched, narrowed, ordered, page by page."""
    return _list_page()


def _list_page(error: str = "") -> str:
    session, choice, actor = db.session(), _choice(), current_actor()
    page = paging.page_of(session, flag_queries.listed(session, actor, choice, today=today(g.now)), number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "course", "order") and value}
    known = shared()
    courses = [(slug, pick(known["titles"].get(slug, slug))) for slug in flag_queries.courses_of(session, actor)]
    closed = [one for one in flag_queries.fillings(session) if one.empty]
    lists = {"page": page, "choice": choice, "kept": kept, "courses": courses, "closed": closed}
    return render_template("facts/flags.html", error=error, form=request.form, **lists, **known)


@blueprint.post("/facts/flags/")
@requires(Permission.COURSES_WRITE)
def look_at_several() -> Any:
    """The same verdict for those that were chosen."""
    return _look(request.form.getlist("ref")[: paging.PAGE_SIZE], lambda error: _list_page(error), url_for(".flags"))


@blueprint.get("/facts/flags/export.<any(csv, xlsx):form>")
@requires(Permission.COURSES_WRITE)
@db.writes
def export(form: str) -> Response:
    """The same list as a file, whole."""
    session, actor, now = db.session(), current_actor(), today(g.now)
    table = export_table.flags(session.scalars(flag_queries.listed(session, actor, _choice(), today=now)).all(), today=now)
    audit.record(session, actor=actor, action=audit.Action.FACTS_EXPORTED, subject=f"flags {form}", now=g.now, rows=len(table) - 1)
    return files.table(table, f"flags.{form}", _("To be looked at"))


@blueprint.get("/facts/flags/<ref>")
@requires(Permission.COURSES_WRITE)
def flag(ref: str) -> str:
    """One lesson or question: what the fact said, what it says now, what happened, and the verdict."""
    return _page(ref)


def _page(ref: str, error: str = "") -> str:
    session = db.session()
    found = flag_queries.by_ref(session, current_actor(), ref)
    number = found.change.number
    known = {"now_says": queries.version(session, found.fact_id, number), "in_force": flag_queries.version_in_force(session, found)}
    known["drafts"] = citation_queries.drafts_citing(session, current_actor(), found.fact.code)
    known["said"] = queries.version(session, found.fact_id, number - 1) if number > 1 else None
    nexts = [one for one in FlagState if one in FLAG_FLOW[FlagState(found.state)]]
    may = {"corrects": policy.may(g.actor, Permission.ITEMS_CORRECT)}
    steps = flag_queries.steps(session, [found.id]).get(found.id, [])
    return render_template("facts/flag.html", flag=found, steps=steps, nexts=nexts, error=error, form=request.form, rule=clock(), **known, **may, **shared())


@blueprint.post("/facts/flags/<ref>")
@requires(Permission.COURSES_WRITE)
def look(ref: str) -> Any:
    """The verdict."""
    return _look([ref], lambda error: _page(ref, error), url_for(".flag", ref=ref))


def _look(refs: list[str], again: Any, after: str) -> Any:
    form = request.form
    try:
        if form.get("verdict") not in set(FlagState):
            raise Invalid(_("Choose what you found."))
        known = {"refs": refs, "state": FlagState(form["verdict"]), "reason": form.get("reason", "")}
        done = actions.look(db.session(), actor=current_actor(), now=g.now, **known)
    except (Invalid, Conflict) as refused:
        return again(str(refused)), refused.status
    flash(ngettext("Saved for %(num)d place.", "Saved for %(num)d places.", done), "success")
    return redirect(after, 303)
