"""Pages of a course's revisions: what changed between any two, a hot fix begun, the course retired and offered again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission as P
from lms.authoring import actions as drafts
from lms.authoring import queries as draft_queries
from lms.core import comparison, db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.courses import retirement_queries
from lms.courses.models import Course, CourseRevision
from lms.facts.citation_queries import partner_of_courses
from lms.people.models import Partner
from lms.reviewing import changes, course_actions, course_queries, showing, snapshot_queries
from lms.reviewing.text_web import MEDIA_TYPES, picture_response
from lms.reviewing.web import shared

blueprint = Blueprint("review_courses", __name__)


@blueprint.get("/reviews/courses/")
@requires(P.PREVIEW_COURSES)
def catalogue() -> str:
    """Every course with its live version and how many came before."""
    q = request.args.get("q", "").strip()[:80].lower()
    rows = [row for row in course_queries.courses(db.session()) if not q or q in _words_of(row)]
    return render_template("reviewing/courses.html", rows=rows, q=q, **shared())


def _words_of(row: course_queries.CourseLine) -> str:
    return f"{row.course.code} {row.course.slug} {row.current.title_zh} {row.current.title_en}".lower()


@blueprint.get("/reviews/courses/<slug>")
@requires(P.PREVIEW_COURSES)
def history(slug: str) -> str:
    """The revisions of a course: when, who reviewed, what changed; two of them can be compared."""
    return _history_page(slug)


def _history_page(slug: str, error: str = "") -> str:
    session, actor = db.session(), current_actor()
    course = retirement_queries.course(session, slug)
    known = {"course": course, "rows": course_queries.revisions(session, course), "retirements": retirement_queries.retirements(session, course.id)}
    writes = policy.may(actor, P.COURSES_WRITE) and drafts.may_continue(actor, partner_of_courses(session).get(slug))
    may = {"retires": policy.may(actor, P.COURSES_RELEASE), "partners": draft_queries.partners_of(session, actor), "writes": writes}
    retired = retirement_queries.retirement(session, course.id)
    return render_template("reviewing/history.html", retired=retired, error=error, form=request.form, **known, **may, **shared())


@blueprint.get("/reviews/courses/<slug>/changes")
@requires(P.PREVIEW_COURSES)
def compare(slug: str) -> str:
    """What changed between two revisions: the list of files, or one of them; questions for those who may see their keys."""
    session = db.session()
    course, (old, new) = _two(slug)
    before, after = snapshot_queries.of_revision(session, old), snapshot_queries.of_revision(session, new)
    keys = policy.may(current_actor(), P.ITEM_STATISTICS)
    lines = [one for one in changes.files(before, after) if keys or one.path != changes.BANK]
    path = request.args.get("path", "")
    known = {"course": course, "old": old, "new": new, "files": lines, "path": path, "keys": keys, "titles": showing.titles(before, after)}
    if not path:
        return render_template("reviewing/changes.html", shown=None, view="", **known, **shared())
    if path not in {one.path for one in lines} or path.startswith(changes.PICTURES):
        raise NotFound
    view, shown = _compared(slug, path, (old, before), (new, after))
    return render_template("reviewing/changes.html", shown=shown, view=view, language=showing.language_of(path), **known, **shared())


def _two(slug: str) -> tuple[Course, tuple[CourseRevision, CourseRevision]]:
    """The course and the two revisions in the address, the older one first; the latest two if none are named."""
    course = retirement_queries.course(db.session(), slug)
    rows = course_queries.revisions(db.session(), course)
    if not rows:
        raise NotFound
    one = course_queries.revision(rows, request.args["from"]) if request.args.get("from") else rows[min(1, len(rows) - 1)].revision
    other = course_queries.revision(rows, request.args["to"]) if request.args.get("to") else rows[0].revision
    first, last = sorted((one, other), key=lambda row: row.id)
    return course, (first, last)


def _compared(slug: str, path: str, old: tuple[CourseRevision, changes.Files], new: tuple[CourseRevision, changes.Files]) -> tuple[str, Any]:
    """One file: rendered with its changes, items field by field, or by lines."""
    wanted = request.args.get("view", "")
    if path == changes.BANK and wanted != "lines":
        return "items", [row for row in changes.compare_items(old[1], new[1]) if row.state != "same"]
    if showing.is_lesson(path) and wanted != "lines":
        return "changes", showing.lesson_compared(old[1], new[1], path, (_pictures(slug, old[0]), _pictures(slug, new[0])))
    return "lines", comparison.compare(changes.text_of(old[1].get(path)), changes.text_of(new[1].get(path)))


def _pictures(slug: str, revision: CourseRevision) -> showing.PictureUrl:
    return lambda name: url_for("review_courses.picture", slug=slug, ref=revision.ref, name=name)


@blueprint.get("/reviews/courses/<slug>/<ref>/pictures/<name>")
@requires(P.PREVIEW_COURSES)
def picture(slug: str, ref: str, name: str) -> Response:
    """A picture of any revision."""
    session = db.session()
    rows = course_queries.revisions(session, retirement_queries.course(session, slug))
    content = snapshot_queries.of_revision(session, course_queries.revision(rows, ref)).get(f"{changes.PICTURES}{name}")
    kind = MEDIA_TYPES.get(name.rpartition(".")[2])
    if content is None or kind is None:
        raise NotFound
    return picture_response(content, kind)


@blueprint.post("/reviews/courses/<slug>/hot-fix")
@requires(P.COURSES_WRITE)
def begin_hot_fix(slug: str) -> Reply:
    """Begin a hot fix: a draft with the files of the live revision."""
    session, actor = db.session(), current_actor()
    course = retirement_queries.course(session, slug)
    if course.current is None:
        raise NotFound
    if course.current.provisional:
        flash(_("A hot fix stands on the reviews of the version that it corrects; this one was never reviewed. Begin an ordinary draft."), "warning")
        return redirect(url_for(".history", slug=slug), 303)
    draft = drafts.draft_from_revision(session, actor=actor, now=g.now, revision=course.current, partner=_partner(), hot_fix=True)
    flash(_("The draft of the hot fix holds the files of the live version. Change nothing but the wrong passages."), "success")
    return redirect(url_for("drafts.draft", ref=draft.ref), 303)


def _partner() -> Partner | None:
    """The organisation chosen, else the only one of an author."""
    session, actor = db.session(), current_actor()
    partners = draft_queries.partners_of(session, actor)
    found = next((one for one in partners if one.code == request.form.get("partner")), None)
    everything = policy.scope(actor, P.COURSES_WRITE).everything
    return found if found or everything else next(iter(partners), None)


@blueprint.post("/reviews/courses/<slug>/retire")
@requires(P.COURSES_RELEASE)
def retire(slug: str) -> Any:
    """Nobody new begins the course from now on."""
    return _retirement(slug, course_actions.retire, _("The course is retired. Who began it may finish."))


@blueprint.post("/reviews/courses/<slug>/reinstate")
@requires(P.COURSES_RELEASE)
def reinstate(slug: str) -> Any:
    """Offer it again."""
    return _retirement(slug, course_actions.reinstate, _("The course is offered again."))


def _retirement(slug: str, act: Any, done: str) -> Any:
    try:
        act(db.session(), actor=current_actor(), slug=slug, reason=request.form.get("reason", ""), now=g.now)
        flash(done, "success")
    except Invalid as refused:
        return _history_page(slug, str(refused)), 422
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".history", slug=slug), 303)
