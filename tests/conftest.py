"""Every test that asks for ``app`` runs twice: on SQLite and on PostgreSQL, each time on a fresh, migrated database."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import flask_babel
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as property_settings
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

from lms.app import create_app, flask_config
from lms.assessments import queries as assessments
from lms.config import Settings
from lms.core import clock, instance
from lms.core.db import Database
from lms.core.i18n import speaking
from lms.courses import queries as courses
from lms.facts import citation_queries
from lms.hours import queries as hours
from lms.learning import fragments
from lms.learning import queries as learning
from lms.operations import migrate
from tests.support import postgres, quick
from tests.support.browsers import Browser
from tests.support.people import Cast, small_county
from tests.support.worlds import EMPTY, Worlds, lay

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""The moment at which tests happen: nine in the morning in the county."""


USUAL = Settings(secret_key="k" * 40, background=False, log_format="text", argon2_memory_kib=256, argon2_time_cost=1)
"""What most tests set; each has its own folder and database. Passwords are hashed as elsewhere, with less work: none of them is worth guessing."""


REMEMBERED = (courses._kept.found, learning._checks, assessments._heads_kept, assessments._titles, fragments._made, hours._parsed, citation_queries._known)
"""What the process keeps by database, or under references that no two databases share: but tests of a worker share both."""


# A course and its bank that stay as they are: what is taught may change without changing what the rules are tested on.
os.environ["LMS_CONTENT"] = str(Path(__file__).parent / "data" / "content")


# No test depends on the time it takes, nor on how busy the machine is.
property_settings.register_profile("lms", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("lms")


def pytest_configure(config: pytest.Config) -> None:
    quick.applications(config.cache.mkdir("templates"))


def pytest_collection_finish() -> None:
    quick.garbage()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "lms.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The administrative URL of a cluster that holds the migrated database ``template_lms``."""
    reason = postgres.missing()
    if reason:
        pytest.skip(reason)
    with ExitStack() as stack:
        url = stack.enter_context(postgres.temporary_cluster())
        _admin(url, "CREATE DATABASE template_lms")
        database = Database(_named(url, "template_lms"))
        migrate.upgrade(database)
        database.engine.dispose()
        yield url


@pytest.fixture(scope="session")
def postgres_emptied(postgres_template: str, worlds: Worlds) -> Callable[[], str]:
    """Empties this worker's one database and gives its URL: a hundred times quicker than a copy of the template for every test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _admin(postgres_template, f"CREATE DATABASE {name} TEMPLATE template_lms")
    url = _named(postgres_template, name)

    times = 0

    def emptied() -> str:
        nonlocal times
        times += 1
        worlds.run(url, LEFTOVERS, EMPTY)
        if times % 50 == 0:  # what was deleted still takes its place, and every search passes it by
            worlds.run(url, "VACUUM")
        return url

    return emptied


LEFTOVERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"

def _named(url: str, name: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


def _admin(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_emptied(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Puts the empty file into this worker's one place and gives its URL."""
    path = tmp_path_factory.mktemp("sqlite") / "lms.db"

    def emptied() -> str:
        lay(sqlite_template, path)
        return f"sqlite:///{path}"

    return emptied


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database on each engine."""
    return request.getfixturevalue("sqlite_emptied" if request.param == "sqlite" else "postgres_emptied")()


@pytest.fixture(scope="session")
def databases() -> Iterator[Callable[[str], Database]]:
    """The database behind a URL, always the same: it knows its statements, and on PostgreSQL its connections, from the tests before."""
    with ExitStack() as stack:

        @cache
        def found(url: str) -> Database:
            database = Database(url)
            stack.callback(database.engine.dispose)
            if database.is_sqlite:  # no test pulls the plug of this machine; what survives a kill is kept by the system all the same
                event.listen(database.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
            return database

        yield found


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    (tmp_path / "uploads").mkdir()
    return replace(USUAL, instance=tmp_path, database_url=database_url)


def _application(settings: Settings) -> Flask:
    application = create_app(settings)
    application.test_client_class = Browser
    application.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    # the test's own context outlives its requests, and Flask-Babel keeps the language in it
    application.before_request_funcs.setdefault(None, []).insert(0, flask_babel.refresh)
    return application


@pytest.fixture(scope="session")
def usual_application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application a worker: its routes and templates are compiled once and not for every test."""
    return _application(replace(USUAL, instance=tmp_path_factory.mktemp("usual")))


@pytest.fixture
def app(settings: Settings, usual_application: Flask, databases: Callable[[str], Database], worlds: Worlds) -> Iterator[Flask]:
    """The application with its context pushed, on the test's own database and folder, and the clock held at :data:`NOW`."""
    built_in = {"time_zone", "trusted_proxies"}  # what an application is built with; all else it reads from its configuration
    usual = all(getattr(settings, name) == getattr(USUAL, name) for name in built_in)
    application = usual_application if usual else _application(settings)
    config, extensions = dict(application.config), dict(application.extensions)
    application.config.update(flask_config(settings))
    database = application.extensions["lms.db"] = databases(settings.url)
    worlds.begin(database)
    with clock.at(NOW), application.app_context():
        yield application
        instance.forget()
        for known in REMEMBERED:
            known.clear()
    if database.is_sqlite:
        database.engine.dispose()
    for changed, as_it_was in ((application.config, config), (application.extensions, extensions)):
        changed.clear()
        changed.update(as_it_was)


@pytest.fixture
def database(app: Flask) -> Database:
    return app.extensions["lms.db"]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in."""
    return app.test_client()


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """What fixtures make of a database, kept by this worker: see tests/support/worlds.py."""
    with closing(Worlds(tmp_path_factory.mktemp("worlds"))) as kept:
        yield kept


@pytest.fixture
def cast(database: Database, worlds: Worlds) -> Cast:
    """A small county with known people: see tests/support/people.py."""

    def county() -> Cast:
        with database.writing() as session:
            return small_county(session, NOW)

    return worlds.make(database, "county", county)


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """What the platform says outside of any request is English: for tests of an action's words."""
    with speaking("en"):
        yield
