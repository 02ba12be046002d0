"""Worlds: what fixtures write into an empty database, made once a worker and then put back.

A small county, or a course with its bank, takes a hundred times as long to make by the application's own actions as to put back from a copy.
A world is kept under the names of all that was made before it in the same database, and only put back where nothing else was written since: so a
test gets what its fixtures would have made, references and times included.
"""

from __future__ import annotations

import copy
import pickle
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from lms.core.db import Database

Made = TypeVar("Made")
State = tuple[str, ...]

EMPTY = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        PERFORM setval('public.' || quote_ident(name), 1, false);
    END LOOP;
END $$
"""
"""Every row of every table but the version of the schema, and the counters behind the keys: as a migrated database begins."""

KEEP = """
DO $$
DECLARE name text; found boolean;
BEGIN
    CREATE SCHEMA {schema};
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM public.' || quote_ident(name) || ')' INTO found;
        IF found THEN
            EXECUTE 'CREATE UNLOGGED TABLE {schema}.' || quote_ident(name) || ' AS TABLE public.' || quote_ident(name);
        END IF;
    END LOOP;
    CREATE UNLOGGED TABLE {schema}.counters_ AS
        SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""

PUT_BACK = """
DO $$
DECLARE name text; until bigint;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = '{schema}'::regnamespace AND relname <> 'counters_' LOOP
        EXECUTE 'INSERT INTO public.' || quote_ident(name) || ' SELECT * FROM {schema}.' || quote_ident(name);
    END LOOP;
    FOR name, until IN SELECT sequencename, last_value FROM {schema}.counters_ LOOP
        PERFORM setval('public.' || quote_ident(name), until);
    END LOOP;
END $$
"""


class Worlds:
    """The worlds of one worker, for both engines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[tuple[str, State], tuple[bytes, str]] = {}
        self._states: WeakKeyDictionary[Database, tuple[State, int]] = WeakKeyDictionary()
        self._writes: WeakKeyDictionary[Engine, list[int]] = WeakKeyDictionary()
        self._connections: dict[str, psycopg.Connection] = {}

    def run(self, url: str, *statements: str) -> None:
        """Carry out statements on a PostgreSQL, each in a transaction of its own, through one connection that knows its tables already."""
        if url not in self._connections:
            self._connections[url] = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)
        for statement in statements:
            self._connections[url].execute(statement.encode())

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def begin(self, database: Database) -> None:
        """A database that is empty from now on."""
        if database.engine not in self._writes:
            self._writes[database.engine] = count = [0]
            event.listen(database.engine, "commit", lambda _connection: count.__setitem__(0, count[0] + 1))
        self._states[database] = ((), self._writes[database.engine][0])

    def make(self, database: Database, name: str, build: Callable[[], Made]) -> Made:
        """What ``build`` writes and returns; put back from a copy where the same was made before on the same ground."""
        state, count = self._states.get(database, ((), -1)), self._writes.get(database.engine, [0])
        if state[1] != count[0]:  # somebody else has written: no copy of ours fits
            return build()
        after: State = (*state[0], name)
        engine = database.engine.dialect.name
        kept = self._kept.get((engine, after))
        if kept is None:
            made = build()
            place = f"world_{len(self._kept)}"
            if database.is_sqlite:
                _keep_file(database, self.folder / place)
            else:
                self.run(_address(database), KEEP.format(schema=place))
            self._kept[engine, after] = pickle.dumps(made), place
        else:
            if database.is_sqlite:
                _put_file_back(database, self.folder / kept[1])
            else:
                self.run(_address(database), *([EMPTY] if state[0] else []), PUT_BACK.format(schema=kept[1]))
            made = pickle.loads(kept[0])
        self._states[database] = (after, count[0])
        return copy.copy(made)


def _address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def _file(database: Database) -> sqlite3.Connection:
    raw = sqlite3.connect(database.engine.url.database or "", timeout=30)
    raw.execute("PRAGMA synchronous=OFF")
    return raw


def _keep_file(database: Database, place: Path) -> None:
    with closing(_file(database)) as here, closing(sqlite3.connect(place)) as there:
        here.backup(there)


def _put_file_back(database: Database, place: Path) -> None:
    database.engine.dispose()
    lay(place, Path(database.engine.url.database or ""))


def lay(file: Path, path: Path) -> None:
    """Put a copy of the database ``file`` where ``path`` is, and nothing of what was there before: neither its log nor its lock."""
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copyfile(file, path)
