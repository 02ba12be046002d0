"""HR convenes the panel that reviews documented results."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, numbers
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import pick
from lms.marking import actions, queries
from lms.people import queries as people
from lms.people.models import Official
from lms.portfolio.models import Submission
from lms.portfolio.queries import is_panel, own

blueprint = Blueprint("marking_panels", __name__)


def _theirs(session: Session, ref: str, sub: str) -> tuple[Official, Submission]:
    official = people.official_by_ref(session, ref)
    policy.ensure_official(current_actor(), Permission.PANELS_CONVENE, official.id, official.unit.path)
    submission = own(session, sub, official.id)
    if not is_panel(submission):
        raise NotFound
    return official, submission


@blueprint.get("/people/<ref>/evidence/<sub>/panel")
@requires(Permission.PANELS_CONVENE)
@db.writes
def panel(ref: str, sub: str) -> str:
    """Who sits on it, and who may."""
    session = db.session()
    official, submission = _theirs(session, ref, sub)
    audit.record(session, actor=current_actor(), action=audit.Action.RECORD_READ, subject=official.staff_no, official_id=official.id, now=g.now, page="panel")
    return _page(session, official, submission)


def _page(session: Session, official: Official, submission: Submission, error: str = "") -> str:
    judged = {mark.account_id for mark in queries.marks_now(session, submission)}
    chosen = {seat.account_id for seat in queries.seats(session, submission.id)}
    people_ = [{"id": one.id, "name": one.name, "login": one.login, "judged": one.id in judged} for one in queries.eligible(session, submission)]
    shown = {"person": official, "submission": submission, "title": pick(submission.revision.content["title"])}
    return render_template("marking/panel.html", **shown, assessors=people_, chosen=chosen, error=error)


@blueprint.post("/people/<ref>/evidence/<sub>/panel")
@requires(Permission.PANELS_CONVENE)
def convene(ref: str, sub: str) -> Response | BaseResponse:
    session = db.session()
    official, submission = _theirs(session, ref, sub)
    chosen = [number for one in request.form.getlist("assessor") if (number := numbers.whole(one)) is not None]
    try:
        actions.convene(session, actor=current_actor(), official=official, submission=submission, accounts=chosen, now=g.now)
    except Invalid as error:
        return make_response(_page(session, official, submission, str(error)), 422)
    flash(_("The panel is convened; its members find the work in their queue."), "success")
    return redirect(url_for("portfolio_people.work", ref=ref, sub=sub))
