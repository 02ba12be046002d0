"""The page for authors on what their courses change. Numbers about few people are not made, names never shown."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _

from lms.access import audit
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.psychometrics import effect_queries, effect_sheet, effects
from lms.web import files

blueprint = Blueprint("course_worth", __name__)

LOW, HIGH = -100, 200
"""Points at the ends of the small picture."""


@blueprint.get("/author/courses/")
@requires(Permission.ITEM_STATISTICS)
def courses() -> str:
    """Change around each course, with its interval, and the gain that is expected of the next completion."""
    lines = effect_queries.worth(db.session())
    return render_template(
        "psychometrics/courses.html",
        lines=lines,
        as_of=max((line.at for line in lines if line.at), default=None),
        measured=sum(not line.few for line in lines),
        place=place,
        shown_from=effects.SHOWN_FROM,
        learned_from=effects.LEARNED_FROM,
    )


def place(points: float) -> float:
    """Where points stand in the picture, 0 to 100; what lies outside stands at its end."""
    return round(100 * (min(max(points, LOW), HIGH) - LOW) / (HIGH - LOW), 1)


@blueprint.get("/author/courses.<any(csv, xlsx):form>")
@requires(Permission.ITEM_STATISTICS)
@db.writes
def export(form: str) -> Response:
    """The same table as a file."""
    session = db.session()
    rows = effect_sheet.rows(effect_queries.worth(session))
    audit.record(session, actor=current_actor(), action=audit.Action.ITEMS_EXPORTED, subject=f"courses.{form}", now=g.now, rows=len(rows) - 1)
    return files.table(rows, f"courses.{form}", _("Courses"))
