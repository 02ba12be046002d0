"""One act of assigning: progress by evidence, who stands where, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lms.access import policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assignments import actions, queries, showing
from lms.assignments.enums import Shown, SourceKind
from lms.assignments.list_queries import Wish, page_listed
from lms.assignments.list_views import log_apart, log_listed
from lms.assignments.queries import Progress
from lms.assignments.thing_queries import Thing
from lms.core import db
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official

BAR = 600
"""Width of the bar of progress in units of its own."""


@requires(Permission.ASSIGN)
def group(ref: str) -> str:
    """The page of a group, as far as one's reach goes."""
    return _page(ref, log_apart)


def _page(ref: str, log: Callable[[Action, Iterable[Official]], None], error: str = "", words: str = "") -> str:
    session, today, scope = db.session(), day_of(g.now), policy.scope(current_actor(), Permission.ASSIGN)
    one = queries.group_by_ref(session, ref)
    progress = queries.progress(session, scope, one.id, today)
    state = request.args.get("state", "")
    page = page_listed(session, Wish(scope, today, state=state, group_id=one.id, order="name"), request.args.get("page", 1, type=int))
    log(Action.ASSIGNMENTS_LISTED, [row[1] for row in page.rows])
    rows = [{"one": row[0], "person": row[1], "unit": row[2], "state": showing.state_words(row[0], today)} for row in page.rows]
    known = {
        "group": one, "title": showing.titles(session, [one])[Thing(one.kind, one.code)], "why": showing.Reasons(session).of(one),
        "progress": progress, "bar": bar(progress), "tiles": _tiles(progress, ref), "by_rule": one.source_kind == SourceKind.RULE,
    }  # fmt: skip
    return render_template("assignments/group.html", page=page, rows=rows, shown=known, state=state, error=error, words=words)


def _tiles(progress: Progress, ref: str) -> list[dict[str, Any]]:
    names = {Shown.DONE: _("done, by evidence"), Shown.OPEN: _("open"), Shown.OVERDUE: _("overdue"), Shown.EXCUSED: _("excused")}
    return [
        {"value": getattr(progress, state), "label": words, "state": showing.SHAPES[state], "url": url_for(".group", ref=ref, state=state)}
        for state, words in names.items()
    ]


def bar(progress: Progress) -> list[dict[str, Any]]:
    """Parts of a bar of the width BAR: state, where it begins and how long it is."""
    parts, x = [], 0.0
    for state in (Shown.DONE, Shown.OPEN, Shown.OVERDUE, Shown.EXCUSED):
        width = BAR * getattr(progress, state) / max(1, progress.people)
        if width:
            parts.append({"state": str(state), "x": round(x, 1), "width": round(width, 1), "n": getattr(progress, state)})
        x += width
    return parts


@requires(Permission.ASSIGN)
def withdraw(ref: str) -> str | Response | tuple[str, int]:
    """Take back what is still open, with a reason."""
    session, actor = db.session(), current_actor()
    one = queries.group_by_ref(session, ref)
    queries.progress(session, policy.scope(actor, Permission.ASSIGN), one.id, day_of(g.now))  # nobody of one's units in it: not found
    words = request.form.get("words", "").strip()
    if not words:
        return _page(ref, partial(log_listed, session), error=_("Give a reason; those concerned will read it.")), 422
    lost = actions.withdraw_groups(session, [one.id], actor=actor, now=g.now, words=words)
    flash(ngettext("%(num)d open assignment was withdrawn.", "%(num)d open assignments were withdrawn.", lost), "success")
    return redirect(url_for(".group", ref=ref), 303)
