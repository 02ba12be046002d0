"""The project's item banks, loaded by ``lms setup``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.assessments import sources
from lms.assessments.bank_actions import load_bank
from lms.core.errors import Invalid


def load(session: Session, now: datetime) -> Iterable[str]:
    """Bring every assessment file into the database. Raises Invalid with all problems of a faulty file."""
    for path in sources.bank_files():
        report = sources.read(path, name=f"assessments/{path.name}")
        if report.bank is None:
            raise Invalid(f"assessments/{path.name} can't be loaded", details=report.problems)
        loaded = load_bank(session, actor=operator("setup"), slug=path.stem, bank=report.bank, now=now)
        yield f"assessment {loaded.slug}: {loaded.items} items, {'loaded' if loaded.changed else 'unchanged'}"
