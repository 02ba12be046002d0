"""Pages of reviews: the list, submitting a draft, one review with what may be done next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission as P
from lms.authoring import citation_queries
from lms.authoring import queries as drafts
from lms.authoring.enums import DraftState
from lms.core import db, paging
from lms.core.errors import Conflict, Invalid
from lms.people.calendar_queries import today
from lms.reviewing import actions, export_table, flow, hotfix, overview_queries, people_queries, queries, release_actions, showing, submission_actions, wording
from lms.reviewing.clock import clock
from lms.reviewing.enums import CORRECTED, Capacity, Change, Verdict
from lms.reviewing.models import Review
from lms.web import files

blueprint = Blueprint("reviewing", __name__)

TAKES_PART = (P.COURSES_REVIEW, P.COURSES_WRITE, P.COURSES_RELEASE)


def shared() -> dict[str, Any]:
    """What all pages of reviews need."""
    return {"words": wording, "rule": clock(), "today": today(g.now), "overdue": queries.is_overdue, "due_day": queries.due_day}


def _choice() -> queries.Choice:
    args = request.args
    return queries.Choice(args.get("q", "").strip()[:80], args.get("state", "running"), args.get("order", "due"))


@blueprint.get("/reviews/")
@requires(*TAKES_PART)
def reviews() -> str:
    """The reviews in which one has a part, searched, narrowed, ordered, page by page."""
    session, choice, actor = db.session(), _choice(), current_actor()
    page = paging.page_of(session, queries.reviews(actor, choice, today=today(g.now)), number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "order") and value}
    waiting = queries.waiting(session, actor, today=today(g.now))
    return render_template("reviewing/list.html", page=page, choice=choice, kept=kept, waiting=waiting, **shared())


@blueprint.get("/reviews/export.<any(csv, xlsx):form>")
@requires(*TAKES_PART)
@db.writes
def export(form: str) -> Response:
    """The same list as a file, whole."""
    session, actor = db.session(), current_actor()
    table = export_table.lines(session.execute(queries.reviews(actor, _choice(), today=today(g.now))), today=today(g.now))
    audit.record(session, actor=actor, action=audit.Action.REVIEWS_EXPORTED, subject=form, now=g.now, rows=len(table) - 1)
    return files.table(table, f"reviews.{form}", _("Reviews"))


@blueprint.get("/reviews/submit/<ref>")
@requires(P.COURSES_WRITE)
def draft(ref: str) -> str | Reply:
    """What stands against submitting a draft, and the form; a draft that is not being written leads to its review."""
    session = db.session()
    found = drafts.find(session, ref, actor=current_actor())
    latest = queries.of_draft(session, found.id)
    if latest is not None and found.state != DraftState.DRAFT:
        return redirect(url_for(".review", ref=latest.ref))
    return _submit_page(ref)


def _submit_page(ref: str, error: Invalid | None = None) -> str:
    session = db.session()
    draft = drafts.find(session, ref, actor=current_actor())
    found = submission_actions.hurdles(session, draft, now=g.now)
    running = queries.running_of(session, draft.id)
    comments = overview_queries.open_comments(session, running) if running else []
    known = {"draft": draft, "hurdles": found, "review": running, "open_comments": comments, "form": request.form, "error": error}
    known["titles"] = showing.titles(drafts.package_bytes(session, draft.id))
    return render_template("reviewing/submit.html", **known, **shared())


@blueprint.post("/reviews/submit/<ref>")
@requires(P.COURSES_WRITE)
def submit(ref: str) -> Any:
    """Submit it."""
    form, session = request.form, db.session()
    change = Change(form["change"]) if form.get("change") in set(Change) else Change.MINOR
    texts = form.get("words", ""), change, form.get("change_zh", ""), form.get("change_en", ""), bool(form.get("carried"))
    try:
        review = submission_actions.submit(session, actor=current_actor(), draft_ref=ref, said=submission_actions.Submission(*texts), now=g.now)
    except Invalid as refused:
        return _submit_page(ref, refused), 422
    flash(_("The draft was submitted as round %(n)d. It can't be changed while it is read.", n=review.round), "success")
    return redirect(url_for(".review", ref=review.ref), 303)


@blueprint.get("/reviews/<ref>")
@requires(*TAKES_PART)
def review(ref: str) -> str:
    """One review: where it stands, who does what, its files, and what one may do now."""
    return _page(*queries.by_ref(db.session(), current_actor(), ref))


def _page(found: Review, part: queries.Part, error: str = "", field: str = "") -> str:
    session = db.session()
    known = {"o": overview_queries.overview(session, found, part), "cited": citation_queries}
    form = request.form if error else {}
    return render_template("reviewing/review.html", review=found, part=part, error=error, field=field, form=form, **known, **shared())


def _act(ref: str, act: Callable[..., Any], done: str, field: str) -> Any:
    """Do something to a review and show it again; what was written is still there when it is refused."""
    session, actor = db.session(), current_actor()
    try:
        act(session=session, actor=actor, ref=ref, now=g.now)
        flash(done, "success")
    except Invalid as refused:
        return _page(*queries.by_ref(session, actor, ref), str(refused), field), 422
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".review", ref=ref), 303)


@blueprint.post("/reviews/<ref>/declare")
@requires(P.COURSES_REVIEW)
def declare(ref: str) -> Any:
    """Say whether there is a conflict of interest; one hands the review back."""
    said = request.form.get("conflict")
    if said not in ("no", "yes"):
        return _page(*queries.by_ref(db.session(), current_actor(), ref), _("Say whether you have a conflict of interest."), "conflict"), 422
    session, actor, words = db.session(), current_actor(), request.form.get("words", "")
    if said == "yes":
        try:
            actions.declare(session, actor=actor, ref=ref, conflict=True, words=words, now=g.now)
        except Invalid as refused:
            return _page(*queries.by_ref(session, actor, ref), str(refused), "words"), 422
        flash(_("Thank you. The review was handed back, and the administrator was told."), "success")
        return redirect(url_for(".reviews"), 303)
    return _act(ref, lambda **known: actions.declare(conflict=False, words=words, **known), _("Thank you. You can read the course now."), "words")


@blueprint.post("/reviews/<ref>/hand-back")
@requires(P.COURSES_REVIEW)
def hand_back(ref: str) -> Any:
    """Give the task back."""
    session, actor, form = db.session(), current_actor(), request.form
    try:
        actions.hand_back(session, actor=actor, ref=ref, reason=form.get("reason", ""), conflict=bool(form.get("conflict")), now=g.now)
    except Invalid as refused:
        return _page(*queries.by_ref(session, actor, ref), str(refused), "reason"), 422
    flash(_("The review was handed back, and the administrator was told."), "success")
    return redirect(url_for(".reviews"), 303)


@blueprint.post("/reviews/<ref>/judge")
@requires(P.COURSES_REVIEW)
def judge(ref: str) -> Any:
    """Accept the round or send it back."""
    form = request.form
    if form.get("verdict") not in set(Verdict):
        return _page(*queries.by_ref(db.session(), current_actor(), ref), _("Choose a verdict."), "verdict"), 422
    verdict, reasons = Verdict(form["verdict"]), form.get("reasons", "")
    return _act(ref, lambda **known: actions.judge(verdict=verdict, reasons=reasons, **known), _("Your verdict is recorded."), "reasons")


@blueprint.post("/reviews/<ref>/recall")
@requires(P.COURSES_WRITE, P.COURSES_RELEASE)
def recall(ref: str) -> Any:
    """Take the draft back to go on writing."""
    reason = request.form.get("reason", "")
    return _act(ref, lambda **known: actions.recall(reason=reason, **known), _("The draft can be changed again."), "recall")


@blueprint.post("/reviews/<ref>/withdraw")
@requires(P.COURSES_WRITE, P.COURSES_RELEASE)
def withdraw(ref: str) -> Any:
    """End the review without release."""
    reason = request.form.get("reason", "")
    return _act(ref, lambda **known: actions.withdraw(reason=reason, **known), _("The review is over; the draft stays with its authors."), "withdraw")


@blueprint.get("/reviews/<ref>/reviewers")
@requires(P.COURSES_RELEASE)
def reviewers(ref: str) -> str:
    """Who reviews, who might, and the reasons for and against."""
    return _reviewers_page(ref)


def _reviewers_page(ref: str, error: str = "") -> str:
    session = db.session()
    found, part = queries.by_ref(session, current_actor(), ref)
    named = flow.to_name(queries.standing(session, found))
    choosable = {capacity: people_queries.choosable(session, found, capacity) for capacity in named}
    known = {"review": found, "part": part, "choosable": choosable, "readers": overview_queries.readers(session, found), "error": error}
    return render_template("reviewing/reviewers.html", form=request.form, **known, **shared())


@blueprint.post("/reviews/<ref>/reviewers")
@requires(P.COURSES_RELEASE)
def name_reviewer(ref: str) -> Any:
    """Name one."""
    form, session = request.form, db.session()
    capacity = Capacity(form["capacity"]) if form.get("capacity") in set(Capacity) else Capacity.SUBJECT_EXPERT
    try:
        one = actions.name_reviewer(session, actor=current_actor(), ref=ref, account_ref=form.get("account", ""), capacity=capacity, now=g.now)
        flash(_("%(name)s was named and told.", name=one.name), "success")
    except Invalid as refused:
        return _reviewers_page(ref, str(refused)), 422
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".reviewers", ref=ref), 303)


@blueprint.post("/reviews/<ref>/reviewers/<reviewer>/end")
@requires(P.COURSES_RELEASE)
def end_reviewer(ref: str, reviewer: str) -> Any:
    """End somebody's task, so that another can be named."""
    try:
        known = {"reviewer_ref": reviewer, "reason": request.form.get("reason", "")}
        actions.replace(db.session(), actor=current_actor(), ref=ref, now=g.now, **known)
        flash(_("The task is ended. What was written stays. Name somebody else."), "success")
    except Invalid as refused:
        return _reviewers_page(ref, str(refused)), 422
    return redirect(url_for(".reviewers", ref=ref), 303)


@blueprint.get("/reviews/<ref>/release")
@requires(P.COURSES_RELEASE)
def release(ref: str) -> str:
    """What the release would make, and what stands against it."""
    return _release_page(ref)


def _release_page(ref: str, error: Invalid | None = None) -> str:
    session = db.session()
    found, part = queries.by_ref(session, current_actor(), ref)
    made = release_actions.plan(session, found, now=g.now) if not found.released_version else None
    return render_template("reviewing/release.html", review=found, part=part, plan=made, error=error, breach=hotfix.Breach, corrected=CORRECTED, **shared())


@blueprint.post("/reviews/<ref>/release")
@requires(P.COURSES_RELEASE)
def carry_out(ref: str) -> Any:
    """Release the course."""
    try:
        revision = release_actions.release(db.session(), actor=current_actor(), ref=ref, now=g.now)
    except Invalid as refused:
        return _release_page(ref, refused), 422
    flash(_("Version %(version)s is live.", version=revision.version), "success")
    return redirect(url_for(".review", ref=ref), 303)
