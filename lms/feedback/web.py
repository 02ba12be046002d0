"""Pages of comments for who makes them: the form of two taps, one's own comments, and how the clocks stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access import policy
from lms.access.guards import current_actor, requires, signed_in
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.errors import Invalid, TooMany
from lms.feedback import about_queries, actions, queries, wording
from lms.feedback.clock import clock
from lms.feedback.enums import RUNNING, Kind, Subject
from lms.people.calendar_queries import today
from lms.web.filters import day

blueprint = Blueprint("feedback", __name__)

PLACE = ("course", "lesson", "attempt", "n")
CLOCK_OVER = timedelta(days=90)


def shared() -> dict[str, Any]:
    """What every page of comments needs."""
    return {"words": wording, "today": today(g.now), "overdue": queries.is_overdue, "running": RUNNING}


def _official_id(permission: Permission = Permission.OWN_RECORD) -> int:
    found = policy.scope(current_actor(), permission).official_id
    if found is None:
        abort(404)
    return found


@blueprint.get("/me/comments/new")
@requires(Permission.LEARN)
def new_comment() -> str:
    """Words if one likes, then one tap on what it is; below, what others asked about the lesson."""
    return _new_page()


def _new_page(error: str = "") -> str:
    session, place = db.session(), {key: request.values[key] for key in PLACE if request.values.get(key)}
    about = about_queries.find(session, place, official_id=_official_id(Permission.LEARN))
    asked = queries.asked_by_others(session, about.code) if about.subject is Subject.LESSON else ()
    kept = {"most": actions.MOST, "days": clock().answer_within_days, "error": error, "text": request.form.get("text", "")}
    return render_template("feedback/new.html", about=about, place=place, back=_back(place), asked=asked, **kept, **shared())


def _back(place: dict[str, str]) -> str:
    """Where the learner came from."""
    if place.get("attempt"):
        return url_for("assessments.result", ref=place["attempt"])
    return url_for("courses.lesson", slug=place["course"], lesson=place["lesson"])


@blueprint.post("/me/comments/new")
@requires(Permission.LEARN)
def make_comment() -> Any:
    """Take the comment."""
    session, form = db.session(), request.form
    about = about_queries.find(session, form, official_id=_official_id(Permission.LEARN))
    if form.get("kind") not in set(Kind):
        return _new_page(_("Choose what it is.")), 422
    said = actions.Said(Kind(form["kind"]), form.get("text", ""), bool(form.get("may_show")))
    try:
        made = actions.comment(session, actor=current_actor(), about=about, said=said, now=g.now)
    except (Invalid, TooMany) as refused:
        return _new_page(str(refused)), refused.status
    flash(_("Thank you. You get an answer by %(day)s.", day=day(made.due_on)), "success")
    return redirect(url_for(".my_comment", ref=made.ref), 303)


@blueprint.get("/me/comments")
@requires(Permission.OWN_RECORD)
def my_comments() -> str:
    """One's own comments, page by page."""
    page = paging.page_of(db.session(), queries.all_own(_official_id()), number=request.args.get("page", 1, type=int))
    return render_template("feedback/mine.html", page=page, **shared())


@blueprint.get("/me/comments/<ref>")
@requires(Permission.OWN_RECORD)
def my_comment(ref: str) -> str:
    """Where one's comment stands, and what was answered."""
    session = db.session()
    found = queries.own(session, ref, official_id=_official_id())
    shown = {"steps": queries.steps(session, found), "slug": queries.course_of(session, found)}
    return render_template("feedback/my_comment.html", comment=found, **shown, **shared())


@blueprint.get("/comments/clock")
@signed_in
def clock_page() -> str:
    """How many comments wait, for whom, and how many were answered in time: organisations, never persons."""
    rows = queries.standing(db.session(), today=today(g.now), since=g.now - CLOCK_OVER)
    return render_template("feedback/clock.html", rows=rows, rule=clock(), over=CLOCK_OVER.days)
