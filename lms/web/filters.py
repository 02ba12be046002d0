"""Template filters and globals that every page may use."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask, g, request
from flask_babel import format_date, format_datetime
from flask_wtf.csrf import generate_csrf

from lms.core import instance
from lms.core.i18n import DEFAULT, enumerated, language, pick
from lms.web import catalogues
from lms.web.headers import csp_nonce

STATIC = Path(__file__).resolve().parents[1] / "static"


def init_app(app: Flask) -> None:
    """Register filters (``pick``, ``day``, ``moment``, ``month``) and globals (``actor``, ``lang``, ``sample``, ``asset`` …)."""
    catalogues.init_app(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(pick, "pick")
    app.add_template_filter(enumerated, "enumerated")
    app.add_template_filter(day, "day")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(month, "month")
    app.jinja_env.globals.update(asset=asset, csp_nonce=csp_nonce, csrf_token=generate_csrf)

    @app.context_processor
    def common() -> dict[str, object]:
        moved = g.get("now") if instance.ahead() else None
        return {"actor": g.get("actor"), "lang": g.get("language", DEFAULT), "sample": instance.is_sample(), "sample_day": moved}


def day(value: date | datetime | None) -> str:
    """A date in the reader's language, empty for None."""
    return format_date(value, "long") if value else ""


MOMENT = {"zh-Hans": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}


def moment(value: datetime | None) -> str:
    """Date and time in the installation's zone and the reader's language, empty for None."""
    return format_datetime(value, MOMENT[language()]) if value else ""


MONTH = {"zh-Hans": "y年M月", "en": "MMMM y"}


def month(value: str) -> str:
    """A month like ``1978-03`` in the reader's language, empty for none."""
    return format_date(date.fromisoformat(f"{value}-01"), MONTH[language()]) if value else ""


@lru_cache(maxsize=64)
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of a static file with its content's hash, so that browsers may keep it for a year. Files change with a release only."""
    return f"{request.script_root}/static/{name}?v={_version(STATIC / name)}"
