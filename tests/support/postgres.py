"""A PostgreSQL of our own for the tests: started for a run, thrown away after it.

Needs only the server's programs (from PATH or Debian's /usr/lib/postgresql/*/bin). It listens on a unix socket in its own
folder and on no network port, gives up durability for speed, and ends with the test run even if that is killed.
"""

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

SAFE = {"jit": "off", "listen_addresses": "", "max_connections": "200", "shared_buffers": "64MB", "timezone": "UTC"}
FAST = SAFE | {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def missing() -> str | None:
    """Why there can be no cluster here, in words for the test report; None when there can be one."""
    if _programs() is None:
        return "PostgreSQL's server programs (initdb, postgres) are not installed: `apt-get install postgresql`"
    return None


@contextmanager
def temporary_cluster(*, durable: bool = False) -> Iterator[str]:
    """A running cluster; yields the SQLAlchemy URL of its administrative database. ``durable``: nothing given up for speed.

    Works for any user. Root, whom PostgreSQL refuses, lends the folder to the user `postgres` (or `nobody`).
    Raises `RuntimeError` with the server's own log when it does not start.
    """
    programs = _programs()
    if programs is None:
        raise RuntimeError(missing())
    # Not in pytest's tmp_path: the path of a socket may have at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="lms-pg-"))
    try:
        run_as = _lend(folder)
        _initialise(programs, folder, run_as)
        server = _start(programs, folder, run_as, SAFE if durable else FAST)
        try:
            url = URL.create("postgresql+psycopg", "lms", host=None, database="postgres", query={"host": str(folder)})
            _wait(server, url, folder / "log")
            yield url.render_as_string(hide_password=False)
        finally:
            server.send_signal(signal.SIGQUIT)  # immediate shutdown: nothing here is worth a checkpoint
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(admin_url: str, template: str = "template0") -> Iterator[str]:
    """An empty database (or a copy of the database `template`) in the cluster of `admin_url`; yields its URL, drops it after."""
    name = f"t_{uuid.uuid4().hex[:16]}"
    _administer(admin_url, f'CREATE DATABASE {name} TEMPLATE "{template}" ENCODING \'UTF8\'')
    try:
        yield make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(admin_url, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(admin_url: str, statement: str) -> None:
    with psycopg.connect(_dsn(make_url(admin_url)), autocommit=True) as connection:
        connection.execute(statement)


def _dsn(url: URL) -> str:
    return f"host={url.query['host']} user={url.username} dbname={url.database}"


def _programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`, the newest version first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    candidates = ([Path(on_path).resolve().parent] if on_path else []) + debian
    return next((c for c in candidates if (c / "initdb").exists() and (c / "postgres").exists()), None)


def _version(folder: Path) -> int:
    return int(re.sub(r"\D", "", folder.parent.name) or 0)


def _lend(folder: Path) -> dict:
    """Arguments for `subprocess` that make it run as the folder's owner."""
    if os.geteuid() != 0:
        return {}
    owner = _account("postgres") or _account("nobody")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _initialise(programs: Path, folder: Path, run_as: dict) -> None:
    command = [programs / "initdb", "-D", folder / "data", "-U", "lms", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, **run_as)
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _start(programs: Path, folder: Path, run_as: dict, chosen: dict) -> subprocess.Popen:
    settings = [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
    command = [programs / "postgres", "-D", folder / "data", "-k", str(folder), *settings]
    with open(folder / "log", "w") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, preexec_fn=_end_with_parent, **run_as)


def _end_with_parent() -> None:
    # PR_SET_PDEATHSIG: a killed test run must not leave a server behind.
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _wait(server: subprocess.Popen, url: URL, log: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(_dsn(url), connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
