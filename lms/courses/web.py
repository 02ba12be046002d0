"""Pictures of courses, and the administrator's decision on unreviewed ones. Learners' pages are in `learning.web`."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import instance
from lms.core.db import session
from lms.core.errors import Invalid
from lms.courses import actions, queries

blueprint = Blueprint("packages", __name__)

YEAR = 365 * 24 * 3600


@blueprint.get("/courses/<slug>/assets/<digest>/<name>")
@requires(Permission.LEARN, Permission.PREVIEW_COURSES)
def picture(slug: str, digest: str, name: str) -> Response:
    """A picture by its content: it may be kept for ever. Opened by itself, an SVG can do nothing."""
    asset = queries.asset(session(), slug, digest, name)
    response = make_response(asset.content)
    response.headers["Content-Type"] = asset.media_type
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@blueprint.get("/admin/courses")
@requires(Permission.COURSES_ACCEPT)
def overview() -> str:
    """Every course's current revision: version, hash, state, and what was decided."""
    return render_template("courses/overview.html", rows=queries.revisions(session()), sample_instance=instance.is_sample())


@blueprint.get("/admin/courses/<slug>/accept")
@requires(Permission.COURSES_ACCEPT)
def acceptance(slug: str) -> str:
    """The form for the decision, or what was decided."""
    return _acceptance_page(slug)


@blueprint.post("/admin/courses/<slug>/accept")
@requires(Permission.COURSES_ACCEPT)
def accept(slug: str) -> str | BaseResponse | tuple[str, int]:
    """Take the decision."""
    revision = queries.current_revision(session(), slug)
    reason = request.form.get("reason", "")
    try:
        actions.accept_for_evidence(session(), revision=revision, reason=reason, actor=current_actor(), now=g.now)
    except Invalid as error:
        return _acceptance_page(slug, reason=reason, error=str(error)), error.status
    flash(_("The course now gives evidence. Your decision and its reason are recorded."), "success")
    return redirect(url_for(".overview"))


def _acceptance_page(slug: str, *, reason: str = "", error: str = "") -> str:
    revision = queries.current_revision(session(), slug)
    decided = queries.acceptance_of(session(), revision.id)
    return render_template("courses/accept.html", revision=revision, decided=decided, reason=reason, error=error)
