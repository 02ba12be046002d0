"""Pages of appeals: the official's own, and those that somebody answers for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assessments.ruling_actions import REKEYABLE, key_of
from lms.cases import actions, export_table, queries, wording
from lms.cases.enums import RUNNING, Finding, Outcome, Subject
from lms.cases.models import Case
from lms.core import db, framework, paging
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import pick
from lms.people.calendar_queries import today
from lms.people.models import Official
from lms.web import files

blueprint = Blueprint("cases", __name__)


def _official_id() -> int:
    found = policy.scope(current_actor(), Permission.OWN_RECORD).official_id
    if found is None:
        abort(404)
    return found


def _shared() -> dict[str, Any]:
    return {"words": wording, "today": today(g.now), "overdue": queries.is_overdue, "running": RUNNING}


@blueprint.get("/me/appeals")
@requires(Permission.OWN_RECORD)
def my_appeals() -> str:
    """One's own appeals, page by page."""
    page = paging.page_of(db.session(), queries.all_own(_official_id()), number=request.args.get("page", 1, type=int))
    return render_template("cases/mine.html", page=page, **_shared())


@blueprint.get("/me/appeals/new")
@requires(Permission.OWN_RECORD)
def new_appeal() -> str:
    """What is contested, and why."""
    return _new_page()


def _new_page(error: str = "") -> str:
    shown = _new_work() if request.values.get("work") else _new_result()
    return render_template("cases/new.html", error=error, days=queries.DAYS, most=actions.MOST, **shown)


def _new_work() -> dict[str, Any]:
    work = queries.judged_work(db.session(), request.values["work"][:24], official_id=_official_id())
    back = url_for("portfolio.my_work", ref=work.ref)
    return {"work": work, "heading": _("Contest the judgement of my work"), "title": pick(work.revision.content["title"]), "day": work.ended_at, "back": back}


def _new_result() -> dict[str, Any]:
    session = db.session()
    result = queries.taken(session, request.values.get("attempt", "")[:24], official_id=_official_id())
    shown = {"heading": _("Contest a result or a question"), "title": pick(result.title), "day": result.ended_at, "back": _result_url(result)}
    return shown | {"result": result, "questions": queries.answered(session, result), "chosen": request.values.get("question", "")}


def _result_url(about: Any) -> str:
    """The page of what gave the answers: a quiz, or a placement."""
    ref = about.subject_ref if isinstance(about, Case) else about.ref
    return url_for("placement.result" if about.assessment_id is None else "assessments.result", ref=ref)


@blueprint.post("/me/appeals/new")
@requires(Permission.OWN_RECORD)
def open_appeal() -> Any:
    """Hand the appeal in."""
    form, known = request.form, {"actor": current_actor(), "text": request.form.get("text", ""), "now": g.now}
    try:
        if form.get("work"):
            case = actions.open_work_case(db.session(), work_ref=form["work"][:24], **known)
        else:
            case = actions.open_case(db.session(), attempt_ref=form.get("attempt", "")[:24], position=form.get("question", type=int), **known)
    except (Invalid, Conflict) as refused:
        return _new_page(str(refused)), 422
    flash(_("Your appeal is handed in."), "success")
    return redirect(url_for(".my_appeal", ref=case.ref), 303)


@blueprint.get("/me/appeals/<ref>")
@requires(Permission.OWN_RECORD)
def my_appeal(ref: str) -> str:
    """Where one's appeal stands, and what was said; never the key."""
    return _my_page(queries.own(db.session(), ref, official_id=_official_id()))


def _my_page(found: Case, error: str = "") -> str:
    session = db.session()
    one = queries.contested(session, found) if found.subject == Subject.ITEM else None
    back = url_for("portfolio.my_work", ref=found.subject_ref) if found.subject == Subject.WORK else _result_url(found)
    shown = {"one": one, "steps": queries.steps(session, found), "correction": queries.correction(session, found), "error": error, "back": back}
    return render_template("cases/my_appeal.html", case=found, most=actions.MOST, **shown, **_shared())


@blueprint.post("/me/appeals/<ref>/messages")
@requires(Permission.OWN_RECORD)
def write(ref: str) -> Any:
    """Add something to one's appeal."""
    try:
        actions.write(db.session(), actor=current_actor(), ref=ref, text=request.form.get("text", ""), now=g.now)
        flash(_("Your message is added; whoever answers finds it."), "success")
    except Invalid as refused:
        return _my_page(queries.own(db.session(), ref, official_id=_official_id()), str(refused)), 422
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".my_appeal", ref=ref, _anchor="said"), 303)


@blueprint.post("/me/appeals/<ref>/withdraw")
@requires(Permission.OWN_RECORD)
def withdraw(ref: str) -> Reply:
    """Let one's appeal be."""
    try:
        actions.withdraw(db.session(), actor=current_actor(), ref=ref, now=g.now)
        flash(_("Your appeal is withdrawn."), "info")
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".my_appeal", ref=ref), 303)


@blueprint.get("/cases/")
@requires(Permission.CASES_ANSWER)
@db.writes
def cases() -> str:
    """The appeals one answers for, searched, narrowed, ordered, page by page."""
    session, chosen = db.session(), _chosen()
    page = paging.page_of(session, queries.cases(current_actor(), today=today(g.now), **chosen), number=request.args.get("page", 1, type=int))
    _log(audit.Action.PEOPLE_LISTED, page.rows)
    kept = {"q": chosen["text"], "state": chosen["state"], "order": chosen["order"]}
    return render_template("cases/list.html", page=page, chosen=chosen, kept=kept, orders=wording.ORDERS, **_shared())


