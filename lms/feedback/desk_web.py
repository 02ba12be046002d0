"""Pages of comments for who answers them: the list, one comment with its forms, and who answers for which course."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.errors import Conflict, Invalid
from lms.feedback import actions, export_table, queries, wording
from lms.feedback.clock import clock
from lms.feedback.enums import COMMENT_FLOW, CommentState, Promise
from lms.feedback.models import Comment
from lms.feedback.web import shared
from lms.people.calendar_queries import today
from lms.web import files

blueprint = Blueprint("feedback_desk", __name__)

ANSWERS = (CommentState.ANSWERED, CommentState.TAKEN_UP, CommentState.DECLINED)


def _choice() -> queries.Choice:
    args = request.args
    return queries.Choice(
        args.get("q", "").strip()[:80], args.get("state", "running"), args.get("kind", ""), args.get("course", "")[:80], args.get("order", "due")
    )


@blueprint.get("/comments/")
@requires(Permission.FEEDBACK_ANSWER)
def comments() -> str:
    """The comments one answers for, searched, narrowed, ordered, page by page; without whose they are."""
    session, choice, actor = db.session(), _choice(), current_actor()
    page = paging.page_of(session, queries.comments(actor, choice, today=today(g.now)), number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "kind", "course", "order") and value}
    chosen = {"choice": choice, "kept": kept, "courses": [(slug, slug) for slug in queries.courses_of(session, actor)]}
    chosen["names"] = policy.may(actor, Permission.PARTNERS_EDIT)
    return render_template("feedback/list.html", page=page, **chosen, **shared())


@blueprint.get("/comments/export.<any(csv, xlsx):form>")
@requires(Permission.FEEDBACK_ANSWER)
@db.writes
def export(form: str) -> Response:
    """The same list as a file, whole; without whose they are."""
    session, actor = db.session(), current_actor()
    table = export_table.lines(session.execute(queries.comments(actor, _choice(), today=today(g.now))), today=today(g.now))
    audit.record(session, actor=actor, action=audit.Action.COMMENTS_EXPORTED, subject=form, now=g.now, rows=len(table) - 1)
    return files.table(table, f"comments.{form}", _("Comments"))


@blueprint.get("/comments/<ref>")
@requires(Permission.FEEDBACK_ANSWER)
def comment(ref: str) -> str:
    """A comment: what it is about, what was said, and the forms to answer it."""
    return _page(queries.by_ref(db.session(), current_actor(), ref))


def _page(found: Comment, error: str = "", field: str = "text") -> str:
    session = db.session()
    about = {"slug": queries.course_of(session, found), "steps": queries.steps(session, found), "partner": queries.owner(session, found)}
    forms = {"next": [one for one in ANSWERS if one in COMMENT_FLOW[CommentState(found.state)]], "most": actions.MOST_ANSWER, "rule": clock()}
    return render_template("feedback/comment.html", comment=found, form=request.form, error=error, field=field, **about, **forms, **shared())


@blueprint.post("/comments/<ref>/answer")
@requires(Permission.FEEDBACK_ANSWER)
def answer(ref: str) -> Any:
    """Answer it, take it up with a promise, or decline it with a reason."""
    return _act(ref, lambda known: actions.reply(said=_said(), **known), _("Saved; the learner is told."), _faulty())


@blueprint.post("/comments/<ref>/hide")
@requires(Permission.FEEDBACK_ANSWER)
def hide(ref: str) -> Any:
    """Show the words to nobody but who wrote them, with a reason."""
    return _act(ref, lambda known: actions.hide(reason=_reason(), **known), _("The words are hidden; the learner is told why."), "reason")


@blueprint.post("/comments/<ref>/show")
@requires(Permission.FEEDBACK_ANSWER)
def show_again(ref: str) -> Any:
    """Show hidden words again, with a reason."""
    return _act(ref, lambda known: actions.show_again(reason=_reason(), **known), _("The words are shown again; the learner is told."), "reason")


def _act(ref: str, act: Any, done: str, field: str) -> Any:
    session, actor = db.session(), current_actor()
    try:
        act({"session": session, "actor": actor, "ref": ref, "now": g.now})
        flash(done, "success")
    except Invalid as refused:
        return _page(queries.by_ref(session, actor, ref), str(refused), field), 422
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".comment", ref=ref), 303)


def _reason() -> str:
    return request.form.get("reason", "")


def _said() -> actions.Reply:
    form = request.form
    if form.get("state") not in set(ANSWERS):
        raise Invalid(_("Choose what you do: answer, take up or decline."))
    promise = Promise(form["promise"]) if form.get("promise") in set(Promise) else None
    promised = {"promise": promise, "promised": form.get("promised", ""), "until": _day(form.get("until", ""))}
    return actions.Reply(CommentState(form["state"]), form.get("text", ""), bool(form.get("shown")), **promised)


def _faulty() -> str:
    """The field that a refusal of the answer speaks of."""
    form = request.form
    if form.get("state") not in set(ANSWERS):
        return "state"
    if form["state"] != CommentState.TAKEN_UP or not 0 < len(form.get("text", "").strip()) <= actions.MOST_ANSWER:
        return "text"
    return "until" if form.get("promise") in set(Promise) and form.get("promised", "").strip() else "promise"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@blueprint.get("/comments/owners")
@requires(Permission.PARTNERS_EDIT)
def owners() -> str:
    """Which partner organisation's authors answer comments on which course."""
    session = db.session()
    return render_template("feedback/owners.html", rows=queries.owners(session), partners=queries.partners(session), words=wording)


@blueprint.post("/comments/owners")
@requires(Permission.PARTNERS_EDIT)
def name_owner() -> Reply:
    """Name it, or leave the course to the administrator."""
    form = request.form
    try:
        known = {"slug": form.get("course", "")[:80], "partner_code": form.get("partner", "")[:40]}
        actions.name_owner(db.session(), actor=current_actor(), now=g.now, **known)
        flash(_("Saved. Comments that wait go there too."), "success")
    except Invalid as refused:
        flash(str(refused), "error")
    return redirect(url_for(".owners"), 303)
