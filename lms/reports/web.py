"""Pages of reports: making one for a unit, its schedules, the list of all, one report, its file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.access.policy import ensure_unit, scope
from lms.core import db, jobs, paging
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.i18n import language, pick
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.people.models import Unit
from lms.reports import actions, files, queries
from lms.reports.enums import EVERY_NAMES, FORM_NAMES, STATE_NAMES, State
from lms.reports.schedule import LAST_DAY, next_day
from lms.talent import queries as talent
from lms.web import files as downloads
from lms.web.navigation import LANGUAGE_NAMES

blueprint = Blueprint("reports", __name__)
NEWEST = 10
CHOICES = 400  # units in a drop-down list; beyond, the code is typed
MOST_EXPORTED = 5000


def _words() -> dict[str, Any]:
    return {"forms": FORM_NAMES, "states": STATE_NAMES, "every": EVERY_NAMES, "languages": LANGUAGE_NAMES, "S": State}


def _unit(code: str) -> Unit:
    unit = people.unit_by_code(db.session(), code)
    ensure_unit(current_actor(), Permission.REPORTS_MAKE, unit.path)
    return unit


def _sees_live(unit: Unit) -> bool:
    return scope(current_actor(), Permission.SKILLS_LIVE).covers_unit(unit.path)


@blueprint.get("/units/<code>/report")
@requires(Permission.REPORTS_MAKE)
def unit(code: str) -> str:
    """Make a report of a unit, have one made regularly, and find the last ones."""
    return _unit_page(_unit(code))


def _unit_page(unit: Unit, error: str = "") -> str:
    session, actor = db.session(), current_actor()
    newest = session.execute(queries.reports(actor, unit=unit).limit(NEWEST)).all()
    day = today(g.now)
    running = queries.schedules(session, actor, unit)
    schedules = [(one, next_day(one.every, one.day, made_on=one.made_on, today=day), queries.may_remove(actor, one)) for one in running]
    snapshot = talent.latest_snapshot(session)
    return render_template(
        "reports/unit.html", unit=unit, newest=newest, schedules=schedules, live=_sees_live(unit), snapshot=snapshot, error=error, form=request.form,
        last=LAST_DAY, lang_now=language(), **_words(),
    )  # fmt: skip


@blueprint.post("/units/<code>/report")
@requires(Permission.REPORTS_MAKE)
@db.reads
def make(code: str) -> Reply:
    """Write the wish down and have it made in the background."""
    unit, wish = _unit(code), request.form
    live = wish.get("numbers") == "live"
    if not live and talent.latest_snapshot(db.session()) is None:
        return make_response(_unit_page(unit, _("There is no snapshot yet; the first one is taken tonight.")), 422)
    try:
        with db.database().writing() as session:
            asked = {"form": wish.get("form", ""), "language": wish.get("language", ""), "live": live}
            ref = actions.ask(session, actor=current_actor(), unit=session.get_one(Unit, unit.id), now=g.now, **asked).ref
    except Invalid as refused:
        return make_response(_unit_page(unit, str(refused)), 422)
    job = jobs.enqueue("reports.make", {"ref": ref}, account_id=current_actor().account_id, now=g.now)
    with db.database().writing() as session:
        queries.report(session, current_actor(), ref).job_ref = job
    return redirect(url_for(".report", ref=ref), 303)


@blueprint.post("/units/<code>/report/schedules")
@requires(Permission.REPORTS_MAKE)
def add_schedule(code: str) -> Reply:
    """Have a report made regularly."""
    unit, wish = _unit(code), request.form
    chosen = {"form": wish.get("form", ""), "language": wish.get("language", ""), "every": wish.get("every", "")}
    try:
        actions.add_schedule(db.session(), actor=current_actor(), unit=unit, day=wish.get("day", 0, type=int), now=g.now, **chosen)
    except Invalid as refused:
        return make_response(_unit_page(unit, str(refused)), 422)
    flash(_("It will be made by itself from now on."), "success")
    return redirect(url_for(".unit", code=code, _anchor="schedules"), 303)


@blueprint.post("/talent/reports/schedules/<ref>/end")
@requires(Permission.REPORTS_MAKE)
def end_schedule(ref: str) -> Reply:
    """Make no more reports by a schedule."""
    session = db.session()
    one = queries.schedule(session, current_actor(), ref)
    if not queries.may_remove(current_actor(), one):
        raise Forbidden
    if one.ended_at is None:
        actions.end_schedule(session, actor=current_actor(), schedule=one, now=g.now)
    flash(_("No more reports are made by this schedule. Those that were made are still there."), "success")
    return redirect(url_for(".unit", code=one.unit.code, _anchor="schedules"), 303)


def _chosen() -> dict[str, str]:
    return {"text": request.args.get("q", "").strip()[:80], "order": request.args.get("order", "newest")}


@blueprint.get("/talent/reports/")
@requires(Permission.REPORTS_MAKE)
def reports() -> str:
    """All reports on one's units, searched, ordered, page by page."""
    session, actor, chosen = db.session(), current_actor(), _chosen()
    page = paging.page_of(session, queries.reports(actor, **chosen), number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in ("q", "order") and value}
    units = people.unit_choices(session, scope(actor, Permission.REPORTS_MAKE), CHOICES + 1)
    choices = [] if len(units) > CHOICES else [(code, f"{en if language() == 'en' else zh} ({code})") for code, zh, en in units]
    return render_template("reports/list.html", page=page, chosen=chosen, kept=kept, units=choices, schedules=queries.schedules(session, actor), **_words())


