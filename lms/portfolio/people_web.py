"""HR's pages about an official's evidence beyond quizzes: what was handed in, certificates to recognise and to revoke."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.people import queries as people
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official
from lms.portfolio import certificate_actions, files, pages, queries, upload_form
from lms.portfolio.certificate_actions import Paper
from lms.portfolio.enums import CLOSED
from lms.portfolio.models import Submission, WorkFile

blueprint = Blueprint("portfolio_people", __name__)


def _person(session: Session, ref: str, permission: Permission) -> Official:
    official = people.official_by_ref(session, ref)
    policy.ensure_official(current_actor(), permission, official.id, official.unit.path)
    return official


def _read(session: Session, official: Official, **what: str) -> None:
    """A reading is logged, and the official sees it."""
    audit.record(session, actor=current_actor(), action=Action.RECORD_READ, subject=official.staff_no, official_id=official.id, now=g.now, **what)


def _theirs(session: Session, official: Official, sub: str) -> Submission:
    """Raises NotFound for a draft: it is its owner's alone."""
    submission = queries.own(session, sub, official.id)
    if submission.state not in CLOSED:
        raise NotFound
    return submission


@blueprint.get("/people/<ref>/evidence")
@requires(Permission.RECORD_READ)
@db.writes
def evidence(ref: str) -> str:
    """What an official handed in, and certificates."""
    session = db.session()
    official = _person(session, ref, Permission.RECORD_READ)
    _read(session, official, page="evidence")
    return _evidence_page(session, official, {})


def _evidence_page(session: Session, official: Official, errors: dict[str, str]) -> str:
    may = {name: policy.scope(current_actor(), name).covers_unit(official.unit.path) for name in (Permission.CERTIFICATES_RECOGNISE, Permission.PANELS_CONVENE)}
    page = pages.evidence_of(session, official.id, g.now, own=False)
    shown = {"person": official, "errors": errors, "form": request.form, "may": may, "P": Permission, "most_mb": files.most_megabytes()}
    return render_template("portfolio/person_evidence.html", page=page, **shown)


@blueprint.get("/people/<ref>/evidence/<sub>")
@requires(Permission.RECORD_READ)
@db.writes
def work(ref: str, sub: str) -> str:
    """One piece of an official's work."""
    session = db.session()
    official = _person(session, ref, Permission.RECORD_READ)
    submission = _theirs(session, official, sub)
    _read(session, official, page="work", work=sub)
    may_convene = policy.scope(current_actor(), Permission.PANELS_CONVENE).covers_unit(official.unit.path)
    return render_template("portfolio/person_work.html", page=pages.work(session, submission), person=official, may_convene=may_convene)


@blueprint.get("/people/<ref>/evidence/<sub>/files/<int:place>")
@requires(Permission.RECORD_READ)
@db.writes
def work_file(ref: str, sub: str, place: int) -> Response:
    session = db.session()
    official = _person(session, ref, Permission.RECORD_READ)
    return _handed_over(session, official, queries.file_at(session, _theirs(session, official, sub).id, place), sub)


@blueprint.get("/people/<ref>/certificates/<cert>/file")
@requires(Permission.RECORD_READ)
@db.writes
def certificate_file(ref: str, cert: str) -> Response:
    session = db.session()
    official = _person(session, ref, Permission.RECORD_READ)
    found = queries.certificate_file(session, queries.certificate_by_ref(session, cert, official_id=official.id).id)
    if found is None:
        raise NotFound
    return _handed_over(session, official, found, cert)


def _handed_over(session: Session, official: Official, found: WorkFile, subject: str) -> Response:
    detail = {"place": found.place, "sha256": found.sha256}
    audit.record(session, actor=current_actor(), action=Action.WORK_FILE_READ, subject=subject, official_id=official.id, now=g.now, **detail)
    return files.download(found.stored_as, found.kind, found.name)


@blueprint.post("/people/<ref>/certificates")
@requires(Permission.CERTIFICATES_RECOGNISE)
def recognise(ref: str) -> Response | BaseResponse:
    """Recognise a certificate from elsewhere."""
    session = db.session()
    official = _person(session, ref, Permission.CERTIFICATES_RECOGNISE)
    paper, errors = _paper()
    copy = None
    try:
        copy = upload_form.read("copy")
    except Invalid as error:
        errors["copy"] = str(error)
    if errors or paper is None:
        return make_response(_evidence_page(session, official, errors), 422)
    certificate_actions.recognise(session, actor=current_actor(), official=official, paper=paper, copy=copy, now=g.now)
    flash(_("The certificate is recognised; %(name)s is told.", name=official.name), "success")
    return redirect(url_for(".evidence", ref=ref, _anchor="certificates"))


def _paper() -> tuple[Paper | None, dict[str, str]]:
    """The form, and everything that is wrong with it by field."""
    typed = {name: request.form.get(name, "").strip() for name in ("issuer", "title", "competency", "reason")}
    errors: dict[str, str] = {}
    issued, expires = _day("issued_on", errors, required=True), _day("expires_on", errors)
    paper = Paper(level=request.form.get("level", 0, type=int), issued_on=issued or date.min, expires_on=expires, **typed)
    return paper, dict(paper.faults(day_of(g.now))) | errors


def _day(name: str, errors: dict[str, str], *, required: bool = False) -> date | None:
    text = request.form.get(name, "").strip()
    if not text and not required:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors[name] = _("Give the day as year-month-day, such as 2026-03-31.")
        return None


@blueprint.post("/people/<ref>/certificates/<cert>/revoke")
@requires(Permission.CERTIFICATES_RECOGNISE)
def revoke(ref: str, cert: str) -> BaseResponse:
    """End the recognition of a certificate."""
    session = db.session()
    official = _person(session, ref, Permission.CERTIFICATES_RECOGNISE)
    found = queries.certificate_by_ref(session, cert, official_id=official.id)
    try:
        reason = request.form.get("reason", "").strip()
        certificate_actions.revoke(session, actor=current_actor(), official=official, certificate=found, reason=reason, now=g.now)
        flash(_("The recognition has ended; %(name)s is told.", name=official.name), "success")
    except (Invalid, Conflict) as error:
        flash(str(error), "error")
    return redirect(url_for(".evidence", ref=ref, _anchor="certificates"))
