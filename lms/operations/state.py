"""How the installation is, in the figures an administrator asks for."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import __version__
from lms.access.models import AuditEntry
from lms.assessments.models import Attempt, Response
from lms.competency.models import Snapshot
from lms.core.jobs import DONE, FAILED
from lms.core.models import Job
from lms.people.models import Account, Official, Unit


@dataclass(frozen=True, slots=True)
class State:
    """Counts of what there is, work that waits or failed within a week, when the last snapshot was taken, and free disk in MB."""

    version: str
    engine: str
    units: int
    officials: int
    activated: int
    attempts_open: int
    responses: int
    audit_entries: int
    jobs_waiting: int
    jobs_failed: int
    snapshot_at: datetime | None
    free_mb: int


def look(session: Session, *, now: datetime) -> State:
    """The state now."""

    def count(*conditions: object, of: type) -> int:
        return session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0

    week = now - timedelta(days=7)
    return State(
        version=__version__,
        engine={"sqlite": "SQLite", "postgresql": "PostgreSQL"}[session.get_bind().dialect.name],
        units=count(of=Unit),
        officials=count(Official.active, of=Official),
        activated=count(Account.password_hash.is_not(None), Account.active, of=Account),
        attempts_open=count(Attempt.submitted_at.is_(None), of=Attempt),
        responses=count(of=Response),
        audit_entries=session.scalar(select(func.max(AuditEntry.seq))) or 0,
        jobs_waiting=count(Job.state.not_in((DONE, FAILED)), of=Job),
        jobs_failed=count(Job.state == FAILED, Job.created_at > week, of=Job),
        snapshot_at=session.scalar(select(func.max(Snapshot.taken_at)).where(Snapshot.ready)),
        free_mb=shutil.disk_usage(current_app.config["SETTINGS"].instance).free // 1_000_000,
    )
