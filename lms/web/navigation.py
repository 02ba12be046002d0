"""The main navigation: what a person may open, decided by the policy."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Offer ``nav`` to templates."""

    @app.context_processor
    def navigation() -> dict[str, object]:
        return {"nav": []}
