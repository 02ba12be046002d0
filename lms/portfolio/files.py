"""Files handed in, on disk: in ``instance/uploads/work`` under random names, readable by the service only, never served as pages."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from flask import Response, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.core.ids import new_ref
from lms.portfolio.sniffing import KINDS, MIME, plain_name, sniff

# even a picture or a PDF that a browser shows after all may run nothing, load nothing and reach nobody
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


class TooLarge(ValueError):
    """The file is larger than the setting allows."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file whose content is what its name claims."""

    name: str
    kind: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def most_megabytes() -> int:
    """Largest file taken, in MB."""
    return current_app.config["SETTINGS"].work_file_mb


def examine(data: bytes, name: str, kinds: tuple[str, ...] = KINDS) -> Upload:
    """An upload that may be kept. Raises TooLarge, or sniffing.Refused with the reason."""
    if len(data) > most_megabytes() * 1_000_000:
        raise TooLarge
    return Upload(plain_name(name), sniff(data, name, kinds), data)


def folder() -> Path:
    """Where the files lie."""
    path = current_app.config["SETTINGS"].instance / "uploads" / "work"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(session: Session, upload: Upload) -> str:
    """Store an upload under a random name; it goes again when the transaction is rolled back."""
    name = f"work-{new_ref()}"
    path = folder() / name
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(upload.data)
    pending = {path}  # emptied by the commit: a later rollback of the same session must not take a committed file
    event.listen(session, "after_commit", lambda _session: pending.clear(), once=True)
    event.listen(session, "after_rollback", lambda _session: [one.unlink(missing_ok=True) for one in pending], once=True)
    return name


def forget(session: Session, name: str) -> None:
    """Delete a stored file once the transaction is committed: files of withdrawn work hold personal data for nothing."""
    path = folder() / Path(name).name
    event.listen(session, "after_commit", lambda _session: path.unlink(missing_ok=True), once=True)


def content(stored_as: str) -> bytes:
    """What is in a stored file."""
    return (folder() / Path(stored_as).name).read_bytes()


def download(stored_as: str, kind: str, shown_as: str) -> Response:
    """The file as something to keep, never as something to open here."""
    response = Response(content(stored_as), mimetype=MIME.get(kind, "application/octet-stream"))
    response.headers.set("Content-Disposition", "attachment", filename=shown_as)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response
