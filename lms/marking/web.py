"""Pages for assessors: the queue, a short answer, a piece of work, agreement between markers. Nowhere a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.i18n import pick
from lms.marking import actions, agreement_page, queries
from lms.marking.models import Mark
from lms.marking.queries import Answer
from lms.portfolio.assessor_queries import download, work_for_assessors
from lms.portfolio.models import Submission
from lms.portfolio.queries import by_ref, file_at

blueprint = Blueprint("marking", __name__)

AGREEMENT_OVER = timedelta(days=730)
MOST_LOOKED_BACK = 20


@blueprint.get("/marking/")
@requires(Permission.MARK)
def queue() -> str:
    """What waits, oldest first."""
    session, actor = db.session(), current_actor()
    answers, works = queries.answers_waiting(actor), queries.works_waiting(actor)
    page = {
        "n_answers": queries.count(session, answers),
        "n_works": queries.count(session, works),
        "answers": session.execute(answers.limit(queries.MOST_LISTED)).all(),
        "works": session.execute(works.limit(queries.MOST_LISTED)).all(),
        "marked": queries.marked_by(session, actor.account_id, limit=MOST_LOOKED_BACK),
    }
    return render_template("marking/queue.html", page=page)


def _next(session: Session, kind: str) -> str:
    """The next of its kind, else the queue."""
    actor = current_actor()
    if kind == "answer" and (row := session.execute(queries.answers_waiting(actor).limit(1)).first()):
        return url_for(".answer", response_id=row.id)
    if kind == "work" and (row := session.execute(queries.works_waiting(actor).limit(1)).first()):
        return url_for(".work", ref=row.ref)
    return url_for(".queue")


@blueprint.get("/marking/answers/<int:response_id>")
@requires(Permission.MARK)
def answer(response_id: int) -> str | BaseResponse:
    """A short answer with its rubric; after one's own mark, and once all are in, everybody's."""
    session = db.session()
    found = queries.answer(session, response_id)
    marks = queries.marks_of(session, response_id=response_id)
    if mine := next((mark for mark in marks if mark.account_id == current_actor().account_id), None):
        return _marked_page(found, mine, marks)
    try:
        actions.ensure_answer(session, current_actor(), found)
    except Conflict as error:
        flash(str(error), "info")
        return redirect(url_for(".queue"))
    if found.response.correct is not None:
        raise NotFound
    return _answer_page(found)


def _answer(found: Answer) -> dict[str, Any]:
    rubric = [{"name": pick(one), "choices": [(n, _points(n)) for n in range(one["points"] + 1)]} for one in found.rubric]
    return {"id": found.response.id, "code": found.code, "level": found.level, "stem": pick(found.content["stem"]), "text": found.text, "rubric": rubric}


def _answer_page(found: Answer, errors: dict[str, str] | None = None) -> str:
    return render_template("marking/answer.html", page=_answer(found), errors=errors or {}, form=request.form)


def _marked_page(found: Answer, mine: Mark, marks: Sequence[Mark]) -> str:
    settled = found.response.correct is not None
    page = _answer(found) | {"mine": mine, "all": _shown(found.rubric, marks) if settled else [], "comments": _comments(marks) if settled else []}
    return render_template("marking/answer_marked.html", page=page)


def _points(n: int) -> str:
    return _("no points") if n == 0 else _("1 point") if n == 1 else _("%(n)d points", n=n)


@blueprint.post("/marking/answers/<int:response_id>")
@requires(Permission.MARK)
def mark_answer(response_id: int) -> Response | BaseResponse:
    session = db.session()
    found = queries.answer(session, response_id)
    try:
        actions.mark_answer(session, actor=current_actor(), response_id=response_id, grades=_grades(len(found.points)), comment=_text("comment"), now=g.now)
        flash(_("Marked."), "success")
    except Invalid as error:
        return make_response(_answer_page(found, {"c1": str(error)}), 422)
    except Conflict as error:
        flash(str(error), "info")
    return redirect(_next(session, "answer"))


def _grades(count: int) -> list[int]:
    """A number for each criterion; -1 where none was chosen."""
    return [request.form.get(f"c{n}", -1, type=int) for n in range(1, count + 1)]


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


@blueprint.post("/marking/answers/<int:response_id>/skip")
@requires(Permission.MARK)
def skip_answer(response_id: int) -> Response | BaseResponse:
    """Declare a conflict of interest."""
    session = db.session()
    try:
        actions.declare_conflict(session, actor=current_actor(), response_id=response_id, reason=_text("reason"), now=g.now)
    except Invalid as error:
        return make_response(_answer_page(queries.answer(session, response_id), {"reason": str(error)}), 422)
    return redirect(_next(session, "answer"))


def _work(session: Session, ref: str) -> Submission:
    """A piece of work that the actor may see. Raises Forbidden."""
    submission = by_ref(session, ref)
    if not actions.may_see_work(session, current_actor(), submission):
        raise Forbidden
    return submission


@blueprint.get("/marking/works/<ref>")
@requires(Permission.MARK)
def work(ref: str) -> str:
    """A piece of work with its rubric; after one's own mark, and once all are in, everybody's."""
    session = db.session()
    return _work_page(session, _work(session, ref))


def _work_page(session: Session, submission: Submission, errors: dict[str, str] | None = None) -> str:
    page = work_for_assessors(session, submission)
    marks = queries.marks_of(session, submission_id=submission.id)
    mine = next((mark for mark in marks if mark.account_id == current_actor().account_id), None)
    # others' marks and comments only when all of that round are in: nobody may be led by them
    settled = mine is not None and (mine.round < submission.round or page["judged"] is not None)
    seen = [mark for mark in marks if mine and mark.round == mine.round] if settled else []
    page |= {"mine": mine, "settled": settled, "all": _shown(submission.revision.content["rubric"], seen), "comments": _comments(seen)}
    page["may_return"] = not marks and submission.returned_at is None
    return render_template("marking/work.html", page=page, errors=errors or {}, form=request.form)


def _shown(rubric: Sequence[dict[str, Any]], marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Each criterion with the grades of all assessors, in no telling order."""
    columns = sorted(mark.grades for mark in marks)
    return [{"name": pick(one), "grades": [grades[n] for grades in columns]} for n, one in enumerate(rubric)]