@blueprint.get("/talent/reports/new")
@requires(Permission.REPORTS_MAKE)
def new() -> Reply:
    """To the page of the unit that was chosen."""
    return redirect(url_for(".unit", code=_unit(request.args.get("unit", "").strip()[:40]).code))


@blueprint.get("/talent/reports/list.<any(csv, xlsx):form>")
@requires(Permission.REPORTS_MAKE)
@db.writes
def export(form: str) -> Response:
    """The list as a file."""
    session, actor = db.session(), current_actor()
    heading = [_("Unit code"), _("Unit"), _("Kind"), _("Language"), _("Numbers"), _("As of"), _("Asked for by"), _("Asked for on"), _("State"), _("Kept until")]
    rows = [heading, *map(_listed, session.execute(queries.reports(actor, **_chosen()).limit(MOST_EXPORTED)))]
    audit.record(session, actor=actor, action=audit.Action.REPORTS_EXPORTED, subject="reports", now=g.now, rows=len(rows) - 1, kind=form)
    return downloads.table(rows, f"reports.{form}", _("Reports"))


def _listed(row: Any) -> list[Any]:
    one, unit = row
    numbers = _("live, for HR's own use") if one.live else _("published")
    known = [str(FORM_NAMES[one.form]), LANGUAGE_NAMES[one.language], numbers]
    return [unit.code, pick(unit), *known, one.as_of, one.by, today(one.asked_at), str(STATE_NAMES[one.state]), one.kept_until]


@blueprint.get("/talent/reports/<ref>")
@requires(Permission.REPORTS_MAKE)
def report(ref: str) -> str:
    """Where a report stands; its file when it is ready."""
    one = queries.report(db.session(), current_actor(), ref)
    job = jobs.find(one.job_ref) if one.job_ref else None
    failed = one.state == State.FAILED or (job is not None and job.state == jobs.FAILED)
    seen = {"failed": failed, "working": one.state == State.MAKING and not failed, "removable": queries.may_remove(current_actor(), one)}
    return render_template("reports/report.html", one=one, unit=one.unit, job=job, **seen, **_words())


@blueprint.get("/talent/reports/<ref>/file")
@requires(Permission.REPORTS_MAKE)
@db.writes
def file(ref: str) -> Response:
    """The file; that it was opened is logged."""
    session = db.session()
    one = queries.report(session, current_actor(), ref)
    body = files.read(one.ref) if one.state == State.READY else None
    if body is None:
        raise NotFound
    actions.opened(session, actor=current_actor(), report=one, now=g.now)
    return downloads.download(body, f"skills-report-{one.unit.code}-{one.as_of}-{one.language}.{one.form}")


@blueprint.post("/talent/reports/<ref>/delete")
@requires(Permission.REPORTS_MAKE)
def delete(ref: str) -> Reply:
    """Delete a report and its file."""
    session = db.session()
    one = queries.report(session, current_actor(), ref)
    actions.delete(session, actor=current_actor(), report=one, now=g.now)
    flash(_("The report is deleted."), "success")
    return redirect(url_for(".reports"), 303)
