"""A whole site for a real browser: an instance of its own with the sample county, served by threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from lms.app import create_app
from lms.config import Settings
from lms.core import clock, instance
from lms.core.db import Database
from lms.operations import migrate, sample, setup
from lms.people.auth import Door, open_session
from lms.people.models import Account, Official

PEOPLE = 120


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Requests are not news here."""


@dataclass(slots=True)
class Site:
    """The served site. ``accounts``: logins by role in the words of the site map, such as ``hr``."""

    app: Flask
    url: str
    accounts: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.app.extensions["lms.db"]

    def cookie(self, login: str) -> str:
        """A fresh session's cookie for the account, as the sign-in would set it."""
        with self.database.writing() as session:
            account = session.scalars(select(Account).where(Account.login == login)).one()
            token = open_session(session, account=account, door=Door("127.0.0.1"), now=clock.now()).token
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        return signer.dumps({"t": token, "s": int(clock.now().timestamp()) // 60})

    def official(self, login: str) -> Official:
        """The official who signs in as ``login``."""
        with self.database.reading() as session:
            query = select(Official).join(Account, Account.official_id == Official.id).where(Account.login == login)
            return session.scalars(query).one()


def build(folder: Path, *, now: datetime, people: int = PEOPLE) -> Flask:
    """An instance in ``folder`` with content and the sample county."""
    settings = Settings(instance=folder, secret_key="b" * 40, background=False, log_format="text")
    setup.prepare_instance(settings)
    database = Database(settings.url)
    migrate.upgrade(database)
    database.engine.dispose()
    app = create_app(settings)
    with app.app_context():
        setup.load_content(now)
        list(sample.make(seed=1, now=now, people=people))
        instance.forget()
    return app


@contextmanager
def served(app: Flask, accounts: dict[str, str]) -> Iterator[Site]:
    """The app on a free port of this machine, with the context pushed for the caller."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with app.app_context():
        yield Site(app, f"http://127.0.0.1:{server.port}", accounts)
    server.shutdown()
    thread.join()
    app.extensions["lms.db"].engine.dispose()
