"""The page on which whoever answers for an official lets them take an evidence quiz before its day."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assessments import queries, retake_actions, retake_queries
from lms.core import db
from lms.core.errors import Invalid
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.models import Official

blueprint = Blueprint("retakes", __name__)


def _person(ref: str) -> tuple[Session, Official]:
    """Who may open the record and answers for the unit."""
    session, actor = db.session(), current_actor()
    person = people.official_by_ref(session, ref)
    for permission in (Permission.RECORD_READ, Permission.CASES_ANSWER):
        policy.ensure_official(actor, permission, person.id, person.unit.path)
    return session, person


@blueprint.get("/people/<ref>/retakes")
@requires(Permission.CASES_ANSWER)
@db.writes
def retakes(ref: str) -> str:
    """Which quizzes the official took and when they open again, leave given, and the form."""
    session, person = _person(ref)
    audit.record(session, actor=current_actor(), action=Action.RECORD_READ, subject=person.staff_no, official_id=person.id, now=g.now, page="retakes")
    return _page(session, person)


def _page(session: Session, person: Official, error: str = "") -> str:
    taken = retake_queries.taken(session, official_id=person.id, now=g.now)
    titles = {one.head.slug: pick(title) if not isinstance(title := queries.course_title(session, one.last), str) else title for one in taken}
    closed = [(one.head.slug, titles[one.head.slug]) for one in taken if one.opens is not None and one.leave is None]
    shown = {"taken": taken, "titles": titles, "closed": closed, "given": retake_queries.given(session, person.id)}
    return render_template("assessments/retakes.html", person=person, error=error, form=request.form, most=retake_actions.MOST_REASON, **shown)


@blueprint.post("/people/<ref>/retakes")
@requires(Permission.CASES_ANSWER)
def allow(ref: str) -> Response | BaseResponse:
    """Let them take it once before its day."""
    session, person = _person(ref)
    known = {"slug": request.form.get("quiz", "")[:80], "reason": request.form.get("reason", "")}
    try:
        retake_actions.allow_retake(session, actor=current_actor(), official=person, now=g.now, **known)
    except Invalid as refused:
        return make_response(_page(session, person, str(refused)), 422)
    flash(_("%(name)s may take it once before its day and has been told.", name=person.name), "success")
    return redirect(url_for(".retakes", ref=ref), 303)
