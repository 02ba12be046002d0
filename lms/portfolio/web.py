"""Pages about what I hand in: tasks of my post, a piece of work with its files, certificates, declared levels."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.portfolio import actions, files, pages, queries, upload_form
from lms.portfolio.enums import OPEN
from lms.portfolio.models import Submission

blueprint = Blueprint("portfolio", __name__)


def _me() -> int:
    own = policy.scope(current_actor(), Permission.OWN_RECORD).official_id
    if own is None:
        raise NotFound(_("Your account belongs to no official, so there is nothing of your own to hand in."))
    return own


def _mine(session: Session, ref: str) -> Submission:
    return queries.own(session, ref, _me())


@blueprint.get("/me/evidence")
@requires(Permission.OWN_RECORD)
def my_evidence() -> str:
    """What I handed in, what counts beside it, and what I may hand in for my post."""
    return render_template("portfolio/my_evidence.html", page=pages.evidence_of(db.session(), _me(), g.now))


@blueprint.post("/me/evidence/start")
@requires(Permission.OWN_RECORD)
def start() -> BaseResponse:
    try:
        made = actions.start(db.session(), actor=current_actor(), code=request.form.get("task", "")[:40], now=g.now)
    except Conflict as error:
        flash(str(error), "warning")
        return redirect(url_for(".my_evidence"))
    return redirect(url_for(".my_work", ref=made.ref))


@blueprint.post("/me/evidence/declare")
@requires(Permission.OWN_RECORD)
def declare() -> BaseResponse:
    level = request.form.get("level", type=int)
    try:
        actions.declare(db.session(), actor=current_actor(), competency=request.form.get("competency", ""), level=-1 if level is None else level, now=g.now)
    except Invalid as error:
        flash(str(error), "error")
    return redirect(url_for(".my_evidence", _anchor="declared"))


@blueprint.get("/me/evidence/<ref>")
@requires(Permission.OWN_RECORD)
def my_work(ref: str) -> str:
    """One piece of work: the task, my files, where it stands, the result."""
    return _work_page(_mine(db.session(), ref))


def _work_page(submission: Submission, errors: dict[str, str] | None = None) -> str:
    """The page as it is, with whatever was sent and not taken still in its form."""
    page = pages.work(db.session(), submission) | {"editable": submission.state in OPEN, "most_mb": files.most_megabytes()}
    page |= {"note": request.form.get("note", submission.note), "nameless": "nameless" in request.form}
    return render_template("portfolio/my_work.html", page=page, errors=errors or {})


@blueprint.post("/me/evidence/<ref>/files")
@requires(Permission.OWN_RECORD)
def add_file(ref: str) -> Response | BaseResponse:
    """Take one file, if it is what it claims to be, and the note that is sent with it."""
    submission = _mine(db.session(), ref)
    if faults := _take(submission, wanted=True):
        return make_response(_work_page(submission, faults), 422)
    return redirect(url_for(".my_work", ref=ref, _anchor="files"))


def _take(submission: Submission, *, wanted: bool = False) -> dict[str, str]:
    """Keep the note and the file that the form carries, or neither; what is wrong, by field. ``wanted``: there must be a file."""
    session, actor, field = db.session(), current_actor(), "note"
    try:
        if "note" in request.form:
            actions.write_note(session, actor=actor, submission=submission, note=request.form["note"].strip())
        field = "file"
        upload = upload_form.read("file")
        if upload is None and wanted:
            raise Invalid(_("Choose a file."))
        if upload is not None:
            actions.add_file(session, actor=actor, submission=submission, upload=upload, now=g.now)
    except Invalid as error:
        return {field: str(error)}
    return {}


@blueprint.post("/me/evidence/<ref>/files/<int:place>/remove")
@requires(Permission.OWN_RECORD)
def remove_file(ref: str, place: int) -> Response | BaseResponse:
    """Take a file out again, and keep the note that is sent with it."""
    session = db.session()
    submission = _mine(session, ref)
    actions.remove_file(session, actor=current_actor(), submission=submission, place=place, now=g.now)
    if faults := _take(submission):
        return make_response(_work_page(submission, faults), 422)
    return redirect(url_for(".my_work", ref=ref, _anchor="files"))


@blueprint.post("/me/evidence/<ref>")
@requires(Permission.OWN_RECORD)
def change(ref: str) -> Response | BaseResponse:
    """Keep the note and the file that was chosen, and hand in when that button was pressed."""
    session, actor = db.session(), current_actor()
    submission = _mine(session, ref)
    handing_in = request.form.get("do") == "hand_in"
    faults = _hand_in_faults(session, submission) if handing_in else {}
    if faults := faults or _take(submission):
        return make_response(_work_page(submission, faults), 422)
    if handing_in:
        actions.hand_in(session, actor=actor, submission=submission, now=g.now)
        flash(_("Handed in. You will be told when it is judged."), "success")
    else:
        flash(_("Saved."), "success")
    return redirect(url_for(".my_work", ref=ref))


def _hand_in_faults(session: Session, submission: Submission) -> dict[str, str]:
    """Everything that keeps it from being handed in, at once."""
    chosen = request.files.get("file")
    there = (chosen and chosen.filename) or queries.files_of(session, submission.id)
    faults = {} if there else {"file": _("Add at least one file before you hand it in.")}
    return faults if request.form.get("nameless") else faults | {"nameless": _("Confirm that your name stands nowhere in the files.")}


@blueprint.post("/me/evidence/<ref>/withdraw")
@requires(Permission.OWN_RECORD)
def withdraw(ref: str) -> BaseResponse:
    session = db.session()
    actions.withdraw(session, actor=current_actor(), submission=_mine(session, ref), now=g.now)
    flash(_("Withdrawn; its files are deleted."), "info")
    return redirect(url_for(".my_evidence"))


@blueprint.get("/me/evidence/<ref>/files/<int:place>")
@requires(Permission.OWN_RECORD)
def my_file(ref: str, place: int) -> Response:
    session = db.session()
    found = queries.file_at(session, _mine(session, ref).id, place)
    return files.download(found.stored_as, found.kind, found.name)


@blueprint.get("/me/certificates/<ref>/file")
@requires(Permission.OWN_RECORD)
def my_certificate_file(ref: str) -> Response:
    session = db.session()
    found = queries.certificate_file(session, queries.certificate_by_ref(session, ref, official_id=_me()).id)
    if found is None:
        raise NotFound
    return files.download(found.stored_as, found.kind, found.name)


