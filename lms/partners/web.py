"""Pages of partner organisations: the administrator's list, one organisation for its members and for who manages it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit, policy
from lms.access.guards import current_actor, requires, signed_in
from lms.access.permissions import Permission, Role
from lms.core import db, paging
from lms.core.errors import Conflict, Invalid, Refused
from lms.partners import actions, export_table, queries, words
from lms.people.calendar_queries import today
from lms.people.enums import PARTNER_KIND_NAMES
from lms.people.holder_queries import holders
from lms.people.models import Partner
from lms.web import files

blueprint = Blueprint("partners", __name__)

KEPT = ("q", "state", "kind", "order")


def _text(name: str, most: int = 400) -> str:
    return unicodedata.normalize("NFKC", request.form.get(name, "")).strip()[:most]


def _choice() -> queries.Choice:
    args = request.args
    order = args.get("order", "name")
    if order == "name" and g.language == "en":
        order = "name_en"
    return queries.Choice(args.get("q", "").strip()[:80], args.get("state", "open"), args.get("kind", ""), order)


@blueprint.get("/partners/")
@requires(Permission.PARTNERS_EDIT)
def organisations() -> str:
    """All partner organisations, searched, narrowed, ordered, page by page."""
    choice, session = _choice(), db.session()
    page = paging.page_of(session, queries.organisations(choice, today=today(g.now)), number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in KEPT and value}
    return render_template("partners/list.html", page=page, choice=choice, kept=kept, order=request.args.get("order", "name"), today=today(g.now), **_names())


def _names() -> dict[str, Any]:
    return {"words": words, "kinds": [(kind.value, name) for kind, name in PARTNER_KIND_NAMES.items()], "kind_names": PARTNER_KIND_NAMES}


@blueprint.get("/partners/export.<any(csv, xlsx):form>")
@requires(Permission.PARTNERS_EDIT)
@db.writes
def export(form: str) -> Response:
    """The same list as a file, whole."""
    session = db.session()
    table = export_table.lines(session.execute(queries.organisations(_choice(), today=today(g.now))).all())
    audit.record(session, actor=current_actor(), action=audit.Action.PARTNERS_EXPORTED, subject=form, now=g.now, rows=len(table) - 1)
    return files.table(table, f"partners.{form}", _("Partner organisations"))


@blueprint.get("/partners/new")
@requires(Permission.PARTNERS_EDIT)
def new() -> str:
    """The form to register an organisation."""
    return render_template("partners/form.html", partner=None, form=request.form, error=None, **_names())


@blueprint.post("/partners/new")
@requires(Permission.PARTNERS_EDIT)
def register() -> Any:
    """Register it; the first coordinator is invited next."""
    try:
        fields = {name: _text(name) for name in ("code", "name_zh", "name_en", "kind")}
        made = actions.register_partner(db.session(), actor=current_actor(), terms=_terms(), now=g.now, **fields)
    except (Invalid, Conflict) as error:
        return render_template("partners/form.html", partner=None, form=request.form, error=str(error), **_names()), error.status
    flash(_("The organisation is registered. Now invite its first coordinator."), "success")
    return redirect(url_for("invitations.invite", ref=made.ref), 303)


def _terms() -> actions.Terms:
    contact = {name: _text(name, 160) for name in ("contact_name", "contact_mail", "contact_phone")}
    return actions.Terms(**contact, agreement_from=_day("agreement_from"), agreement_until=_day("agreement_until"), agreement_note=_text("agreement_note"))


def _day(name: str) -> date | None:
    text = _text(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(_("Write a date like 2026-09-30.")) from None


@blueprint.get("/organisation/")
@signed_in
def mine() -> str | Reply:
    """One's own organisation; of several the first, with links to the others."""
    own = queries.own(db.session(), current_actor())
    return _page(own[0]) if own else render_template("partners/none.html")


@blueprint.get("/partners/<ref>")
@signed_in
def organisation(ref: str) -> str:
    """One organisation: members and roles, for those who manage it invitations, contact and agreement too."""
    return _page(queries.by_ref(db.session(), current_actor(), ref))


def _page(partner: Partner) -> str:
    session, actor = db.session(), current_actor()
    present, past = queries.members(session, partner.id)
    may = {"manage": queries.may_manage(actor, partner.id), "administrate": policy.may(actor, Permission.PARTNERS_EDIT)}
    may |= {"leave": queries.is_member(actor, partner.id)}
    invited = queries.invitations(session, partner.id) if may["manage"] else []
    about = {"partner": partner, "profile": queries.profile(session, partner.id), "today": today(g.now), "now": g.now}
    others = [one for one in queries.own(session, actor) if one.id != partner.id]
    return render_template("partners/organisation.html", present=present, past=past, invited=invited, may=may, others=others, **about, **_names())


@blueprint.get("/partners/<ref>/edit")
@requires(Permission.PARTNERS_EDIT)
def edit(ref: str) -> str:
    """The form with names, kind, contact and agreement."""
    return _form(queries.by_ref(db.session(), current_actor(), ref))


