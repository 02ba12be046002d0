"""The home page, and the pages that anyone may read: list of powers, privacy notice, how it works."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from lms.access.guards import public
from lms.core import framework, markdown
from lms.core.db import database, session
from lms.core.i18n import LANGUAGES
from lms.core.i18n import language as spoken
from lms.web import home as homes
from lms.web import powers
from lms.web.level_words import asks_for
from lms.web.negotiation import local_target
from lms.web.privacy import HOLDINGS

blueprint = Blueprint("pages", __name__)

LANGUAGE_COOKIE = "language"
"""Read by people.request_actor before every page."""


@blueprint.get("/")
@public
def home() -> str | BaseResponse:
    """One window: what to do next, what is due, where one was, what changed. A stranger is sent to the sign-in."""
    if g.actor is None:
        return redirect(url_for("auth.login"))
    return render_template("home/home.html", home=homes.gather(session(), actor=g.actor, now=g.now))


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """For monitors: 200 while the process answers and the database does, else 503."""
    try:
        with database().reading() as reading:
            reading.scalar(select(1))
    except SQLAlchemyError:
        current_app.logger.exception("the database does not answer")
        return make_response(jsonify(status="failing", database="unreachable"), 503)
    return jsonify(status="ok", database="ok")


@blueprint.get("/power-list")
@public
def power_list() -> str:
    """Every role, everything it may do, and how far: printed from the policy that the platform obeys."""
    return render_template("pages/power_list.html", roles=powers.by_role())


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """The privacy notice with retention times."""
    return render_template("pages/privacy.html", holdings=HOLDINGS)


@blueprint.get("/help/how-it-works")
@public
def how_it_works() -> str:
    """How answers become evidence and evidence a state, in plain words."""
    known = framework.read()
    return render_template("pages/how_it_works.html", rules=known.rules, months=known.validity_months, asks_for=asks_for)


@blueprint.get("/help/measurement")
@public
def measurement() -> str:
    """The document of the measurement, for those who check it, in the reader's language."""
    return render_template("pages/measurement.html", text=_measurement(MEASUREMENT[spoken()]))


DOCUMENTS = Path(__file__).resolve().parents[2] / "docs"
MEASUREMENT = {"zh-Hans": "measurement.zh.md", "en": "measurement.md"}
_SUB = re.compile(r"<sub>(\w+)</sub>")
_RELATIVE = re.compile(r'<a href="(?!https?:)[^"]*">(.*?)</a>')


@lru_cache(maxsize=2)
def _measurement(name: str) -> Markup:
    """Its text as HTML; links to its neighbours in the source stay as words."""
    text = _SUB.sub(r"\1", (DOCUMENTS / name).read_text(encoding="utf-8"))
    return Markup(_RELATIVE.sub(r"\1", markdown.render(text, asset_url=str)))  # noqa: S704 - rendered and sanitised from our own file


@blueprint.get("/language/<code>")
@public
def language(code: str) -> BaseResponse:
    """Remember the language on this device and go back to the page one came from."""
    if code not in LANGUAGES:
        abort(404)
    response = make_response(redirect(local_target(request.args.get("next"))))
    secure = current_app.config["SETTINGS"].secure_cookies
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=timedelta(days=365), samesite="Lax", httponly=True, secure=secure)
    return response
