"""The database: one engine a process, read and write transactions, and the order of writers on SQLite.

On SQLite a write transaction takes a lock file before ``BEGIN IMMEDIATE``: the kernel hands it on in the order of
asking, where SQLite's own busy-wait sleeps in growing steps and lets a late-comer overtake. An acknowledged write is
on the disk: WAL with ``synchronous=FULL``; PostgreSQL's ``synchronous_commit`` is ``on``.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: aware in Python, on either engine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite gives text, and very often the same: all answers of an attempt have one time."""
        return _read_instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


@lru_cache(maxsize=10_000)
def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")  # several times faster than `replace`


def _read_json(text: str) -> Any:
    """SQLite gives text, and very often nothing: of an imported response nobody knows the answer itself."""
    return None if text == "null" else json.loads(text)


REFUSED = 400
"""From this status on an answer says that what was asked for is not done."""
KEPT = "lms.kept_when_refused"
"""What writes down again that somebody looked, when a page was shown though nothing was done."""


class Base(DeclarativeBase):
    """Declarative base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON, list[Any]: JSON}


def make_engine(url: str) -> Engine:
    """An engine for ``url`` with the durability and isolation that the platform promises.

    A statement that fails comes into the log without its values: they are names, answers and hashes.
    """
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    return create_engine(url, pool_size=4, max_overflow=4, pool_pre_ping=True, hide_parameters=True)


def _sqlite_engine(url: str) -> Engine:
    # autocommit at the driver: the begin event below decides how a transaction starts
    connect = {"timeout": 30, "check_same_thread": False}
    engine = create_engine(url, connect_args=connect, json_deserializer=_read_json, hide_parameters=True)
    lock_path = f"{engine.url.database}.lock"
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, lock_path))
    event.listen(engine, "checkin", lambda raw, record: _release(record))
    return engine


def _configure_sqlite(raw: Any, record: Any) -> None:
    raw.isolation_level = None
    cursor = raw.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "temp_store=MEMORY",
        "cache_size=-8000",
        "mmap_size=268435456",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any, lock_path: str) -> None:
    if not connection.get_execution_options().get("lms_write"):
        connection.exec_driver_sql("BEGIN")
        return
    held = connection.connection.record_info
    if "write_lock" not in held:  # migrations begin several transactions on one connection
        handle = os.open(lock_path, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        held["write_lock"] = handle
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _release(record: Any) -> None:
    handle = record.record_info.pop("write_lock", None)
    if handle is not None:
        os.close(handle)


class Database:
    """The engine with its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.write_engine = self.engine.execution_options(lms_write=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def new_session(self, *, write: bool) -> Session:
        return Session(self.write_engine if write else self.engine, expire_on_commit=False, autoflush=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read transaction: one consistent view, nothing kept."""
        with self.new_session(write=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A write transaction, committed at the end, rolled back on any exception. For edges only."""
        with self.new_session(write=True) as session, session.begin():
            yield session


def database() -> Database:
    """The application's database."""
    return current_app.extensions["lms.db"]


def session() -> Session:
    """The request's session. Reads for GET, writes otherwise, unless the view says so (see ``writes`` and ``reads``)."""
    if "db_session" not in g:
        g.db_session = database().new_session(write=_wants_to_write())
    return g.db_session


def _wants_to_write() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    mode = getattr(view, "session_mode", None)
    return mode == "write" if mode else request.method not in ("GET", "HEAD", "OPTIONS")


def writes(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view whose GET writes too, such as a read that leaves an audit entry."""
    view.session_mode = "write"  # type: ignore[attr-defined]
    return view


def reads(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view whose POST only reads by ``session()`` and writes in short transactions of its own."""
    view.session_mode = "read"  # type: ignore[attr-defined]
    return view


@contextmanager
def attempt() -> Iterator[Session]:
    """What fails inside leaves nothing behind, though the view goes on and answers with a page or another address."""
    current = session()
    with current.begin_nested():
        yield current


def init_app(app: Flask, url: str) -> None:
    """Give ``app`` a database and the one commit at the edge of a request."""
    app.extensions["lms.db"] = Database(url)
    app.extensions[KEPT] = []

    @app.after_request
    def commit(response: Any) -> Any:
        """Keep what the view wrote, unless it refused: a page that says "not done" must be right for all of it."""
        current = g.get("db_session")
        if current is not None and not g.get("db_failed"):
            if response.status_code >= REFUSED:
                current.rollback()
                for keep in app.extensions[KEPT]:
                    keep(current)
            current.commit()
        return response

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        g.pop("db_failed", None)  # one application context may see several requests, in tests
        current = g.pop("db_session", None)
        if current is not None:
            current.close()


def give_up() -> None:
    """Roll the request's transaction back; called where errors become pages."""
    g.db_failed = True
    current = g.get("db_session")
    if current is not None:
        current.rollback()
