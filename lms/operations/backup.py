"""A consistent copy of an instance while it serves, and a new instance from such a copy.

The archive (tar, gzip) holds ``manifest.json``, the database (SQLite: made by its online backup; PostgreSQL: ``pg_dump``'s
custom format), the uploads, ``config.toml`` and the secret key. It opens everything: keep it as safe as the server.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from lms import __version__
from lms.config import DATABASE_FILE, SECRET_FILE, Settings
from lms.core import clock
from lms.core.errors import Refused

MANIFEST, DUMP, UPLOADS, CONFIG = "manifest.json", "postgresql.dump", "uploads", "config.toml"


def make_backup(settings: Settings, file: Path) -> str:
    """Write the archive; it appears under its name only when it is complete. Returns a line for the operator."""
    if file.exists():
        raise Refused(f"{file} exists already: choose another name, so that no backup is lost.")
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as folder:
        work = Path(folder)
        url = make_url(settings.url)
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(Path(url.database or ""), work / DATABASE_FILE)
        else:
            _postgres("pg_dump", url, "--format=custom", f"--file={work / DUMP}")
        manifest = {"made_at": clock.now().isoformat(), "version": __version__, "engine": url.get_backend_name()}
        (work / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        for name in (SECRET_FILE, CONFIG, UPLOADS):
            _copy_if_there(settings.instance / name, work / name)
        _pack(work, file)
    return f"Backup written: {file} ({file.stat().st_size:,} bytes)"


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise Refused(f"There is no database at {source}.")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live, closing(sqlite3.connect(target)) as copy:
        # all pages in one step: one read transaction, so writers go on and the copy is one moment
        live.backup(copy, pages=-1)


def _copy_if_there(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy2(source, target)


def _pack(work: Path, file: Path) -> None:
    partial = work / "archive.part"
    handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as archive:
            for path in sorted(work.iterdir()):
                if path != partial:
                    archive.add(path, arcname=path.name)
        raw.flush()
        os.fsync(raw.fileno())
    os.link(partial, file)


def restore_backup(settings: Settings, file: Path) -> str:
    """Make the instance of ``settings`` from the archive. Raises :class:`Refused` rather than overwrite anything."""
    with _unpacked(file) as work:
        manifest = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
        url = make_url(settings.url)
        if manifest["engine"] != url.get_backend_name():
            raise Refused(
                f"The backup holds a {manifest['engine']} database, the settings name {url.get_backend_name()}: set LMS_DATABASE_URL to the kind of the backup."
            )
        settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        _refuse_to_overwrite(settings, url)
        if manifest["engine"] == "sqlite":
            shutil.copy2(work / DATABASE_FILE, Path(url.database or ""))
            Path(url.database or "").chmod(0o600)
        else:
            _postgres("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={_libpq(url)}", str(work / DUMP))
        for name in (SECRET_FILE, CONFIG, UPLOADS):
            _copy_if_there(work / name, settings.instance / name)
    return f"Restored into {settings.instance} as of {manifest['made_at']}. Next: lms setup (brings it to this version), lms serve"


def _refuse_to_overwrite(settings: Settings, url: URL) -> None:
    names = [SECRET_FILE, CONFIG, UPLOADS]
    taken = [settings.instance / name for name in names if (settings.instance / name).exists()]
    if url.get_backend_name() == "sqlite" and Path(url.database or "").exists():
        taken.append(Path(url.database or ""))
    if taken:
        raise Refused("Nothing was restored: these exist already. Restore into an empty folder (LMS_INSTANCE).", details=taken)


@contextmanager
def _unpacked(file: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lms-restore-") as folder:
        try:
            with tarfile.open(file) as archive:
                # refuses absolute paths, links outside and devices (PEP 706)
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise Refused(f"{file} is not a whole backup: {error}") from error
        if not (Path(folder) / MANIFEST).exists():
            raise Refused(f"{file} is no backup of this platform: it has no {MANIFEST}.")
        yield Path(folder)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _postgres(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program) or next((str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)), None)
    if found is None:
        raise Refused(f"{program} is not installed: it comes with PostgreSQL's client programs.")
    target = [_libpq(url)] if program == "pg_dump" else []
    done = subprocess.run([found, *arguments, *target], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed.", details=done.stderr.strip().splitlines())
