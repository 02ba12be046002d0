"""Pages of appeals: the official's own, and those that somebody answers for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assessments.ruling_actions import REKEYABLE, key_of
from lms.cases import actions, queries, wording
from lms.cases.enums import RUNNING, Finding, Outcome, Subject
from lms.cases.models import Case
from lms.core import db, framework, paging
from lms.core.errors import Conflict, Invalid
from lms.people.calendar_queries import today
from lms.people.models import Official

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
    session = db.session()
    head = queries.attempt(session, request.values.get("attempt", "")[:24], official_id=_official_id())
    title = queries.assessments.course_title(session, head)
    chosen = request.values.get("question", "")
    return render_template(
        "cases/new.html", head=head, title=title, questions=queries.answered(session, head), chosen=chosen, error=error, days=queries.DAYS, most=actions.MOST
    )


@blueprint.post("/me/appeals/new")
@requires(Permission.OWN_RECORD)
def open_appeal() -> Any:
    """Hand the appeal in."""
    about = {"attempt_ref": request.form.get("attempt", "")[:24], "position": request.form.get("question", type=int)}
    try:
        case = actions.open_case(db.session(), actor=current_actor(), text=request.form.get("text", ""), now=g.now, **about)
    except (Invalid, Conflict) as refused:
        return _new_page(str(refused)), 422
    flash(_("Your appeal is handed in."), "success")
    return redirect(url_for(".my_appeal", ref=case.ref), 303)


@blueprint.get("/me/appeals/<ref>")
@requires(Permission.OWN_RECORD)
def my_appeal(ref: str) -> str:
    """Where one's appeal stands; never the key."""
    session = db.session()
    case = queries.own(session, ref, official_id=_official_id())
    one = queries.contested(session, case) if case.subject == Subject.ITEM else None
    return render_template("cases/my_appeal.html", case=case, one=one, steps=queries.steps(session, case), **_shared())


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
    """The appeals one answers for, narrowed, ordered, page by page."""
    session, actor = db.session(), current_actor()
    chosen = {"state": request.args.get("state", "running"), "order": request.args.get("order", "due")}
    page = paging.page_of(session, queries.cases(actor, today=today(g.now), **chosen), number=request.args.get("page", 1, type=int))
    seen = {person.id: person.staff_no for case, person, _unit in page.rows if case.subject == Subject.ATTEMPT}
    audit.record_many(session, actor=actor, now=g.now, events=[audit.Event(audit.Action.PEOPLE_LISTED, no, i) for i, no in seen.items()])
    return render_template("cases/list.html", page=page, chosen=chosen, **_shared())


@blueprint.get("/cases/<ref>")
@requires(Permission.CASES_ANSWER)
@db.writes
def case(ref: str) -> str:
    """An appeal: what is contested, what happened, and the form of the answer."""
    session, actor = db.session(), current_actor()
    found = queries.by_ref(session, actor, ref)
    audit.record(session, actor=actor, action=audit.Action.APPEAL_READ, subject=ref, official_id=found.official_id, now=g.now)
    return _case_page(found)


def _case_page(found: Case, error: str = "") -> str:
    session = db.session()
    about = _question(found) if found.subject == Subject.ITEM else _result(found)
    return render_template("cases/case.html", case=found, steps=queries.steps(session, found), error=error, form=request.form, **about, **_shared())


def _result(found: Case) -> dict[str, Any]:
    """The result as the official saw it, and whose it is."""
    session = db.session()
    names = {one.code: one.name for one in framework.read().competencies}
    return {"official": session.get_one(Official, found.official_id), "result": queries.by_competency(session, found), "names": names}


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
