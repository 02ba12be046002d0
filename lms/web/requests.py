"""What happens around every request: an id for the log, the time it took, and errors turned into pages."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

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
                    "path": request.path,
                    "status": response.status_code,
                    "ms": round(took, 1),
                    "account": actor.account_id if actor else None,
                },
            )
        return response
