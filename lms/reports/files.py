"""Files of reports: in ``instance/uploads/reports`` under the report's reference, readable by the service only."""

from __future__ import annotations

import os
from pathlib import Path

from flask import current_app


def path_of(ref: str) -> Path:
    """Where the file of report ``ref`` lies."""
    folder = current_app.config["SETTINGS"].instance / "uploads" / "reports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / Path(ref).name


def keep(ref: str, body: bytes) -> None:
    """Store the file; a second run of the same job replaces it."""
    with os.fdopen(os.open(path_of(ref), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(body)


def read(ref: str) -> bytes | None:
    """The file's bytes; None when it is gone."""
    path = path_of(ref)
    return path.read_bytes() if path.exists() else None


def forget(ref: str) -> None:
    """Delete the file."""
    path_of(ref).unlink(missing_ok=True)
