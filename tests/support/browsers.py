"""The browser of the tests that ask for ``app``."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Browser(FlaskClient):
    """Closes what it has sent: Werkzeug's own client puts an upload of half a megabyte or more into a temporary file and leaves that open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        for one in (*answer.history, answer):
            one.request.input_stream.close()
        return answer
