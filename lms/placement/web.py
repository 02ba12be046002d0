"""Pages of placement: what it is, one question a page, the result. All of them work without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assessments import placing_queries as questions
from lms.competency.model_queries import day_of
from lms.core import db
from lms.core.ids import new_ref
from lms.placement import actions, flow, pages, queries
from lms.placement.actions import GivenAnswer
from lms.placement.flow import Step, Verdict
from lms.placement.queries import Sitting

blueprint = Blueprint("placement", __name__, url_prefix="/me/placement")


@blueprint.get("")
@requires(Permission.TAKE_ASSESSMENT)
def intro() -> str:
    """What a placement is and how it chooses, the one that is open, and earlier ones."""
    session, official_id = db.session(), current_actor().official_id
    found = queries.sittings(session, official_id=official_id)
    open_one = next((one for one in found if one.finished_at is None), None)
    tracks = queries.start_of(session, official_id, day_of(g.now))
    facts = {"tracks": len(tracks), "undecided": pages.undecided(tracks, queries.rules()), "cool_down": actions.COOL_DOWN.days}
    return render_template("placement/intro.html", open_one=open_one, earlier=[one for one in found if one is not open_one], **facts, **pages.numbers())


@blueprint.post("/start")
@requires(Permission.TAKE_ASSESSMENT)
def start() -> Reply:
    """Begin a placement, or go on with the open one."""
    sitting = actions.start(db.session(), actor=current_actor(), now=g.now)
    return redirect(url_for(".question", ref=sitting.ref), 303)


@blueprint.get("/<ref>/")
@requires(Permission.TAKE_ASSESSMENT)
def question(ref: str) -> str | Reply:
    """The question that waits; the same one until it is answered."""
    sitting = _own(ref)
    steps = queries.steps(db.session(), sitting.id)
    if flow.current(steps) is None:
        return redirect(url_for(".result", ref=ref), 303)
    return _question_page(sitting, steps)


@blueprint.post("/<ref>/")
@requires(Permission.TAKE_ASSESSMENT)
def answer(ref: str) -> Any:
    """Save an answer and choose the next question by it; sent twice it is one answer."""
    sitting, session = _own(ref), db.session()
    place = request.form.get("place", 0, type=int)
    steps = queries.steps(session, sitting.id)
    asked_step = next((step for step in steps if step.place == place), None)
    if asked_step is None:
        return redirect(url_for(".question", ref=ref), 303)
    asked = questions.question(session, asked_step.revision_id)
    filled = questions.filled_from_form(asked.question, request.form)
    try:
        read = None if "unknown" in request.form else _read(asked.question, filled)
    except questions.AnswerRefused as refused:
        return _refused(sitting, steps, place, filled, refused.reason)
    given = GivenAnswer(place, read, questions.form_token())
    if actions.answer(session, actor=current_actor(), ref=ref, given=given, now=g.now) is Verdict.TOO_LATE:
        flash(_("Question %(n)d was answered before and is not changed: the next question was chosen by that answer.", n=place), "warning")
    return redirect(url_for(".question", ref=ref), 303)


def _read(question: Any, filled: questions.Filled) -> questions.Answer:
    return questions.read_answer(question, questions.raw_answer(question, filled), questions.answered_in())


def _refused(sitting: Sitting, steps: list[Step], place: int, filled: questions.Filled, reason: questions.Refusal) -> Any:
    """The same page with what can't be taken; a question that waits no more gives way to the one that does."""
    waiting = flow.current(steps)
    if waiting is None or waiting.place != place:
        return redirect(url_for(".question", ref=sitting.ref), 303)
    empty = reason is questions.Refusal.EMPTY
    said = _("Choose or write an answer first, or say that you don't know.") if empty else str(questions.REASONS[reason])
    return _question_page(sitting, steps, filled=filled, error=said), 422


@blueprint.post("/<ref>/language")
@requires(Permission.TAKE_ASSESSMENT)
@db.reads
def switch_language(ref: str) -> Reply:
    """Show the questions in the other language; for those to whom one was granted."""
    sitting = _own(ref)
    questions.switch(request.form.get("to", ""))
    return redirect(url_for(".question", ref=sitting.ref), 303)


@blueprint.post("/<ref>/finish")
@requires(Permission.TAKE_ASSESSMENT)
def finish(ref: str) -> Reply:
    """End it now: what was answered counts. Twice is once."""
    actions.finish(db.session(), actor=current_actor(), ref=ref, now=g.now)
    return redirect(url_for(".result", ref=ref), 303)


@blueprint.get("/<ref>/result")
@requires(Permission.TAKE_ASSESSMENT)
def result(ref: str) -> str | Reply:
    """By competency: what was known before, what is known after, and what is still unclear and why."""
    sitting, session = _own(ref), db.session()
    steps = queries.steps(session, sitting.id)
    if flow.current(steps) is not None:
        return redirect(url_for(".question", ref=ref), 303)
    stands = queries.progress(session, sitting, steps)
    page = pages.result(sitting, stands, steps[-1].answer, queries.rules())
    return render_template("placement/result.html", sitting=sitting, page=page)


def _own(ref: str) -> Sitting:
    return queries.sitting(db.session(), ref, official_id=current_actor().official_id)


def _question_page(sitting: Sitting, steps: list[Step], *, filled: questions.Filled | None = None, error: str = "") -> str:
    session, waiting = db.session(), flow.current(steps)
    asked = questions.question(session, waiting.revision_id)
    granted = questions.granted_language(session, sitting.official_id, now=g.now)
    given = flow.answered(steps)
    return render_template(
        "placement/question.html",
        sitting=sitting,
        place=waiting.place,
        question=questions.view(questions.placed(asked), filled or questions.Filled(), sitting.seed),
        stands=queries.progress(session, sitting, steps),
        last_saved=given[-1] if given else None,
        token=new_ref(),
        error=error,
        granted_language=granted,
        shown_in=questions.shown_in(granted),
    )
