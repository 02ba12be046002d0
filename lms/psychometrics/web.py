"""Pages for authors: how every question works, and one question closely. Numbers about few people are not made, names never shown."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, jobs, paging
from lms.facts import note_queries
from lms.psychometrics import pages, queries, wording
from lms.psychometrics.queries import Choice
from lms.web import files

blueprint = Blueprint("psychometrics", __name__)


def _choice() -> Choice:
    args = request.args
    return Choice(args.get("q", "").strip()[:80], args.get("course", ""), args.get("competency", ""), args.get("flag", ""), args.get("order", "flags"))


@blueprint.get("/author/items")
@requires(Permission.ITEM_STATISTICS)
def items() -> str:
    """All questions of all banks, searched, narrowed, ordered, page by page."""
    session, choice = db.session(), _choice()
    page = paging.page_of(session, queries.statistics(choice), number=request.args.get("page", 1, type=int))
    rows = [row[0] for row in page.rows]
    return render_template(
        "psychometrics/items.html",
        page=page,
        rows=pages.list_rows(rows),
        choice=choice,
        kept={key: value for key, value in request.args.items() if key in ("q", "course", "competency", "flag", "order") and value},
        course_choices=list(queries.courses(session).items()),
        competency_choices=[(code, f"{code} {name}") for code, name in pages.competency_names().items()],
        flags=wording.FLAGS,
        as_of=rows[0].at if rows else None,
        flagged=queries.flagged(session),
    )


@blueprint.get("/author/items.<any(csv, xlsx):form>")
@requires(Permission.ITEM_STATISTICS)
@db.writes
def export(form: str) -> Response:
    """The same list as a file, whole."""
    session = db.session()
    rows = pages.sheet(session.scalars(queries.statistics(_choice())))
    audit.record(session, actor=current_actor(), action=audit.Action.ITEMS_EXPORTED, subject=form, now=g.now, rows=len(rows) - 1)
    return files.table(rows, f"questions.{form}", _("Question bank"))


@blueprint.post("/author/items/refresh")
@requires(Permission.ITEM_STATISTICS)
@db.reads
def refresh() -> Reply:
    """Work the figures out now instead of tonight."""
    jobs.enqueue("psychometrics.figures", {}, account_id=current_actor().account_id, now=g.now)
    flash(_("The figures are being worked out. Look again in a minute."), "success")
    return redirect(url_for(".items"), 303)


@blueprint.get("/author/items/<code>")
@requires(Permission.ITEM_STATISTICS)
def item(code: str) -> str | Reply:
    """One question: what to look at, its options, groups, versions and calibrations."""
    session, actor = db.session(), current_actor()
    known = queries.item(session, code)
    if known.code != code:
        return redirect(url_for(".item", code=known.code))
    more = {"notes": list(note_queries.on_question(session, code, actor)), "correct": policy.may(actor, Permission.ITEMS_CORRECT)}
    return render_template("psychometrics/item.html", page=pages.item_page(known), titles=queries.courses(session), **more)
