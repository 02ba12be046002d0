"""What happens around every request: an id for the log, the time it took, and errors turned into pages."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

from lms.core import numbers
from lms.core.ids import new_ref

log = logging.getLogger("lms.request")

SLOW_MS = 500


def init_app(app: Flask) -> None:
    """Number and time every request; log the slow and the failed ones, the rest at debug level."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()
        g.request_id = new_ref()

    @app.after_request
    def finish(response: Response) -> Response:
        took = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
        level = logging.WARNING if response.status_code >= 500 or took > SLOW_MS else logging.DEBUG
        if log.isEnabledFor(level):
            actor = g.get("actor")
            log.log(
                level,
                "request",
                extra={
                    "request_id": g.get("request_id"),
                    "method": request.method,
                    "path": logged_path(),
                    "status": response.status_code,
                    "ms": round(took, 1),
                    "account": actor.account_id if actor else None,
                },
            )
        return response


def logged_path() -> str:
    """The request's path for the log. Of a public page only its pattern: whoever knows an invitation's or a certificate's address may open it."""
    rule = request.url_rule
    if rule is None or not rule.arguments or getattr(current_app.view_functions[rule.endpoint], "guard", "") != "public":
        return request.path
    return rule.rule


class Number(IntegerConverter):
    """A number in an address, no larger than a database keeps: with a larger one there is no such page."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=numbers.MOST_ROWS)


def refuse_unwritable(app: Flask) -> None:
    """Refuse what no database can keep: the character NUL in texts of an address or a form, and numbers beyond all bounds in addresses."""
    app.url_map.converters["int"] = Number

    @app.before_request
    def check() -> None:
        if "\0" in request.path or _holds_nul(request.args) or _holds_nul(request.form):
            abort(400)


def _holds_nul(texts: MultiDict[str, str]) -> bool:
    return any("\0" in text for pair in texts.items(multi=True) for text in pair)
