"""Pages of assessments: introduction, one question a page, review, result. All of them work without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import format_time
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access.actor import Actor
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assessments import actions, queries, reading_language, results, retake_queries, suspension_queries
from lms.assessments.answer_forms import REASONS, form_token
from lms.assessments.enums import Purpose, StepKind, Use
from lms.assessments.flow import Step, Verdict, current_answers, is_open, is_over
from lms.assessments.marking import AnswerRefused, read_answer
from lms.assessments.package import Blueprint as FormBlueprint
from lms.assessments.package import minutes_allowed, time_allowed
from lms.assessments.presenting import Filled, filled_from_answer, filled_from_form, raw_answer, view
from lms.assessments.queries import AttemptHead
from lms.core import db, framework
from lms.core.ids import new_ref
from lms.people import accommodation_queries
from lms.web.negotiation import wants_json

blueprint = Blueprint("assessments", __name__)

blueprint.add_app_template_filter(lambda instant: format_time(instant, "medium"), "clock_time")


@blueprint.get("/assessments/<slug>/")
@requires(Permission.TAKE_ASSESSMENT)
def intro(slug: str) -> str:
    """What the two quizzes of a course are, what they count for, and one's earlier attempts."""
    session, official_id = db.session(), current_actor().official_id
    head = queries.assessment(session, slug)
    tie = queries.course_tie(session, head.course_slug, official_id)
    earlier = queries.attempts(session, official_id=official_id, assessment_id=head.id)
    current = {one.purpose: one for one in earlier if one.submitted_at is None and not is_over(g.now, one.deadline_at)}
    percent = accommodation_queries.time_percent(session, official_id, now=g.now)
    blueprint_data = head.meta.get("blueprint")
    plan = FormBlueprint.model_validate(blueprint_data) if blueprint_data else None
    return render_template(
        "assessments/intro.html",
        head=head,
        tie=tie,
        title=tie.title if tie else slug,
        plan=plan,
        minutes=_minutes(plan, percent) if plan else None,
        time_percent=percent,
        retake=retake_queries.rule(head),
        opens_on=retake_queries.opens_on(session, head, official_id=official_id, now=g.now),
        leave=retake_queries.leave(session, official_id=official_id, assessment_id=head.id),
        tested=_competencies({cell.competency for cell in plan.cells}) if plan else [],
        practice=len(queries.bank_rows(session, head.bank_id, use=Use.PRACTICE)),
        closed=suspension_queries.closed_sentence() if suspension_queries.is_closed(session, head) else "",
        current=current,
        earlier=[one for one in earlier if one not in current.values()],
        cool_down=actions.COOL_DOWN.days,
    )


def _minutes(plan: FormBlueprint, percent: int) -> int:
    return int(time_allowed(minutes_allowed(plan), percent) / timedelta(minutes=1))


@blueprint.post("/assessments/<slug>/start")
@requires(Permission.TAKE_ASSESSMENT)
def start(slug: str) -> Reply:
    """Begin an attempt, or go on with the open one."""
    session, actor = db.session(), current_actor()
    purpose = Purpose.EVIDENCE if request.form.get("purpose") == Purpose.EVIDENCE else Purpose.FORMATIVE
    tie = queries.course_tie(session, queries.assessment(session, slug).course_slug, actor.official_id)
    attempt = actions.start_attempt(session, actor=actor, slug=slug, purpose=purpose, tie=tie, now=g.now, language=_reads_in(actor))
    return redirect(url_for(".resume", ref=attempt.ref), 303)


def _reads_in(actor: Actor) -> str:
    return reading_language.shown_in(reading_language.granted_language(db.session(), actor.official_id, now=g.now))


@blueprint.get("/attempts/<ref>/")
@requires(Permission.TAKE_ASSESSMENT)
def resume(ref: str) -> Reply:
    """Where one was: the first open question, else the review."""
    attempt = _own(ref)
    if _is_closed(attempt):
        return redirect(url_for(".result", ref=ref), 303)
    answered = current_answers(queries.steps(db.session(), attempt.id))
    open_ones = [n for n in range(1, attempt.length + 1) if n not in answered]
    return redirect(url_for(".question", ref=ref, n=open_ones[0]) if open_ones else url_for(".review", ref=ref), 303)