def _form(partner: Partner, error: str | None = None) -> str:
    kept = queries.profile(db.session(), partner.id)
    held = {name: getattr(partner, name) for name in ("code", "name_zh", "name_en", "kind")}
    if kept is not None:
        held |= {name: getattr(kept, name) or "" for name in ("contact_name", "contact_mail", "contact_phone", "agreement_note")}
        held |= {name: value.isoformat() for name in ("agreement_from", "agreement_until") if (value := getattr(kept, name))}
    return render_template("partners/form.html", partner=partner, form=request.form or held, error=error, **_names())


@blueprint.post("/partners/<ref>/edit")
@requires(Permission.PARTNERS_EDIT)
def change(ref: str) -> Any:
    """Store them."""
    partner = queries.by_ref(db.session(), current_actor(), ref)
    try:
        names = actions.Names(_text("name_zh"), _text("name_en"), _text("kind"))
        actions.change(db.session(), actor=current_actor(), ref=ref, names=names, terms=_terms(), now=g.now)
    except Invalid as error:
        return _form(partner, str(error)), error.status
    flash(_("Saved."), "success")
    return redirect(url_for(".organisation", ref=ref), 303)


@blueprint.get("/partners/<ref>/close")
@requires(Permission.PARTNERS_EDIT)
def closing(ref: str) -> str:
    """What follows from closing it, and the form."""
    return _closing(queries.by_ref(db.session(), current_actor(), ref))


def _closing(partner: Partner, error: str = "") -> str:
    present, _past = queries.members(db.session(), partner.id)
    return render_template("partners/close.html", partner=partner, members=len(present), form=request.form, error=error)


@blueprint.post("/partners/<ref>/close")
@requires(Permission.PARTNERS_EDIT)
def close(ref: str) -> Any:
    """Close it, with a reason."""
    partner = queries.by_ref(db.session(), current_actor(), ref)
    return _done(
        lambda: actions.close(db.session(), actor=current_actor(), ref=ref, reason=_text("reason"), now=g.now),
        lambda error: _closing(partner, error),
        _("The organisation is closed."),
        ref,
    )


@blueprint.post("/partners/<ref>/reopen")
@requires(Permission.PARTNERS_EDIT)
def reopen(ref: str) -> Any:
    """Open it again."""
    actions.reopen(db.session(), actor=current_actor(), ref=ref, now=g.now)
    flash(_("The organisation is open again. Invite its members anew."), "success")
    return redirect(url_for(".organisation", ref=ref), 303)


@blueprint.get("/partners/<ref>/members/<sub>")
@requires(Permission.MEMBERS_INVITE)
def member(ref: str, sub: str) -> str:
    """One member: the roles, and the end of the membership."""
    return _member(ref, sub)


def _member(ref: str, sub: str, error: str = "", field: str = "") -> str:
    session, actor = db.session(), current_actor()
    partner = queries.managed(session, actor, ref)
    one = queries.member(session, partner.id, sub)
    return render_template("partners/member.html", partner=partner, member=one, form=request.form, error=error, field=field, **_names())


@blueprint.post("/partners/<ref>/members/<sub>/roles")
@requires(Permission.MEMBERS_INVITE)
def roles(ref: str, sub: str) -> Any:
    """What the member is from now on."""
    return _done(
        lambda: actions.set_roles(db.session(), actor=current_actor(), ref=ref, member_ref=sub, roles=request.form.getlist("role"), now=g.now),
        lambda error: _member(ref, sub, error, "role"),
        _("The roles are changed. They hold from the member's next page."),
        ref,
    )


@blueprint.post("/partners/<ref>/members/<sub>/end")
@requires(Permission.MEMBERS_INVITE)
def end(ref: str, sub: str) -> Any:
    """End the membership, with a reason that the member reads."""
    return _done(
        lambda: actions.end_membership(db.session(), actor=current_actor(), ref=ref, member_ref=sub, reason=_text("reason"), now=g.now),
        lambda error: _member(ref, sub, error, "reason"),
        _("The membership has ended. The work stays with the organisation."),
        ref,
    )


@blueprint.get("/partners/<ref>/leave")
@signed_in
def leaving(ref: str) -> str:
    """What follows from leaving, and the form."""
    return _leaving(ref)


def _leaving(ref: str, error: str = "") -> str:
    session, actor = db.session(), current_actor()
    partner = queries.by_ref(session, actor, ref)
    one = queries.member(session, partner.id, actor.ref)
    last = holders(session, Role.COORDINATOR, partner_ids=[partner.id]) == [actor.account_id]
    others = [(m.account.ref, m.account.name) for m in queries.members(session, partner.id)[0] if m.account.id != actor.account_id and not m.practitioner]
    return render_template("partners/leave.html", partner=partner, member=one, last=last, others=others, form=request.form, error=error, words=words)


@blueprint.post("/partners/<ref>/leave")
@signed_in
def leave(ref: str) -> Any:
    """Leave: roles and sessions end at once."""
    try:
        actions.leave(db.session(), actor=current_actor(), ref=ref, successor=_text("successor", 40), now=g.now)
    except Invalid as error:
        return _leaving(ref, str(error)), error.status
    return redirect(url_for("auth.login", ended="left"), 303)


def _done(act: Callable[[], Any], again: Callable[[str], Any], said: str, ref: str) -> Any:
    """Do it, or show the form again with what is wrong."""
    try:
        act()
    except (Invalid, Refused, Conflict) as error:
        return again(str(error)), error.status
    flash(said, "success")
    return redirect(url_for(".organisation", ref=ref), 303)
