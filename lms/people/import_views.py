"""The import as a page: upload, background check, preview, confirmation, result. Works by reloading itself; htmx only spares that."""

from __future__ import annotations

from itertools import islice
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, jobs
from lms.people import import_files, import_messages, queries, upload_actions
from lms.people.enums import ImportState
from lms.people.models import RosterImport, Unit
from lms.people.official_views import unit_choices
from lms.people.roster_columns import TableKind, main_headings
from lms.web import files

FAULTS_SHOWN = 200
WORKING = (ImportState.CHECKING, ImportState.APPLYING)


@requires(Permission.PEOPLE_IMPORT)
def import_start() -> str:
    """The form, and what was uploaded lately."""
    return _start_page()


def _start_page(error: str = "") -> str:
    session = db.session()
    recent = upload_actions.uploads_of(session, actor=current_actor())
    headings = {str(kind): main_headings(kind) for kind in TableKind}
    units = unit_choices(session, Permission.PEOPLE_IMPORT)
    return render_template("people/import_start.html", units=units, recent=recent, headings=headings, error=error, form=request.form)


@requires(Permission.PEOPLE_IMPORT)
@db.reads
def upload() -> Response | BaseResponse:
    """Take a file and check it in the background."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return make_response(_start_page(_("Choose a file.")), 422)
    return redirect(url_for(".import_state", ref=_take(file, request.form.get("complete", "").strip())))


def _take(file: FileStorage, complete: str) -> str:
    stored_as = import_files.keep(file.stream)
    try:
        with db.database().writing() as session:
            upload = upload_actions.take_upload(session, actor=current_actor(), filename=file.filename or "", stored_as=stored_as, complete=complete, now=g.now)
            ref = upload.ref
    except Exception:
        import_files.forget(stored_as)
        raise
    _work("people.check_import", ref)
    return ref


def _work(kind: str, ref: str) -> None:
    job = jobs.enqueue(kind, {"ref": ref}, account_id=current_actor().account_id, now=g.now)
    with db.database().writing() as session:
        upload = upload_actions.upload_of(session, actor=current_actor(), ref=ref)
        if kind == "people.check_import":
            upload.check_job_ref = job
        else:
            upload.apply_job_ref = job


@requires(Permission.PEOPLE_IMPORT)
def import_state(ref: str) -> Response:
    """Where the file stands: on its way, refused with its faults, ready to be confirmed, done."""
    session = db.session()
    upload = upload_actions.upload_of(session, actor=current_actor(), ref=ref)
    job = jobs.find(upload.apply_job_ref if upload.state == ImportState.APPLYING else upload.check_job_ref)
    state = ImportState.FAILED if upload.state in WORKING and job and job.state == jobs.FAILED else ImportState(upload.state)
    faults = list(islice(import_files.faults_of(upload.stored_as), FAULTS_SHOWN)) if state is ImportState.REFUSED else []
    shown = {"upload": upload, "state": state, "faults": faults, "messages": import_messages, "S": ImportState, "rows_read": job.progress if job else 0}
    page = render_template("people/import_state.html", complete=_complete(upload), unit_names=_unit_names(upload), **shown)
    return make_response(page, {"Cache-Control": "no-store"})


def _complete(upload: RosterImport) -> Unit | None:
    return db.session().get(Unit, upload.complete_unit_id) if upload.complete_unit_id else None


def _unit_names(upload: RosterImport) -> dict[str, Any]:
    """Names of the units that the preview mentions."""
    pairs = [(before, after) for line in upload.summary.get("lines", ()) for key, before, after in line["differences"] if key in ("unit", "parent")]
    return queries.unit_names(db.session(), {code for pair in pairs for code in pair if code})


@requires(Permission.PEOPLE_IMPORT)
def errors(ref: str) -> Response:
    """Every fault as CSV, to send back to whoever wrote the file."""
    upload = upload_actions.upload_of(db.session(), actor=current_actor(), ref=ref)
    return files.table(import_messages.error_table(import_files.faults_of(upload.stored_as)), "errors.csv", "")


@requires(Permission.PEOPLE_IMPORT)
@db.reads
def apply(ref: str) -> BaseResponse:
    """Confirm what the preview showed."""
    with db.database().writing() as session:
        upload_actions.upload_of(session, actor=current_actor(), ref=ref)
        upload_actions.advance(session, ref=ref, to=ImportState.APPLYING)
    _work("people.apply_import", ref)
    return redirect(url_for(".import_state", ref=ref))


@requires(Permission.PEOPLE_IMPORT)
def withdraw(ref: str) -> BaseResponse:
    """Let it be; the file is deleted."""
    session = db.session()
    upload = upload_actions.upload_of(session, actor=current_actor(), ref=ref)
    stored_as = upload.stored_as
    upload_actions.advance(session, ref=ref, to=ImportState.WITHDRAWN, finished_at=g.now)
    import_files.forget(stored_as)
    flash(_("The import was withdrawn; nothing was changed."), "info")
    return redirect(url_for(".import_start"))