@blueprint.get("/attempts/<ref>/<int:n>")
@requires(Permission.TAKE_ASSESSMENT)
def question(ref: str, n: int) -> str | Reply:
    """One question, with the answer that counts now."""
    attempt = _own_kept(ref)
    steps = queries.steps(db.session(), attempt.id)
    if not is_open(steps) or _is_closed(attempt):
        return redirect(url_for(".result", ref=ref), 303)
    return _question_page(attempt, steps, n)


@blueprint.post("/attempts/<ref>/<int:n>")
@requires(Permission.TAKE_ASSESSMENT)
@db.reads
def answer(ref: str, n: int) -> Any:
    """Save an answer before anything is said about it; then go on."""
    attempt = _own_kept(ref)
    asked = _asked(attempt, n)
    filled = filled_from_form(asked.question, request.form)
    try:
        given = read_answer(asked.question, raw_answer(asked.question, filled), reading_language.answered_in())
    except AnswerRefused as refused:
        return _not_taken(attempt, n, filled, str(REASONS[refused.reason]))
    with db.database().writing() as writing:
        said = actions.record_answer(writing, attempt=attempt, position=n, answer=given, token=form_token(), now=g.now)
    if not said.saved:
        return _too_late(attempt, n, said.verdict)
    if wants_json(request):
        return jsonify(saved=True, message=_("Question %(n)d is saved on the server, %(time)s.", n=n, time=format_time(said.at, "medium")))
    return redirect(_after(attempt, n), 303)


@blueprint.get("/attempts/<ref>/review")
@requires(Permission.TAKE_ASSESSMENT)
def review(ref: str) -> str | Reply:
    """What is answered and what is open, before submitting."""
    attempt = _own(ref)
    if _is_closed(attempt):
        return redirect(url_for(".result", ref=ref), 303)
    steps = queries.steps(db.session(), attempt.id)
    return render_template("assessments/review.html", **_frame(attempt, steps))


@blueprint.post("/attempts/<ref>/submit")
@requires(Permission.TAKE_ASSESSMENT)
def submit(ref: str) -> Reply:
    """Close the attempt; twice is once."""
    actions.submit(db.session(), actor=current_actor(), ref=ref, now=g.now)
    return redirect(url_for(".result", ref=ref), 303)


@blueprint.get("/attempts/<ref>/result")
@requires(Permission.TAKE_ASSESSMENT)
def result(ref: str) -> str | Reply:
    """Practice: what was right and why. Evidence: the result per competency and what to read again; no key."""
    attempt, session = _own(ref), db.session()
    if attempt.submitted_at is None:
        # closed this moment: the next request sees what it gave
        return redirect(url_for(".result" if _is_closed(attempt) else ".review", ref=ref), 303)
    head = queries.assessment(session, attempt.slug)
    shared = {"attempt": attempt, "tie": queries.course_tie(session, attempt.course_slug, attempt.official_id), "slug": attempt.slug}
    if attempt.purpose is not Purpose.EVIDENCE:
        return _practice_result(attempt, head, shared)
    return _evidence_result(attempt, head, shared)


def _practice_result(attempt: AttemptHead, head: queries.AssessmentHead, shared: dict[str, Any]) -> str:
    session = db.session()
    form = queries.form_questions(session, attempt.form)
    explained = results.all_explained(form, queries.steps(session, attempt.id), attempt.seed, head.meta.get("misconceptions", {}))
    right = sum(one.mark.full for one in explained)
    return render_template("assessments/practice_result.html", explained=explained, right=right, **shared)


def _evidence_result(attempt: AttemptHead, head: queries.AssessmentHead, shared: dict[str, Any]) -> str:
    session = db.session()
    form = {one.revision_id: one for one in queries.form_questions(session, attempt.form)}
    responses = queries.responses_of(session, attempt)
    given = [results.Given(form[one.item_revision_id], one.correct, one.answer) for one in responses if not one.void]
    return render_template(
        "assessments/evidence_result.html",
        competencies=results.by_competency(given),
        names={code: name for code, name in _competencies({one.asked.competency for one in given})},
        beliefs=results.beliefs(given, head.meta.get("misconceptions", {})),
        lessons=results.lessons_to_read(given),
        not_reached=attempt.length - len(responses),
        withdrawn=len(responses) - len(given),
        expired=_expired(attempt),
        **shared,
    )


