"""A piece of work as its assessors see it: nothing says whose it is."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from lms.portfolio import files, pages
from lms.portfolio.enums import State
from lms.portfolio.models import Submission, WorkFile


def work_for_assessors(session: Session, submission: Submission) -> dict[str, Any]:
    """A piece of work as its assessors see it: task, note and files, and nothing that says whose it is."""
    known = pages.work(session, submission)
    if submission.state != State.JUDGED:  # what stood before an appeal must lead nobody
        known |= {"judged": None, "result": ""}
    held = [{"place": one.place, "kind": one.kind, "size": one.size} for one in known["files"]]
    return {name: known[name] for name in ("task", "judged", "result")} | {"ref": submission.ref, "note": submission.note, "files": held}


def download(found: WorkFile, shown_as: str) -> Response:
    """A file handed in, as something to keep under the given name."""
    return files.download(found.stored_as, found.kind, shown_as)
