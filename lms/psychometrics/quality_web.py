"""One course's page for authors: what it changes, how its blueprint is covered, and the wrong ideas that its questions find."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.psychometrics import quality_pages, quality_queries
from lms.psychometrics.effect_web import place
from lms.web import files

blueprint = Blueprint("course_quality", __name__)


@blueprint.get("/author/courses/<slug>")
@requires(Permission.ITEM_STATISTICS)
def course(slug: str) -> str:
    """Change, coverage and wrong ideas of one course; no official can be told from any of it."""
    found = quality_queries.quality(db.session(), slug)
    writes = policy.may(current_actor(), Permission.COURSES_WRITE)
    return render_template("psychometrics/course.html", page=quality_pages.page(found), place=place, writes=writes)


@blueprint.get("/author/courses/<slug>/<any(coverage, ideas):what>.<any(csv, xlsx):form>")
@requires(Permission.ITEM_STATISTICS)
@db.writes
def export(slug: str, what: str, form: str) -> Response:
    """A table of the page as a file."""
    session = db.session()
    found = quality_queries.quality(session, slug)
    rows = quality_pages.coverage_sheet(found) if what == "coverage" else quality_pages.ideas_sheet(found)
    audit.record(session, actor=current_actor(), action=audit.Action.ITEMS_EXPORTED, subject=f"{slug} {what}.{form}", now=g.now, rows=len(rows) - 1)
    return files.table(rows, f"{slug}-{what}.{form}", _("Coverage") if what == "coverage" else _("Wrong ideas"))
