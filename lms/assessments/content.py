"""The project's item banks, loaded by ``lms setup``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.assessments import sources
from lms.assessments.bank_actions import LoadedBank, Origin, load_bank
from lms.assessments.models import Assessment, BankRevision
from lms.assessments.package import Bank
from lms.core.errors import Conflict, Invalid


def load(session: Session, now: datetime) -> Iterable[str]:
    """Bring every assessment file into the database. Raises Invalid with all problems of a faulty file.

    A bank that was released on this installation stays when the file belongs to a version of the course that is not newer, or can't
    follow it.
    """
    for path in sources.bank_files():
        report = sources.read(path, name=f"assessments/{path.name}")
        if report.bank is None:
            raise Invalid(f"assessments/{path.name} can't be loaded", details=report.problems)
        yield _load(session, path, report.bank, now)


def _load(session: Session, path: Path, bank: Bank, now: datetime) -> str:
    live = _released_here(session, path.stem)
    if live is None:
        return _said(_loaded(session, path, bank, now))
    if live.hash != bank.content_hash and sources.course_version(path) <= _number(live.course_version or "0"):
        return f"assessment {path.stem}: left alone, the bank released here with version {live.course_version} of its course is live"
    try:
        with session.begin_nested():
            return _said(_loaded(session, path, bank, now))
    except Conflict as conflict:
        return f"assessment {path.stem}: left alone, the file can't follow the bank released here: {'; '.join(map(str, conflict.details))}"


def _loaded(session: Session, path: Path, bank: Bank, now: datetime) -> LoadedBank:
    return load_bank(session, actor=operator("setup"), slug=path.stem, bank=bank, now=now, origin=Origin(path.read_bytes()))


def _said(loaded: LoadedBank) -> str:
    return f"assessment {loaded.slug}: {loaded.items} items, {'loaded' if loaded.changed else 'unchanged'}"


def _released_here(session: Session, slug: str) -> BankRevision | None:
    """The assessment's current bank, if it was released on this installation."""
    current = select(BankRevision).join(Assessment, Assessment.current_bank_id == BankRevision.id)
    return session.scalar(current.where(Assessment.slug == slug, BankRevision.review_ref.is_not(None)))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
