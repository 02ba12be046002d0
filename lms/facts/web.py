"""Pages of the register: the list, one fact with its versions and where it is cited, changing one, sources. Flags are in ``flag_web``."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.errors import Conflict, Invalid
from lms.facts import actions, citation_queries, export_table, flag_queries, queries
from lms.facts.actions import Statement
from lms.facts.clock import clock
from lms.facts.enums import RUNNING, FactStatus
from lms.facts.showing import shared
from lms.people.calendar_queries import today
from lms.web import files

blueprint = Blueprint("facts", __name__)


def _choice() -> queries.Choice:
    args = request.args
    return queries.Choice(args.get("q", "").strip()[:80], args.get("status", ""), args.get("order", "id"))


@blueprint.get("/facts/")
@requires(Permission.PREVIEW_COURSES)
def register() -> str:
    """The facts that courses may cite, searched in both languages, narrowed, ordered, page by page."""
    session, choice, now = db.session(), _choice(), today(g.now)
    page = paging.page_of(session, queries.listed(choice, today=now), number=request.args.get("page", 1, type=int), size=25)
    kept = {key: value for key, value in request.args.items() if key in ("q", "status", "order") and value}
    known: dict[str, Any] = {"counts": queries.counts(session, today=now), "doubts": queries.doubts(session)}
    known |= {"cited": citation_queries.counted(session), "waiting": flag_queries.running_by_fact(session, [row[0].id for row in page.rows])}
    return render_template("facts/register.html", page=page, choice=choice, kept=kept, **known, **shared())


@blueprint.get("/facts/export.<any(csv, xlsx):form>")
@requires(Permission.PREVIEW_COURSES)
@db.writes
def export(form: str) -> Response:
    """The same list as a file, whole."""
    session, now = db.session(), today(g.now)
    rows = session.scalars(queries.listed(_choice(), today=now)).all()
    table = export_table.facts(rows, cited=citation_queries.counted(session), today=now)
    audit.record(session, actor=current_actor(), action=audit.Action.FACTS_EXPORTED, subject=form, now=g.now, rows=len(rows))
    return files.table(table, f"facts.{form}", _("Facts"))


@blueprint.get("/facts/<code>")
@requires(Permission.PREVIEW_COURSES)
def fact(code: str) -> str:
    """One fact: what it says, from where, where it is cited, what waits, and its history."""
    session = db.session()
    found = queries.fact(session, code)
    cited = citation_queries.citing(session, {found.code})
    flags = flag_queries.of_fact(session, found.id)
    return render_template(
        "facts/fact.html", fact=found, sources=queries.sources(session), cited=cited, flags=flags,
        drafts=citation_queries.drafts_citing(session, current_actor(), found.code), open_flags={flag.code: flag for flag in flags if flag.state in RUNNING},
        versions=queries.versions(session, found.id), settles=_settled_by(flags), **shared(),
    )  # fmt: skip


def _settled_by(flags: Any) -> dict[str, str]:
    """Flag reference -> address of its page, for flags that the actor may settle."""
    session, actor = db.session(), current_actor()
    if not policy.may(actor, Permission.COURSES_WRITE):
        return {}
    return {ref: url_for("fact_flags.flag", ref=ref) for ref in flag_queries.mine(session, actor, [flag.id for flag in flags])}


@blueprint.get("/facts/<code>/edit")
@requires(Permission.FACTS_EDIT)
def edit(code: str) -> str:
    """The form of a change, with what it would set going."""
    return _edit_page(code)


def _edit_page(code: str, error: str = "") -> str:
    session = db.session()
    found = queries.fact(session, code)
    cited = citation_queries.citing(session, {found.code})
    form = request.form if request.method == "POST" else _as_form(found)
    effects = flag_queries.fillings(session, without=cited)
    return render_template(
        "facts/edit.html", fact=found, form=form, error=error, cited=cited, live=[one for one in cited if one.live],
        effects=[one for one in effects if one.bent or one.empty], rule=clock(), **shared(),
    )  # fmt: skip


def _as_form(found: Any) -> dict[str, Any]:
    day = found.review_by.isoformat() if found.review_by else ""
    return {"zh": found.zh, "en": found.en, "status": found.status, "conf": found.conf, "src": " ".join(found.src), "note": found.note, "review_by": day}


@blueprint.post("/facts/<code>/edit")
@requires(Permission.FACTS_EDIT)
def change(code: str) -> Any:
    """Make a new version of the fact."""
    form = request.form
    try:
        matters = form.get("substance") != "no"
        seen = form.get("seen", type=int)
        made = actions.change(
            db.session(), actor=current_actor(), code=code, said=_said(), reason=form.get("reason", ""), now=g.now, substance=matters, seen=seen
        )
    except (Invalid, Conflict) as refused:
        return _edit_page(code, str(refused)), refused.status
    flash(_("Saved. What cites the fact is flagged, and whoever looks is told.") if made else _("Saved. Nothing has to be looked at."), "success")
    return redirect(url_for(".fact", code=code), 303)


def _said() -> Statement:
    """What the form says. Raises Invalid for what can't be read."""
    form = request.form
    if form.get("status") not in set(FactStatus):
        raise Invalid(_("Choose how the fact stands: verified, known or doubtful."))
    conf = form.get("conf", type=int)
    if conf is None:
        raise Invalid(_("How sure: a number from 0 to 100."))
    src = tuple(dict.fromkeys(form.get("src", "").replace(",", " ").replace("，", " ").upper().split()))
    return Statement(form.get("zh", ""), form.get("en", ""), FactStatus(form["status"]), conf, src, form.get("note", ""), _day(form.get("review_by", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError:
        raise Invalid(_("Give the review date as year, month and day.")) from None


@blueprint.get("/facts/new")
@requires(Permission.FACTS_EDIT)
def new() -> str:
    """The form of a new fact."""
    return _new_page()


def _new_page(error: str = "") -> str:
    form = request.form if request.method == "POST" else {"status": FactStatus.KNOWN, "conf": 80}
    return render_template("facts/new.html", form=form, error=error, code=queries.next_code(db.session()), **shared())


@blueprint.post("/facts/new")
@requires(Permission.FACTS_EDIT)
def add() -> Any:
    """Add it under the next free number."""
    session = db.session()
    try:
        code = queries.next_code(session)
        actions.add(session, actor=current_actor(), code=code, said=_said(), reason=request.form.get("reason", ""), now=g.now)
    except (Invalid, Conflict) as refused:
        return _new_page(str(refused)), refused.status
    flash(_("Added as %(code)s. Courses can cite it now.", code=code), "success")
    return redirect(url_for(".fact", code=code), 303)


@blueprint.get("/facts/sources")
@requires(Permission.PREVIEW_COURSES)
def sources() -> str:
    """Every source that facts name."""
    return _sources_page()


def _sources_page(error: str = "") -> str:
    return render_template("facts/sources.html", sources=queries.sources(db.session()), form=request.form, error=error, **shared())


@blueprint.post("/facts/sources")
@requires(Permission.FACTS_EDIT)
def add_source() -> Any:
    """Add one."""
    try:
        actions.add_source(db.session(), actor=current_actor(), code=request.form.get("code", ""), text=request.form.get("text", ""), now=g.now)
    except (Invalid, Conflict) as refused:
        return _sources_page(str(refused)), refused.status
    flash(_("The source is added."), "success")
    return redirect(url_for(".sources"), 303)
