"""Tables of answers that authors upload, on disk until they are worked out: readable by the service only, then deleted."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from werkzeug.datastructures import FileStorage

from lms.core.ids import new_ref

NAMES = ("responses", "key", "groups")
ENDINGS = (".csv", ".xlsx", ".xls", ".ods", ".txt")
KEPT = timedelta(days=1)


def folder() -> Path:
    """Where they lie."""
    path = current_app.config["SETTINGS"].instance / "uploads" / "tables"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(uploads: Mapping[str, FileStorage], now: datetime) -> str:
    """Store the files of one upload under names of our own; what nobody worked out within a day goes."""
    for old in folder().iterdir():
        if old.stat().st_mtime < (now - KEPT).timestamp():
            shutil.rmtree(old, ignore_errors=True)
    ref = new_ref()
    (folder() / ref).mkdir(mode=0o700)
    for name, file in uploads.items():
        ending = Path(file.filename or "").suffix.lower()
        file.save(folder() / ref / f"{name}{ending if ending in ENDINGS else '.csv'}")
    return ref


def stored(ref: str) -> dict[str, Path]:
    """The files of an upload by name."""
    return {path.stem: path for path in sorted((folder() / Path(ref).name).iterdir()) if path.stem in NAMES}


def forget(ref: str) -> None:
    """Delete an upload: it holds answers of persons."""
    shutil.rmtree(folder() / Path(ref).name, ignore_errors=True)
