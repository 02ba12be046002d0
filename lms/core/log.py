"""Structured logs: one JSON object a line on standard error, or plain text for a person at a terminal."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

_ROWS_TOLD = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)
"""Where PostgreSQL's messages quote the row that they are about."""
FIELDS = ("request_id", "method", "path", "status", "ms", "account", "job", "event")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; extra fields only from :data:`FIELDS`, so that no personal data slips in."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = _ROWS_TOLD.sub(r"\1: (left out)", self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def configure(form: str) -> None:
    """Send the ``lms`` loggers to standard error in ``form`` (``json`` or ``text``)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("lms")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