def _comments(marks: Sequence[Mark]) -> list[str]:
    """What the assessors wrote, in no telling order."""
    return sorted(mark.comment for mark in marks if mark.comment)


@blueprint.post("/marking/works/<ref>")
@requires(Permission.MARK)
def mark_work(ref: str) -> Response | BaseResponse:
    session = db.session()
    submission = _work(session, ref)
    grades = _grades(len(submission.revision.content["rubric"]))
    try:
        settled = actions.mark_work(session, actor=current_actor(), submission=submission, grades=grades, comment=_text("comment"), now=g.now)
    except Invalid as error:
        return make_response(_work_page(session, submission, {"c1": str(error)}), 422)
    except Conflict as error:
        flash(str(error), "info")
        return redirect(url_for(".queue"))
    flash(_("Judged; all marks are in.") if settled else _("Judged. The result stands when the others have judged too."), "success")
    return redirect(url_for(".work", ref=ref) if settled else _next(session, "work"))


@blueprint.post("/marking/works/<ref>/skip")
@requires(Permission.MARK)
def skip_work(ref: str) -> Response | BaseResponse:
    """Declare a conflict of interest."""
    session = db.session()
    submission = _work(session, ref)
    try:
        actions.declare_conflict(session, actor=current_actor(), submission=submission, reason=_text("reason"), now=g.now)
    except Invalid as error:
        return make_response(_work_page(session, submission, {"reason": str(error)}), 422)
    return redirect(_next(session, "work"))


@blueprint.post("/marking/works/<ref>/return")
@requires(Permission.MARK)
def return_work(ref: str) -> Response | BaseResponse:
    """Return work that can't be judged, once."""
    session = db.session()
    submission = _work(session, ref)
    try:
        actions.return_work(session, actor=current_actor(), submission=submission, reason=_text("why"), now=g.now)
        flash(_("Returned to its owner."), "success")
    except Invalid as error:
        return make_response(_work_page(session, submission, {"why": str(error)}), 422)
    except Conflict as error:
        flash(str(error), "warning")
        return redirect(url_for(".work", ref=ref))
    return redirect(_next(session, "work"))


@blueprint.get("/marking/works/<ref>/files/<int:place>")
@requires(Permission.MARK)
@db.writes
def file(ref: str, place: int) -> Response:
    """A file under a neutral name; the reading is logged without naming the official."""
    session = db.session()
    submission = _work(session, ref)
    found = file_at(session, submission.id, place)
    audit.record(session, actor=current_actor(), action=audit.Action.WORK_FILE_READ, subject=ref, now=g.now, place=place, sha256=found.sha256)
    return download(found, f"file-{place}.{found.kind}")


@blueprint.get("/marking/agreement")
@requires(Permission.MARK, Permission.ITEM_STATISTICS)
def agreement() -> str:
    """How far two markers of the same thing agree."""
    rows = agreement_page.rows(queries.doubles(db.session(), since=g.now - AGREEMENT_OVER))
    return render_template("marking/agreement.html", rows=rows, least=agreement_page.LEAST)
