"""Pictures of a draft: what is there and where it is shown, bringing one in, replacing it, taking out what nobody shows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import actions, lesson_actions, queries, wording
from lms.authoring import picture_actions as pictures_in
from lms.authoring.enums import DraftState
from lms.authoring.models import CourseDraft
from lms.authoring.web import found
from lms.core import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.web.negotiation import wants_json

blueprint = Blueprint("draft_pictures", __name__)

WRITES = Permission.COURSES_WRITE
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


@blueprint.get("/author/drafts/<ref>/pictures/")
@requires(WRITES)
def pictures(ref: str) -> str:
    """All pictures with where they are shown."""
    return _page(found(ref))


def _page(one: CourseDraft, errors: list[tuple[str, str]] | None = None, line: dict[str, str] | None = None) -> str:
    files = queries.files(db.session(), one.id)
    shown = pictures_in.places(files)
    rows = [(path.removeprefix("assets/"), file, shown[path.removeprefix("assets/")]) for path, file in files.items() if path.startswith("assets/")]
    stems = [line.file for line in lesson_actions.lines_or_none(db.session(), one)]
    known = {"errors": errors or [], "line": line, "form": request.form, "editable": one.state == DraftState.DRAFT, "stems": stems}
    return render_template("authoring/pictures.html", draft=one, rows=rows, words=wording, **known)


@blueprint.post("/author/drafts/<ref>/pictures/")
@requires(WRITES)
def add(ref: str) -> Any:
    """Bring a picture in; for the script as JSON, else the page with the lines that show it."""
    one, form = found(ref), request.form
    given = request.files.get("picture")
    try:
        content = given.stream.read(pictures_in.MOST_READ + 1) if given else b""
        if not content:
            raise Invalid(_("Choose a picture."))
        name = pictures_in.named(content, form.get("name") or (given.filename if given else "") or "")
        actions.add_picture(db.session(), actor=current_actor(), now=g.now, draft=one, name=name, content=content, replace=bool(form.get("replace")))
    except (Invalid, Conflict) as refused:
        if wants_json(request):
            raise
        db.give_up()
        said = [str(refused), *map(str, refused.details)]
        return _page(found(ref), [("picture", text) for text in said]), refused.status
    lines = {language: pictures_in.markdown(name, form.get(f"alt_{language}", "")[:300]) for language in ("zh", "en")}
    if wants_json(request):
        return jsonify(name=name, lines=lines)
    flash(
        _("The picture is in the draft. To show it, put its line into each text: %(chinese)s and %(english)s", chinese=lines["zh"], english=lines["en"]),
        "success",
    )
    return redirect(url_for(".pictures", ref=ref, _anchor="list"), 303)


@blueprint.get("/author/drafts/<ref>/pictures/<name>")
@requires(WRITES)
def picture(ref: str, name: str) -> Response:
    """A picture of the draft; opened by itself, an SVG can do nothing."""
    file = queries.file_now(db.session(), found(ref).id, f"assets/{name}")
    response = make_response(file.content or b"")
    response.headers["Content-Type"] = KINDS[name.rpartition(".")[2]]
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@blueprint.post("/author/drafts/<ref>/pictures/<name>/remove")
@requires(WRITES)
def remove(ref: str, name: str) -> Reply:
    """Take out a picture that no text shows; its versions stay."""
    session, one = db.session(), found(ref)
    shown = pictures_in.places(queries.files(session, one.id))
    if name not in shown:
        raise NotFound
    if shown[name]:
        raise Conflict(_("A text shows this picture. Take it out there first."))
    actions.remove_file(session, actor=current_actor(), now=g.now, draft=one, path=f"assets/{name}")
    flash(_("The picture is taken out. Its versions stay in the history."), "success")
    return redirect(url_for(".pictures", ref=ref), 303)
