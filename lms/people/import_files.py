"""Uploaded files on disk: in ``instance/uploads``, readable by the service only, and gone when they are done with."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date, datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from flask import current_app

from lms.core.ids import new_ref
from lms.people.import_faults import Fault, FaultKind


def today(now: datetime) -> date:
    """The date in the installation's own time zone."""
    return now.astimezone(ZoneInfo(current_app.config["SETTINGS"].time_zone)).date()


def folder() -> Path:
    """Where uploads lie."""
    path = current_app.config["SETTINGS"].instance / "uploads"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def keep(stream: IO[bytes]) -> str:
    """Store an upload under a name of our own; the given name is only shown."""
    name = f"roster-{new_ref()}"
    with os.fdopen(os.open(folder() / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while chunk := stream.read(1 << 16):
            file.write(chunk)
    return name


def path_of(name: str) -> Path:
    """The stored upload ``name``."""
    return folder() / Path(name).name


def keep_faults(name: str, faults: Iterable[Fault]) -> None:
    """Store all faults beside the upload, one a line."""
    with _faults_path(name).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(astuple(fault), ensure_ascii=False) + "\n" for fault in faults)


def faults_of(name: str) -> Iterable[Fault]:
    """The stored faults in their order; none if they were not kept."""
    path = _faults_path(name)
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            row, column, value, kind, detail = json.loads(line)
            yield Fault(row, column, value, FaultKind(kind), detail)


def forget(name: str) -> None:
    """Delete an upload and its faults: they hold personal data."""
    path_of(name).unlink(missing_ok=True)
    _faults_path(name).unlink(missing_ok=True)


def forget_upload(name: str) -> None:
    """Delete an upload and keep its faults for the person who has to put them right."""
    path_of(name).unlink(missing_ok=True)


def _faults_path(name: str) -> Path:
    return folder() / f"{Path(name).name}.faults"
