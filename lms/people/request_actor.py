"""Between the cookie and the request: the signed cookie names a session, the table says whether it still lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask, Response, current_app, g, request
from flask import session as cookie

from lms.access.actor import Actor
from lms.config import Settings
from lms.core import clock
from lms.core.db import database
from lms.core.i18n import DEFAULT, LANGUAGES
from lms.people.auth import SignedIn, load_actor

TOKEN, SEEN = "t", "s"
DEVICE_COOKIE, LANGUAGE_COOKIE = "device", "language"
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Set ``g.actor``, ``g.now`` and ``g.language`` before every request that may need them."""

    @app.before_request
    def identify() -> None:
        g.now = clock.now()
        if request.endpoint == "static":
            g.actor, g.language = None, DEFAULT
            return
        g.actor = _actor_of_cookie(g.now)
        g.language = _language()


def _actor_of_cookie(now: datetime) -> Actor | None:
    token = cookie.get(TOKEN)
    if not token:
        return None
    settings: Settings = current_app.config["SETTINGS"]
    seen = cookie.get(SEEN, 0)
    minute = int(now.timestamp()) // 60
    if minute - seen > settings.session_idle_minutes:
        sign_out_cookie()
        g.session_ended = "idle"
        return None
    with database().engine.connect() as connection:
        actor = load_actor(connection, token=token, now=now, longest=timedelta(hours=settings.session_hours))
    if actor is None:
        sign_out_cookie()
        g.session_ended = "ended"
    elif minute != seen:
        cookie[SEEN] = minute
    return actor


def sign_in_cookie(signed_in: SignedIn, now: datetime) -> None:
    """Put a fresh session into the cookie; whatever was there before is gone (no session fixation)."""
    cookie.clear()
    cookie[TOKEN] = signed_in.token
    cookie[SEEN] = int(now.timestamp()) // 60


def sign_out_cookie() -> None:
    """Forget the session on this device."""
    cookie.clear()


def remember_device(response: Response, device_token: str) -> None:
    """Let this device be known next time, so that others' failed tries don't slow it."""
    settings: Settings = current_app.config["SETTINGS"]
    response.set_cookie(DEVICE_COOKIE, device_token, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.secure_cookies, path="/login")


def _language() -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    if g.actor is not None and g.actor.language in LANGUAGES:
        return g.actor.language
    return request.accept_languages.best_match(["zh-Hans", "zh-CN", "zh", "en"], DEFAULT) == "en" and "en" or DEFAULT