def _chosen() -> dict[str, str]:
    asked = request.args
    return {"text": asked.get("q", "").strip()[:80], "state": asked.get("state", "running"), "order": asked.get("order", "due")}


def _log(action: audit.Action, rows: Any) -> None:
    """Whoever was named in a list learns of it."""
    seen = {person.id: person.staff_no for case, person, _unit in rows if case.subject != Subject.ITEM}
    audit.record_many(db.session(), actor=current_actor(), now=g.now, events=[audit.Event(action, no, i) for i, no in seen.items()])


@blueprint.get("/cases/export.<any(csv, xlsx):form>")
@requires(Permission.CASES_ANSWER)
@db.writes
def export(form: str) -> Response:
    """The same list as a file, whole; questions without names."""
    rows = db.session().execute(queries.cases(current_actor(), today=today(g.now), **_chosen())).all()
    _log(audit.Action.APPEALS_EXPORTED, rows)
    table = export_table.lines(rows, today=today(g.now))
    return files.table(table, f"appeals.{form}", _("Appeals"))


@blueprint.get("/cases/<ref>")
@requires(Permission.CASES_ANSWER)
@db.writes
def case(ref: str) -> str:
    """An appeal: what is contested, what happened, and the form of the answer."""
    session, actor = db.session(), current_actor()
    found = queries.by_ref(session, actor, ref)
    audit.record(session, actor=actor, action=audit.Action.APPEAL_READ, subject=ref, official_id=found.official_id, now=g.now)
    return _case_page(found)


def _case_page(found: Case, error: str = "", field: str = "finding") -> str:
    about = {Subject.ITEM: _question, Subject.ATTEMPT: _result, Subject.WORK: _work}[Subject(found.subject)](found)
    outcomes = [(one, wording.OUTCOMES[one]) for one in queries.outcomes(found) if one is not Outcome.CORRECTION or about["corrections"]]
    shown = {"steps": queries.steps(db.session(), found), "outcomes": outcomes, "error": error, "field": field, "form": request.form, "most": actions.MOST}
    return render_template("cases/case.html", case=found, **shown, **about, **_shared())


def _work(found: Case) -> dict[str, Any]:
    """The judged work as a link into the official's evidence, whose reading is logged there."""
    official = db.session().get_one(Official, found.official_id)
    return {"official": official, "work": url_for("portfolio_people.work", ref=official.ref, sub=found.subject_ref), "corrections": ()}


def _result(found: Case) -> dict[str, Any]:
    """The result as the official saw it, and whose it is."""
    session = db.session()
    names = {one.code: one.name for one in framework.read().competencies}
    return {"official": session.get_one(Official, found.official_id), "result": queries.by_competency(session, found), "names": names, "corrections": ()}


def _question(found: Case) -> dict[str, Any]:
    """The question with the answer given, and the key: only who corrects questions comes here. Whose it is needs no saying."""
    policy.ensure(current_actor(), Permission.ITEMS_CORRECT)
    session = db.session()
    one = queries.contested(session, found)
    question = one.asked.question
    key = wording.answer_lines(question, key_of(question)) if question.type in REKEYABLE else []
    return {"one": one, "key": key, "corrections": queries.corrections_of(session, found)}


@blueprint.post("/cases/<ref>/take-up")
@requires(Permission.CASES_ANSWER)
def take_up(ref: str) -> Reply:
    """Begin to look into it."""
    try:
        actions.take_up(db.session(), actor=current_actor(), ref=ref, now=g.now)
        flash(_("You have taken up this appeal; the official is told."), "success")
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".case", ref=ref), 303)


@blueprint.post("/cases/<ref>/messages")
@requires(Permission.CASES_ANSWER)
def reply(ref: str) -> Any:
    """Ask or explain something; the official is told."""
    session, actor = db.session(), current_actor()
    try:
        actions.reply(session, actor=actor, ref=ref, text=request.form.get("text", ""), now=g.now)
        flash(_("Your message is sent; the official is told."), "success")
    except Invalid as refused:
        return _case_page(queries.by_ref(session, actor, ref), str(refused), "text"), 422
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".case", ref=ref, _anchor="said"), 303)


@blueprint.post("/cases/<ref>/answer")
@requires(Permission.CASES_ANSWER)
def answer(ref: str) -> Any:
    """Close it with finding, reason and outcome."""
    session, actor = db.session(), current_actor()
    try:
        actions.answer(session, actor=actor, ref=ref, said=_said(), now=g.now)
        flash(_("Answered; the official is told."), "success")
    except Invalid as refused:
        return _case_page(queries.by_ref(session, actor, ref), str(refused)), 422
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".case", ref=ref), 303)


def _said() -> actions.Answer:
    form = request.form
    if form.get("finding") not in set(Finding) or form.get("outcome") not in set(Outcome):
        raise Invalid(_("Choose a finding and what follows from it."))
    return actions.Answer(Finding(form["finding"]), Outcome(form["outcome"]), form.get("reason", ""), form.get("correction", "")[:24])
