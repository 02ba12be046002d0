"""Course packages in and out: a ZIP file as a new draft; drafts and courses in force as ZIP or as Moodle XML."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import queries as drafts
from lms.core import db
from lms.core.errors import Invalid, NotFound, Refused
from lms.courses import queries as courses
from lms.courses import source_queries
from lms.interop import export_queries, moodle_export, package, package_actions, wording
from lms.interop.limits import Limits
from lms.people.models import Partner
from lms.web import files

blueprint = Blueprint("package_import", __name__)

WRITES = Permission.COURSES_WRITE
LIMITS = Limits(file_bytes=20_000_000, unpacked_bytes=60_000_000, members=600)


@blueprint.get("/author/import")
@requires(WRITES)
def start() -> str:
    """The form."""
    return _start_page()


def _start_page(error: str = "", details: tuple[str, ...] = ()) -> str:
    partners, anyone = _partners()
    return render_template("interop/package.html", partners=partners, anyone=anyone, error=error, details=details, form=request.form, most=LIMITS)


def _partners() -> tuple[list[Partner], bool]:
    session, actor = db.session(), current_actor()
    return list(drafts.partners_of(session, actor)), export_queries.writes_everywhere(actor)


@blueprint.post("/author/import")
@requires(WRITES)
@db.reads
def upload() -> Reply | tuple[str, int]:
    """Make a draft of a package: all of its files or none."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _start_page(_("Choose a file.")), 422
    try:
        with file.stream as stream:
            data = stream.read(LIMITS.file_bytes + 1)
        found = package.read(data, file.filename, LIMITS)
        with db.database().writing() as session:
            partner = _partner()
            draft, kept = package_actions.draft_of(session, actor=current_actor(), now=g.now, partner_id=partner, found=found, filename=file.filename)
            refs = draft.ref, kept.ref
    except (Refused, Invalid) as refused:
        return _start_page(wording.refused(refused), tuple(map(str, refused.details[:40]))), 422
    flash(_("The package is a draft now."), "success")
    return redirect(url_for("bank_import.one", ref=refs[0], number=refs[1]) if found.left else url_for("drafts.draft", ref=refs[0]), 303)


def _partner() -> int | None:
    """The organisation chosen; the only one there is when there was nothing to choose. Raises NotFound for a foreign one."""
    partners, anyone = _partners()
    code = request.form.get("partner", "")
    if not code and not anyone and len(partners) == 1:
        return partners[0].id
    if not code and not anyone:
        raise Invalid(_("Choose the organisation."))
    chosen = next((one.id for one in partners if one.code == code), None)
    if code and chosen is None:
        raise NotFound
    return chosen


@blueprint.get("/author/export")
@requires(WRITES)
def shelf() -> str:
    """The courses in force that one may take along, each as a package and its questions as Moodle XML."""
    return render_template("interop/shelf.html", rows=export_queries.own_courses(db.session(), current_actor()))


@blueprint.get("/author/export/<slug>.zip")
@requires(WRITES)
@db.writes
def course_package(slug: str) -> Response:
    """A course in force as the package that it was loaded from, with its item bank: the very bytes."""
    session = db.session()
    export_queries.own_course(session, current_actor(), slug)
    revision = courses.current_revision(session, slug)
    found = {f"courses/{slug}/{path}": content for path, content in source_queries.package_files(session, revision).items()}
    found |= export_queries.bank_of(session, slug)
    _log(audit.Action.PACKAGE_EXPORTED, slug, version=revision.version)
    return files.archive(found, f"{slug}.zip")


@blueprint.get("/author/export/<slug>.moodle.xml")
@requires(WRITES)
@db.writes
def course_questions(slug: str) -> Response:
    """The questions of a course in force with their keys, as Moodle XML."""
    session = db.session()
    export_queries.own_course(session, current_actor(), slug)
    data = export_queries.bank_data(session, slug)
    _log(audit.Action.QUESTIONS_EXPORTED, slug, questions=len(data["items"]))
    return _xml(data, slug)


@blueprint.get("/author/drafts/<ref>/questions")
@requires(WRITES)
def draft_export(ref: str) -> str:
    """What of a draft's questions can go out as Moodle XML, and what is not finished enough."""
    draft = drafts.find(db.session(), ref, actor=current_actor())
    return render_template("interop/draft_export.html", draft=draft, found=export_queries.of_draft(db.session(), draft))


@blueprint.get("/author/drafts/<ref>/questions.moodle.xml")
@requires(WRITES)
@db.writes
def draft_questions(ref: str) -> Response:
    """A draft's finished questions as Moodle XML."""
    session = db.session()
    draft = drafts.find(session, ref, actor=current_actor())
    found = export_queries.of_draft(session, draft)
    if not found.data["items"]:
        raise NotFound
    _log(audit.Action.QUESTIONS_EXPORTED, draft.slug, draft=draft.ref, questions=len(found.data["items"]))
    return _xml(found.data, draft.slug)


def _xml(data: Mapping[str, object], slug: str) -> Response:
    return files.download(moodle_export.document(data), f"{slug if package.SAFE.fullmatch(slug) else 'draft'}.moodle.xml")


def _log(action: audit.Action, subject: str, **known: object) -> None:
    audit.record(db.session(), actor=current_actor(), action=action, subject=subject, now=g.now, **known)
