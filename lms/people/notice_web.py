"""What the platform tells an official or a member of a partner organisation: the list, and its being read. Nothing is marked as read by looking at a page."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.people import notice_actions, notice_queries
from lms.people.notice_words import told

blueprint = Blueprint("notices", __name__)

TOLD = (Permission.OWN_RECORD, Permission.COURSES_WRITE, Permission.COURSES_REVIEW, Permission.MEMBERS_INVITE)
"""Who is told things: officials, and who works in or with a partner organisation."""


@blueprint.get("/me/notices")
@requires(*TOLD)
def mine() -> str:
    """All notices, those not read yet first."""
    page = notice_queries.notices(db.session(), current_actor(), number=request.args.get("page", 1, type=int))
    return render_template("people/notices.html", page=page, notices=[told(row[0]) for row in page.rows])


@blueprint.post("/me/notices/<int:notice_id>/read")
@requires(*TOLD)
def read(notice_id: int) -> Response:
    """Mark one as read and go where it leads."""
    session, actor = db.session(), current_actor()
    notice = notice_queries.notice(session, actor, notice_id)
    notice_actions.mark_read(session, actor=actor, ids=[notice.id], now=g.now)
    return redirect(told(notice).words.url or url_for(".mine"), 303)


@blueprint.post("/me/notices/read")
@requires(*TOLD)
def read_all() -> Response:
    """Mark all as read."""
    notice_actions.mark_read(db.session(), actor=current_actor(), now=g.now)
    flash(_("All notices are marked as read."), "success")
    return redirect(url_for(".mine"), 303)
