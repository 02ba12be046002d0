"""One-time codes: a sheet for a unit, and a new one for somebody who forgot theirs. Codes are shown once and stored as a digest."""

from __future__ import annotations

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.core.errors import Invalid
from lms.people import actions, queries
from lms.people.official_views import unit_choices, unit_in_scope
from lms.web.negotiation import outside_address


def _shown(template: str, **values: object) -> Response:
    """A page that no cache may keep."""
    return make_response(render_template(template, **values), {"Cache-Control": "no-store"})


@requires(Permission.CODES_ISSUE)
def codes() -> str:
    """Choose a unit."""
    return _choice(request.args.get("unit", ""))


def _choice(code: str, error: str = "") -> str:
    return render_template("people/codes.html", units=unit_choices(db.session(), Permission.CODES_ISSUE), chosen=code, error=error)


@requires(Permission.CODES_ISSUE)
def sheet() -> Response | tuple[str, int]:
    """The sheet itself, to be printed, cut and handed out."""
    code = request.form.get("unit", "").strip()
    if not code:
        return _choice("", _("Choose a unit.")), 422
    session, unit = unit_in_scope(code, Permission.CODES_ISSUE)
    try:
        issued = actions.issue_sheet(session, actor=current_actor(), unit=unit, everyone=bool(request.form.get("everyone")), now=g.now)
    except Invalid as error:
        return _choice(code, str(error)), 422
    return _shown("people/code_sheet.html", unit=unit, issued=issued, address=outside_address(url_for("auth.activate")))


@requires(Permission.CODES_ISSUE)
def one_code(ref: str) -> Response:
    """A new code for one person; older ones end."""
    session = db.session()
    person = queries.official_by_ref(session, ref)
    issued = actions.issue_code(session, actor=current_actor(), official=person, now=g.now)
    rows = [(issued, person, person.unit)]
    return _shown("people/code_sheet.html", unit=person.unit, issued=rows, person=person, address=outside_address(url_for("auth.activate")))
