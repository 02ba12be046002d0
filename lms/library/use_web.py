"""Pages of the library for who uses something: where it is used, and a text taken over into a draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import queries as drafts
from lms.authoring.enums import Outcome
from lms.core import db, numbers
from lms.core.errors import Conflict, Invalid, NotFound
from lms.courses import queries as courses
from lms.library import actions, queries, take_actions
from lms.library.actions import Where
from lms.library.enums import Place
from lms.library.models import LibraryEntry
from lms.library.web import shared, side
from lms.library.wording import sides

blueprint = Blueprint("library_use", __name__)


def _usable(ref: str) -> LibraryEntry:
    found = queries.by_ref(db.session(), ref)
    if not queries.may_take(db.session(), current_actor(), found):
        raise NotFound
    return found


@blueprint.get("/library/<ref>/use")
@requires(Permission.LIBRARY_SHARE)
def using(ref: str) -> str:
    """The form to say where one uses it."""
    return _using(_usable(ref))


def _using(found: LibraryEntry, error: str = "") -> str:
    session, actor = db.session(), current_actor()
    writes = policy.may(actor, Permission.COURSES_WRITE)
    places = [(f"{Place.DRAFT}:{one.ref}", _("Draft: %(code)s", code=f"{one.code} {one.zh if g.language != 'en' else one.en}"))
              for one in (take_actions.own_drafts(session, actor) if writes else [])]  # fmt: skip
    places += [(f"{Place.COURSE}:{card.slug}", _("Course: %(title)s", title=str(card.title))) for card in courses.courses(session)]
    known = {"places": places, "sides": sides([one for one in queries.sides(session, actor) if (one.id if one else None) != found.partner_id])}
    return render_template("library/use.html", entry=found, form=request.form, error=error, **known, **shared())


@blueprint.post("/library/<ref>/use")
@requires(Permission.LIBRARY_SHARE)
def use(ref: str) -> Any:
    """Note it."""
    found, number = _usable(ref), numbers.whole(request.form.get("number", ""), most=numbers.MOST_ROWS)
    try:
        known = {"actor": current_actor(), "ref": ref, "number": number or found.version, "now": g.now}
        actions.note_use(db.session(), partner=side(), where=_where(), **known)
    except (Invalid, Conflict) as error:
        return _using(found, str(error)), error.status
    flash(_("Noted. You are told when there is a new version."), "success")
    return redirect(url_for("library.entry", ref=ref), 303)


def _where() -> Where:
    kind, _colon, ref = request.form.get("place", "").partition(":")
    if kind == Place.DRAFT:
        draft = drafts.find(db.session(), ref[:24], actor=current_actor())
        return Where(Place.DRAFT, draft.ref, draft.title_zh, draft.title_en)
    if kind == Place.COURSE:
        card = next((card for card in courses.courses(db.session()) if card.slug == ref), None)
        if card is None:
            raise NotFound
        return Where(Place.COURSE, card.slug, card.title.zh, card.title.en)
    words = " ".join(request.form.get("words", "").split())[:200]
    return Where(Place.OTHER, "", words, words)


@blueprint.post("/library/<ref>/uses/<sub>/end")
@requires(Permission.LIBRARY_SHARE)
def end(ref: str, sub: str) -> Reply:
    """It is no longer used there."""
    actions.end_use(db.session(), actor=current_actor(), ref=ref, use_ref=sub, now=g.now)
    flash(_("Noted: it is no longer used there."), "success")
    return redirect(url_for("library.entry", ref=ref), 303)


@blueprint.get("/library/<ref>/take")
@requires(Permission.COURSES_WRITE)
def taking(ref: str) -> str:
    """Choose a draft, then a lesson; see what is put there."""
    return _taking(_usable(ref))


def _taking(found: LibraryEntry, error: str = "") -> str:
    session, actor = db.session(), current_actor()
    chosen = request.values.get("draft", "")[:24]
    draft = drafts.find(session, chosen, actor=actor) if chosen else None
    newest = queries.version(session, found, found.version)
    preview = take_actions.section(newest, found, "en" if g.language == "en" else "zh-Hans")
    known = {"drafts": take_actions.own_drafts(session, actor), "draft": draft, "preview": preview, "version": newest}
    lessons = take_actions.lessons(session, draft) if draft else []
    return render_template("library/take.html", entry=found, lessons=lessons, form=request.form, error=error, **known, **shared())


@blueprint.post("/library/<ref>/take")
@requires(Permission.COURSES_WRITE)
def take(ref: str) -> Any:
    """Put it at the end of the lesson."""
    found = _usable(ref)
    try:
        where = {"draft_ref": request.form.get("draft", "")[:24], "path": request.form.get("path", "")[:160]}
        saved = take_actions.take(db.session(), actor=current_actor(), ref=ref, now=g.now, **where)
    except (Invalid, Conflict) as error:
        return _taking(found, str(error)), error.status
    if saved.outcome is Outcome.CONFLICT:
        flash(_("Somebody saved this lesson at the same moment. Both texts are kept; settle the conflict in the draft."), "warning")
    else:
        flash(_("The text stands at the end of the lesson, with its source and licence. The use is noted."), "success")
    return redirect(url_for("library.entry", ref=ref), 303)