def _expired(attempt: AttemptHead) -> bool:
    return any(step.kind is StepKind.EXPIRED for step in queries.steps(db.session(), attempt.id))


def _own(ref: str) -> AttemptHead:
    return queries.attempt(db.session(), ref, official_id=current_actor().official_id)


def _own_kept(ref: str) -> AttemptHead:
    return queries.kept_attempt(db.session(), ref, official_id=current_actor().official_id)


def _asked(attempt: AttemptHead, n: int) -> queries.Asked:
    if not 1 <= n <= attempt.length:
        abort(404)
    return queries.asked(db.session(), attempt.form[n - 1])


def _is_closed(attempt: AttemptHead) -> bool:
    """Whether the attempt takes no more answers; one whose time is over is closed now, as it stood at its deadline."""
    if attempt.submitted_at is not None:
        return True
    if not is_over(g.now, attempt.deadline_at):
        return False
    with db.database().writing() as writing:
        actions.close(writing, attempt, now=g.now)
    return True


def _after(attempt: AttemptHead, n: int) -> str:
    if request.form.get("back") == "review" or n == attempt.length:
        return url_for(".review", ref=attempt.ref)
    return url_for(".question", ref=attempt.ref, n=n + 1)


def _not_taken(attempt: AttemptHead, n: int, filled: Filled, reason: str) -> Any:
    if wants_json(request):
        return jsonify(saved=False, message=reason), 422
    steps = queries.steps(db.session(), attempt.id)
    return _question_page(attempt, steps, n, filled=filled, error=reason), 422


def _too_late(attempt: AttemptHead, n: int, verdict: Verdict) -> Any:
    closed = _("Question %(n)d was not changed: this attempt was submitted before.", n=n)
    late = _("Your answer to question %(n)d came after the deadline and was not taken. What was saved before counts.", n=n)
    reason = late if verdict is Verdict.LATE else closed
    _is_closed(attempt)
    if wants_json(request):
        return jsonify(saved=False, message=reason), 409
    flash(reason, "warning")
    return redirect(url_for(".result", ref=attempt.ref), 303)


@blueprint.post("/attempts/<ref>/<int:n>/language")
@requires(Permission.TAKE_ASSESSMENT)
@db.reads
def switch_language(ref: str, n: int) -> Reply:
    """Show the questions in the other language; for those to whom one was granted."""
    attempt = _own_kept(ref)
    reading_language.switch(request.form.get("to", ""))
    return redirect(url_for(".question", ref=attempt.ref, n=n), 303)


def _question_page(attempt: AttemptHead, steps: list[Step], n: int, *, filled: Filled | None = None, error: str = "") -> str:
    asked = _asked(attempt, n)
    granted = reading_language.granted_language(db.session(), attempt.official_id, now=g.now)
    if filled is None:
        filled = filled_from_answer(asked.question, current_answers(steps).get(n))
    return render_template(
        "assessments/question.html",
        n=n,
        question=view(results.placed(asked), filled, attempt.seed),
        token=new_ref(),
        error=error,
        back="review" if "review" in (request.args.get("back"), request.form.get("back")) else "",
        granted_language=granted,
        shown_in=reading_language.shown_in(granted),
        **_frame(attempt, steps),
    )


def _frame(attempt: AttemptHead, steps: list[Step]) -> dict[str, Any]:
    """What every page of a running attempt shows: how far, how long, what was saved last."""
    answers = current_answers(steps)
    saved = [step for step in steps if step.kind is StepKind.ANSWERED]
    left = attempt.deadline_at - g.now if attempt.deadline_at else None
    return {
        "attempt": attempt,
        "answered": answers.keys(),
        "last_saved": saved[-1] if saved else None,
        "seconds_left": max(0, int(left / timedelta(seconds=1))) if left is not None else None,
        "course_title": queries.course_title(db.session(), attempt),
    }


def _competencies(codes: set[str]) -> list[tuple[str, Any]]:
    """(code, name) in the framework's order; an unknown code stands for itself."""
    known = {one.code: one.name for one in framework.read().competencies}
    order = {code: place for place, code in enumerate(known)}
    return [(code, known.get(code, code)) for code in sorted(codes, key=lambda code: (order.get(code, len(order)), code))]
