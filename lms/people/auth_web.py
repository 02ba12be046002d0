"""Sign-in pages: the door, the one-time code, and one's own account.

Passwords are hashed between transactions, never inside one: hashing is slow by design, and a writer that hashes would
keep everybody else's answers waiting.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms.access.guards import current_actor, public, signed_in
from lms.access.permissions import ROLE_NAMES
from lms.config import Settings
from lms.core.db import database, reads, session
from lms.core.errors import Invalid, TooMany
from lms.people import accounts, auth, own_account, passwords
from lms.people.auth import Door, SignedIn
from lms.people.models import Account
from lms.people.request_actor import DEVICE_COOKIE, remember_device, sign_in_cookie, sign_out_cookie
from lms.web.negotiation import local_target

blueprint = Blueprint("auth", __name__)


def _door() -> Door:
    return Door(request.remote_addr or "", request.cookies.get(DEVICE_COOKIE), own_account.device_words(request.user_agent.string))


def _login() -> str:
    """The login as typed, full-width digits and stray spaces forgiven."""
    return unicodedata.normalize("NFKC", request.form.get("login", "")).strip()[:80]


def _enter(signed: SignedIn, target: str) -> BaseResponse:
    sign_in_cookie(signed, g.now)
    response = make_response(redirect(target))
    remember_device(response, signed.device_token)
    return response


@blueprint.get("/login")
@public
def login() -> Response | BaseResponse:
    """The form; who is signed in already goes on."""
    target = local_target(request.args.get("next"))
    if g.actor is not None:
        return redirect(target)
    return make_response(_login_page(target))


def _login_page(target: str, *, error: str = "") -> str:
    ended = request.args.get("ended", "")
    return render_template("auth/login.html", target=target, login=_login(), error=error, ended=ended, idle=_settings().session_idle_minutes)


def _settings() -> Settings:
    return current_app.config["SETTINGS"]


@blueprint.post("/login")
@public
@reads
def sign_in() -> Response | BaseResponse:
    """Check login and password, within the limits on guessing."""
    target, login, door = local_target(request.form.get("next")), _login(), _door()
    try:
        signed = _prove(login, request.form.get("password", ""), door)
    except TooMany as error:
        return make_response(_login_page(target, error=str(error)), 429, {"Retry-After": str(error.retry_after)})
    if signed is None:
        return make_response(_login_page(target, error=_("Login and password don't fit together.")), 422)
    return _enter(signed, target)


def _prove(login: str, password: str, door: Door) -> SignedIn | None:
    with database().reading() as reading:
        login = auth.login_as_stored(reading, login)
        auth.check_throttle(reading, login=login, door=door, now=g.now)
        account = auth.check_password(reading, login=login, password=password)
    rehash = auth.fresh_hash(account, password) if account else None
    with database().writing() as writing:
        if account is None:
            auth.note_failure(writing, login=login, door=door, now=g.now)
            return None
        return auth.open_session(writing, account=writing.get_one(Account, account.id), door=door, now=g.now, rehash=rehash)


@blueprint.get("/activate")
@public
def activation() -> str:
    """The form for a one-time code."""
    return render_template("auth/activate.html", login="", code="", errors={})


@blueprint.post("/activate")
@public
@reads
def activate() -> Response | BaseResponse:
    """Exchange a one-time code for a password and sign in."""
    login, door = _login(), _door()
    errors = _new_password_errors(login)
    if not errors:
        try:
            signed = _redeem(login, request.form.get("code", ""), request.form["password"], door)
        except TooMany as error:
            return _activation_refused(login, {"code": str(error)}, 429)
        if signed is not None:
            response = _enter(signed, "/")
            flash(_("Your password is set. Use it from now on."), "success")
            return response
        errors = {"code": _("This code doesn't fit the login, was used before, or is too old. HR can hand out a new one.")}
    return _activation_refused(login, errors, 422)


def _activation_refused(login: str, errors: dict[str, str], status: int) -> Response:
    return make_response(render_template("auth/activate.html", login=login, code=request.form.get("code", "")[:40], errors=errors), status)


def _redeem(login: str, code: str, password: str, door: Door) -> SignedIn | None:
    """A right code always opens: it has 60 random bits, so only wrong ones are counted, and nobody can be kept out by others' tries."""
    with database().reading() as reading:
        login = auth.login_as_stored(reading, login)
        valid = accounts.find_code(reading, login=login, code=code, now=g.now) is not None
        if not valid:
            auth.check_throttle(reading, login=login, door=door, now=g.now)
    hashed = passwords.hash_password(password) if valid else ""
    with database().writing() as writing:
        if valid:
            return own_account.activate(writing, login=login, code=code, password_hash=hashed, door=door, now=g.now)
        auth.note_failure(writing, login=login, door=door, now=g.now)
    return None


