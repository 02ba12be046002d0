"""Pages of the shared library: the list, one entry, and the forms of who keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, framework, paging
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.i18n import pick
from lms.library import actions, export_table, queries, take_actions, wording
from lms.library.enums import EntryKind, EntryState
from lms.library.licences import LICENCES
from lms.library.models import LibraryEntry
from lms.people.models import Partner
from lms.portfolio import attachment_actions
from lms.web import files

blueprint = Blueprint("library", __name__)

KEPT = ("q", "kind", "licence", "competency", "state", "order")
FIELDS = ("kind", "title_zh", "title_en", "summary_zh", "summary_en", "licence", "licence_words", "contact")


def _choice() -> queries.Choice:
    args = request.args
    order = args.get("order", "newest")
    if order == "title" and g.language == "en":
        order = "title_en"
    text, kind, licence = args.get("q", "").strip()[:80], args.get("kind", ""), args.get("licence", "")
    return queries.Choice(text, kind, licence, args.get("competency", "")[:12], args.get("state", "shared"), order)


def shared() -> dict[str, Any]:
    """What every page of the library may need."""
    codes = [(one.code, f"{one.code} {pick(one.name)}") for one in framework.read().competencies]
    return {"words": wording, "licences": LICENCES, "competencies": codes, "kinds": [(kind.value, wording.KINDS[kind]) for kind in EntryKind]}


@blueprint.get("/library/")
@requires(Permission.LIBRARY_SHARE)
def entries() -> str:
    """What is shared, searched, narrowed, ordered, page by page."""
    page = paging.page_of(db.session(), queries.entries(current_actor(), _choice()), number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in KEPT and value}
    return render_template("library/list.html", page=page, choice=_choice(), order=request.args.get("order", "newest"), kept=kept, **shared())


@blueprint.get("/library/export.<any(csv, xlsx):form>")
@requires(Permission.LIBRARY_SHARE)
@db.writes
def export(form: str) -> Response:
    """The same list as a file, whole."""
    session = db.session()
    table = export_table.lines(session.execute(queries.entries(current_actor(), _choice())).all())
    audit.record(session, actor=current_actor(), action=audit.Action.LIBRARY_EXPORTED, subject=form, now=g.now, rows=len(table) - 1)
    return files.table(table, f"library.{form}", _("Shared library"))


def _wish() -> actions.Wish:
    form = request.form
    return actions.Wish(competencies=tuple(form.getlist("competency")), **{name: form.get(name, "")[:2000] for name in FIELDS})


def side() -> Partner | None:
    """For whom the form acts: the chosen organisation, or the only one. Raises Forbidden."""
    found, code = queries.sides(db.session(), current_actor()), request.form.get("side", "")
    if len(found) == 1:
        return found[0]
    chosen = next((one for one in found if one is not None and one.code == code), None)
    if chosen is None:
        raise Forbidden
    return chosen


@blueprint.get("/library/new")
@requires(Permission.LIBRARY_SHARE)
def new() -> str:
    """The form to share something."""
    return _form(None)


def _form(entry: LibraryEntry | None, error: str = "") -> str:
    held: Any = request.form if request.method == "POST" else ({name: getattr(entry, name) for name in FIELDS} if entry else {})
    chosen = request.form.getlist("competency") if request.method == "POST" else (entry.competencies if entry else [])
    known = {"sides": wording.sides(queries.sides(db.session(), current_actor())), "most": attachment_actions.most_megabytes(), "taken": actions.KINDS}
    licences = wording.licence_names()
    return render_template("library/form.html", entry=entry, form=held, chosen=chosen, error=error, licence_names=licences, **known, **shared())


@blueprint.post("/library/new")
@requires(Permission.LIBRARY_SHARE)
def share() -> Any:
    """Share it."""
    try:
        upload = attachment_actions.read("file", actions.KINDS)
        made = actions.share(db.session(), actor=current_actor(), partner=side(), wish=_wish(), upload=upload, now=g.now)
    except Invalid as error:
        return _form(None, str(error)), error.status
    flash(_("It is shared. Every organisation finds it in the library now."), "success")
    return redirect(url_for(".entry", ref=made.ref), 303)


@blueprint.get("/library/<ref>")
@requires(Permission.LIBRARY_SHARE)
def entry(ref: str) -> str:
    """One entry: what it is, its versions, its licence, who uses it."""
    session, actor = db.session(), current_actor()
    found = queries.by_ref(session, ref)
    uses = queries.uses(session, found.id)
    may = {"edit": queries.may_edit(actor, found), "take": queries.may_take(session, actor, found), "open": found.state == EntryState.SHARED}
    may["use"] = may["take"] and any((one.id if one else None) != found.partner_id for one in queries.sides(session, actor))
    about = {"versions": queries.versions(session, found.id), "users": queries.used_by(uses), "own": queries.own_uses(session, actor, found.id)}
    may["write"] = may["take"] and policy.may(actor, Permission.COURSES_WRITE)
    bank = found.kind == EntryKind.BANK and may["write"]
    about["drafts"] = take_actions.own_drafts(session, actor, most=5) if bank else []
    counts = {"places": len(uses), "text_kinds": actions.TEXT_KINDS, "bank_kinds": actions.BANK_KINDS}
    return render_template("library/entry.html", entry=found, may=may, **about, **counts, **shared())


@blueprint.get("/library/<ref>/versions/<int:n>/file")
@requires(Permission.LIBRARY_SHARE)
def file(ref: str, n: int) -> Response:
    """The file of a version, to keep; never opened here, and not counted."""
    session = db.session()
    found = queries.by_ref(session, ref)
    if not queries.may_take(session, current_actor(), found):
        raise NotFound
    version = queries.version(session, found, n)
    return attachment_actions.download(version.stored_as, version.kind, version.name)


@blueprint.get("/library/<ref>/edit")
@requires(Permission.LIBRARY_SHARE)
def edit(ref: str) -> str:
    """The form to describe it anew."""
    return _form(queries.kept(db.session(), current_actor(), ref))


@blueprint.post("/library/<ref>/edit")
@requires(Permission.LIBRARY_SHARE)
def change(ref: str) -> Any:
    """Store it."""
    return _done(ref, lambda known: actions.change(wish=_wish(), **known), lambda found, error: _form(found, error), _("Saved."))


@blueprint.get("/library/<ref>/version")
@requires(Permission.LIBRARY_SHARE)
def version(ref: str) -> str:
    """The form for a new version."""
    return _version(queries.kept(db.session(), current_actor(), ref))


def _version(found: LibraryEntry, error: str = "") -> str:
    known = {"most": attachment_actions.most_megabytes(), "taken": actions.KINDS, "users": len(queries.users(db.session(), found.id))}
    return render_template("library/version.html", entry=found, form=request.form, error=error, **known, **shared())


@blueprint.post("/library/<ref>/version")
@requires(Permission.LIBRARY_SHARE)
def add_version(ref: str) -> Any:
    """Add it; who uses an earlier one is told."""

    def act(known: dict[str, Any]) -> None:
        actions.add_version(upload=attachment_actions.read("file", actions.KINDS), note=request.form.get("note", "")[:800], **known)

    return _done(ref, act, _version, _("The new version is there; whoever uses an earlier one is told."))


@blueprint.get("/library/<ref>/withdraw")
@requires(Permission.LIBRARY_SHARE)
def withdrawing(ref: str) -> str:
    """What follows from withdrawing it, and the form."""
    return _withdrawing(queries.kept(db.session(), current_actor(), ref))


def _withdrawing(found: LibraryEntry, error: str = "") -> str:
    users = queries.used_by(queries.uses(db.session(), found.id))
    return render_template("library/withdraw.html", entry=found, users=users, form=request.form, error=error, **shared())


@blueprint.post("/library/<ref>/withdraw")
@requires(Permission.LIBRARY_SHARE)
def withdraw(ref: str) -> Any:
    """Offer it no longer."""
    reason = request.form.get("reason", "")[:800]
    return _done(ref, lambda known: actions.withdraw(reason=reason, **known), _withdrawing, _("It is withdrawn. Whoever uses it keeps it and is told."))


def _done(ref: str, act: Callable[[dict[str, Any]], Any], again: Callable[..., str], said: str) -> Any:
    """Do it, or show the form again with what is wrong."""
    session, actor = db.session(), current_actor()
    found = queries.kept(session, actor, ref)
    try:
        act({"session": session, "actor": actor, "ref": ref, "now": g.now})
    except (Invalid, Conflict) as error:
        return again(found, str(error)), error.status
    flash(said, "success")
    return redirect(url_for(".entry", ref=ref), 303)
