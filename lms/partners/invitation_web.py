"""Invitations: made, sent again and withdrawn by who manages the organisation; opened and accepted by who was invited.

A code is looked up without sign-in, so wrong ones are counted as at the sign-in. It stands in no log of ours and is shown once.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, public, requires
from lms.access.permissions import Permission
from lms.config import Settings
from lms.core import db
from lms.core.errors import Conflict, Invalid, Refused, TooMany
from lms.core.i18n import DEFAULT
from lms.partners import invitation_actions as actions
from lms.partners import membership, post, queries, words
from lms.partners.enums import LinkState
from lms.partners.models import Invitation
from lms.people import door_actions
from lms.people.holder_queries import holders
from lms.web.negotiation import outside_address

blueprint = Blueprint("invitations", __name__)

GUESSED = "(invitation)"
"""Under this name wrong codes are counted; no login has brackets."""
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,79}")


def _text(name: str, most: int = 160) -> str:
    return unicodedata.normalize("NFKC", request.form.get(name, "")).strip()[:most]


def _settings() -> Settings:
    return current_app.config["SETTINGS"]


@blueprint.get("/partners/<ref>/invite")
@requires(Permission.MEMBERS_INVITE)
def invite(ref: str) -> str:
    """The form to invite somebody."""
    return _form(ref)


def _form(ref: str, error: str = "", field: str = "name") -> str:
    with db.database().reading() as reading:  # after a refused form the request has no session of its own
        partner = queries.managed(reading, current_actor(), ref)
        first = not holders(reading, *words.MEMBER_ROLES, partner_ids=[partner.id])
        known = {"partner": partner, "first": first, "mails": post.can_mail(_settings()), "days": membership.CHOICES, "usual": membership.DAYS}
        return render_template("partners/invite.html", form=request.form, error=error, field=field, words=words, **known)


@blueprint.post("/partners/<ref>/invite")
@requires(Permission.MEMBERS_INVITE)
@db.reads
def send(ref: str) -> Any:
    """Invite, and mail the link or show it once."""
    days = _text("days", 3)
    wish = actions.Wish(_text("name"), _text("mail"), tuple(request.form.getlist("role")), int(days) if days.isdecimal() else 0, _text("language", 8))
    try:
        with db.database().writing() as writing:
            issued = actions.invite(writing, actor=current_actor(), ref=ref, wish=wish, now=g.now)
    except (Invalid, Conflict, Refused) as error:
        return _form(ref, str(error), _faulty(wish)), error.status
    return _handed_over(ref, issued)


def _faulty(wish: actions.Wish) -> str:
    """The field that a refusal speaks of."""
    if not wish.mail:
        return "role" if wish.name and not membership.in_order(wish.roles) else "name"
    return "mail" if membership.in_order(wish.roles) or not actions.MAIL.fullmatch(wish.mail) else "role"


@blueprint.post("/partners/<ref>/invitations/<sub>/renew")
@requires(Permission.MEMBERS_INVITE)
@db.reads
def renew(ref: str, sub: str) -> Any:
    """A new code for the same invitation."""
    try:
        with db.database().writing() as writing:
            issued = actions.resend(writing, actor=current_actor(), ref=ref, invitation_ref=sub, now=g.now)
    except (Conflict, Refused) as error:
        flash(str(error), "warning")
        return redirect(url_for("partners.organisation", ref=ref), 303)
    return _handed_over(ref, issued)


def _handed_over(ref: str, issued: actions.Issued) -> Any:
    """Mailed: back to the organisation. Not mailed: the link, on this page and never again."""
    address = _address(issued.code)
    if post.send(_settings(), issued, address):
        flash(_("The invitation was mailed to %(address)s.", address=issued.mail), "success")
        return redirect(url_for("partners.organisation", ref=ref), 303)
    tried = post.can_mail(_settings()) and bool(issued.mail)
    return _private(render_template("partners/link.html", issued=issued, address=address, ref=ref, tried=tried))


def _address(code: str) -> str:
    return outside_address(url_for(".open_link", code=code))


def _private(page: str, status: int = 200) -> Response:
    return make_response(page, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


@blueprint.post("/partners/<ref>/invitations/<sub>/withdraw")
@requires(Permission.MEMBERS_INVITE)
def withdraw(ref: str, sub: str) -> Reply:
    """The link opens nothing any more."""
    try:
        actions.withdraw(db.session(), actor=current_actor(), ref=ref, invitation_ref=sub, now=g.now)
        flash(_("The invitation is withdrawn."), "success")
    except Conflict as error:
        flash(str(error), "warning")
    return redirect(url_for("partners.organisation", ref=ref), 303)


@blueprint.get("/invitations/<code>")
@public
def open_link(code: str) -> Response:
    """What one is invited to, and the form to accept."""
    return _opened(code)


def _opened(code: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    with db.database().reading() as reading:
        found = actions.link(reading, code, now=g.now)
        if found is not None:
            return _invitation(code, *found, errors or {}, status)
        try:
            door_actions.check_tries(reading, GUESSED, now=g.now)
        except TooMany as error:
            return _nothing(str(error), 429)
    with db.database().writing() as writing:
        door_actions.note_try(writing, GUESSED, now=g.now)
    return _nothing(_("Copy the whole link from the mail or note. If it still does not open, ask whoever invited you for a new one."), 404)


def _nothing(why: str, status: int) -> Response:
    return _private(render_template("partners/no_invitation.html", title=_("There is no such invitation"), why=why), status)


def _invitation(code: str, invitation: Invitation, worth: LinkState, errors: dict[str, str], status: int) -> Response:
    if worth is not LinkState.GOOD:
        title, why = words.link(worth)
        return _private(render_template("partners/no_invitation.html", title=title, why=why), 410)
    form = request.form if request.method == "POST" else {"name": invitation.name, "login": invitation.mail if LOGIN.fullmatch(invitation.mail) else ""}
    return _private(render_template("partners/invitation.html", invitation=invitation, code=code, form=form, errors=errors, words=words), status)


@blueprint.post("/invitations/<code>")
@public
@db.reads
def accept(code: str) -> Response | Reply:
    """Join: as who is signed in, or with an account opened here."""
    with db.database().reading() as reading:
        found = actions.link(reading, code, now=g.now)
    if found is None or found[1] is not LinkState.GOOD:
        return _opened(code)
    return _accept_anew(code) if g.actor is None else _accept_as_known(code)


def _accept_as_known(code: str) -> Response | Reply:
    try:
        with db.database().writing() as writing:
            ref = actions.accept(writing, actor=g.actor, code=code, now=g.now).ref
    except (Conflict, Refused) as error:
        return _opened(code, {"": str(error)}, error.status)
    flash(_("Welcome. Your new roles hold from now on."), "success")
    return redirect(url_for("partners.organisation", ref=ref), 303)


def _accept_anew(code: str) -> Response:
    login, name = _text("login", 80), " ".join(_text("name", 80).split())
    errors = _faults(login, name)
    if errors:
        return _opened(code, errors, 422)
    hashed = door_actions.hashed(request.form["password"])
    try:
        with db.database().writing() as writing:
            account, partner = actions.accept_anew(writing, code=code, login=login, name=name, password_hash=hashed, now=g.now)
            if not account.language:
                account.language = g.language if g.language != DEFAULT else None
            signed, ref = door_actions.let_in(writing, account, now=g.now), partner.ref
    except Conflict as error:
        return _opened(code, {"login": str(error)}, error.status)
    answer = door_actions.to_page(signed, url_for("partners.organisation", ref=ref))
    flash(_("Welcome. Your account is open; sign in with %(login)s next time.", login=login), "success")  # after: entering empties the cookie
    return answer


def _faults(login: str, name: str) -> dict[str, str]:
    errors = {}
    if not name:
        errors["name"] = _("Enter your name; the other members see it.")
    if not LOGIN.fullmatch(login):
        errors["login"] = _("A login has 2 to 80 letters, digits, dots, hyphens or @, and begins with a letter or digit.")
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        errors["again"] = _("The two entries differ. Type the new password twice.")
    try:
        door_actions.check_strength(password, login=login)
    except Invalid as error:
        errors["password"] = str(error)
    return errors
