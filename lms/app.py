"""create_app(): extensions and blueprints, nothing else."""

from __future__ import annotations

from flask import Flask, g
from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import config, wiring
from lms.config import Settings
from lms.core import clock, db, instance, log
from lms.core.i18n import LOCALES, language
from lms.people import request_actor
from lms.web import headers, requests

csrf = CSRFProtect()


def create_app(settings: Settings | None = None) -> Flask:
    """The application for ``settings`` (default: those of file and environment)."""
    settings = settings or config.load()
    app = Flask("lms", static_folder="static", template_folder="templates")
    app.config.update(flask_config(settings))
    log.configure(settings.log_format)
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    db.init_app(app, settings.url)
    clock.run_ahead(instance.ahead)
    requests.init_app(app)
    request_actor.init_app(app)
    csrf.init_app(app)
    Babel(app, locale_selector=lambda: LOCALES[language()], timezone_selector=lambda: settings.time_zone)
    Compress(app)
    headers.init_app(app)
    requests.refuse_unwritable(app)
    _login_manager(app)
    wiring.connect(app)
    # Its form stands on every page and would cost each a token; the cookie's SameSite already keeps other sites from sending it.
    csrf.exempt(app.view_functions["auth.logout"])
    return app


def flask_config(settings: Settings) -> dict[str, object]:
    """Flask's own settings from ours."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.key,
        "SESSION_COOKIE_NAME": "lms",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "MAX_CONTENT_LENGTH": settings.upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "COMPRESS_ALGORITHM": ["gzip"],
        "COMPRESS_LEVEL": 4,
        "COMPRESS_MIN_SIZE": 600,
        "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
    }


def _login_manager(app: Flask) -> None:
    # Flask-Login's current_user for extensions and templates; the actor itself is made by people.request_actor
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(lambda request: g.get("actor"))