def _new_password_errors(login: str) -> dict[str, str]:
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return {"again": _("The two entries differ. Type the new password twice.")}
    try:
        passwords.check_strength(password, login=login)
    except Invalid as error:
        return {"password": str(error)}
    return {}


@blueprint.post("/logout")
@public
def logout() -> BaseResponse:
    """End this session on this device."""
    if g.actor is not None:
        own_account.end_session(session(), session_id=g.actor.session_id, now=g.now)
    sign_out_cookie()
    return redirect(url_for("auth.login", ended="out"))


@blueprint.get("/me/account")
@signed_in
def account() -> str:
    """One's roles, where one is signed in, and the form for a new password."""
    return _account_page({})


def _account_page(errors: dict[str, str]) -> str:
    actor = current_actor()
    # Its own short read: after a refused change of password the request has no session of its own.
    with database().reading() as reading:
        mine = reading.get_one(Account, actor.account_id)
        longest = timedelta(hours=_settings().session_hours)
        sessions = own_account.open_sessions(reading, account_id=mine.id, now=g.now, longest=longest)
        return render_template("auth/account.html", account=mine, sessions=sessions, errors=errors, role_names=ROLE_NAMES)


@blueprint.post("/me/account/password")
@signed_in
@reads
def change_password() -> Response | BaseResponse:
    """A new password, on proof of the present one. Every other session ends."""
    actor, door = current_actor(), _door()
    with database().reading() as reading:
        mine = reading.get_one(Account, actor.account_id)
        auth.check_throttle(reading, login=mine.login, door=door, now=g.now)
    errors = _new_password_errors(mine.login) or _present_password_errors(mine, door)
    if errors:
        return make_response(_account_page(errors), 422)
    hashed = passwords.hash_password(request.form["password"])
    with database().writing() as writing:
        fresh = writing.get_one(Account, mine.id)
        signed = own_account.replace_password(writing, actor=actor, account=fresh, password_hash=hashed, door=door, now=g.now)
    response = _enter(signed, url_for("auth.account"))
    flash(_("Your password is changed. All other devices have been signed out."), "success")
    return response


def _present_password_errors(mine: Account, door: Door) -> dict[str, str]:
    if passwords.verify_password(mine.password_hash, request.form.get("present", "")):
        return {}
    with database().writing() as writing:
        auth.note_failure(writing, login=mine.login, door=door, now=g.now)
    return {"present": _("This is not your present password.")}


@blueprint.post("/me/account/type")
@signed_in
def type_size() -> BaseResponse:
    """Larger letters on every page, or the usual ones."""
    own_account.choose_type(session(), actor=current_actor(), large=bool(request.form.get("large_type")))
    return redirect(url_for("auth.account"), 303)


@blueprint.post("/me/account/sessions")
@signed_in
def end_sessions() -> BaseResponse:
    """Sign out everywhere."""
    own_account.end_everywhere(session(), actor=current_actor(), now=g.now)
    sign_out_cookie()
    return redirect(url_for("auth.login", ended="everywhere"))
