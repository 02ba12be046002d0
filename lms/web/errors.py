"""Errors become pages here, and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lms.core.db import give_up
from lms.core.errors import LmsError, SignInNeeded, TooMany
from lms.core.i18n import DEFAULT
from lms.web.error_texts import FORM_EXPIRED, SIGNED_OUT, ErrorText, text_for
from lms.web.negotiation import local_target, wants_fragment, wants_json
from lms.web.requests import logged_path
from lms.web.written import words

log = logging.getLogger("lms.request")


def init_app(app: Flask) -> None:
    """Map domain errors, HTTP errors and surprises to pages; each rolls the request's transaction back."""
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(LmsError, _domain_error)
    app.register_error_handler(CSRFError, lambda error: answer(400, text=FORM_EXPIRED, written=_written()))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _surprise)


def _sign_in(error: SignInNeeded) -> Response:
    give_up()
    target = request.full_path.rstrip("?") if request.method == "GET" else _page_before() or None
    address = url_for("auth.login", next=target, ended=g.get("session_ended"))
    if wants_json(request):
        return make_response(jsonify(error=401, message=str(error)), 401)
    if wants_fragment(request):
        # a redirect would put the sign-in page into a part of the page that asked
        return make_response("", 200, {"HX-Redirect": address})
    if written := _written():
        return answer(401, text=SIGNED_OUT, written=written)
    return make_response(redirect(address))


def _domain_error(error: LmsError) -> Response:
    response = answer(error.status, message=str(error), details=error.details)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_error(error: HTTPException) -> Response:
    if error.code is not None and 300 <= error.code < 400:
        return make_response(error.get_response())
    response = answer(error.code or 500)
    for name in ("Allow", "Retry-After"):
        value = dict(error.get_headers(request.environ)).get(name)
        if value:
            response.headers[name] = value
    return response


def _surprise(error: Exception) -> Response:
    log.exception("unexpected error", extra={"request_id": g.get("request_id"), "method": request.method, "path": logged_path()})
    return answer(500)


def _page_before() -> str:
    """The page of ours from which the request came; empty when it came from elsewhere."""
    return local_target(request.referrer.removeprefix(request.host_url.rstrip("/")), "") if request.referrer else ""


def _written() -> list[str]:
    """What was written in the form that was sent, if it is a form of ours: nobody else puts words on our page."""
    return words(request.form) if _page_before() else []


def answer(
    status: int, *, message: str = "", details: Sequence[object] = (), text: ErrorText | None = None, written: Sequence[str] = ()
) -> Response:
    """The error as a page, or as JSON for who prefers it. ``written`` is given back to be copied. The request's transaction is rolled back."""
    give_up()
    text = text or text_for(status)
    if wants_json(request):
        body: object = jsonify(error=status, message=message or str(text.title), details=[str(detail) for detail in details])
    else:
        body = _page(status, message, details, text, written)
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    if wants_fragment(request):
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML"
    return response


def _page(status: int, message: str, details: Sequence[object], text: ErrorText, written: Sequence[str]) -> str:
    told = {"status": status, "message": message, "details": details, "text": text, "written": written, "back": _page_before()}
    try:
        return render_template("errors/error.html", **told, request_id=g.get("request_id"))
    except Exception:
        # the frame itself fails, such as when the database is gone: still a page, and the first error keeps its place
        log.exception("the error page failed", extra={"request_id": g.get("request_id")})
        bare = current_app.jinja_env.get_template("layout_bare.html")
        return bare.render(status=status, text=text, request_id=g.get("request_id"), lang=g.get("language", DEFAULT))
