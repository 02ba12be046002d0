"""The project's work samples, loaded by ``lms setup``: each version once, a changed task needs a new version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import operator
from lms.core.errors import Invalid
from lms.core.framework import content_root
from lms.core.problems import Problem
from lms.portfolio import checks
from lms.portfolio.models import WorkTask, WorkTaskRevision
from lms.portfolio.package import Task


def load(session: Session, now: datetime) -> Iterable[str]:
    """Bring the tasks into the database. Raises Invalid with all problems of a faulty file."""
    path = content_root() / "assessments" / f"{checks.FILE}.yaml"
    if not path.is_file():
        return
    name = f"assessments/{path.name}"
    report = checks.read(path, name=name)
    if report.tasks is None:
        raise Invalid(f"{name} can't be loaded", details=report.problems)
    tasks = report.tasks.tasks
    new = load_tasks(session, tasks, now=now, name=name)
    if new:
        audit.record(session, actor=operator("setup"), action=audit.Action.WORK_TASKS_LOADED, subject=name, now=now, tasks=new)
    yield f"work samples: {len(tasks)} tasks, {f'{len(new)} new or changed' if new else 'unchanged'}"


def load_tasks(session: Session, tasks: Iterable[Task], *, now: datetime, name: str) -> list[str]:
    """Write new versions, take out what is no longer in the file; answers what is new. Raises Invalid for a changed task with an old version."""
    tasks = list(tasks)
    known = {task.code: task for task in session.scalars(select(WorkTask))}
    hashes = {(r.task_id, r.version): r.hash for r in session.scalars(select(WorkTaskRevision))}
    changed = [one for one in tasks if one.id in known and hashes.get((known[one.id].id, one.version), one.content_hash) != one.content_hash]
    if changed:
        cure = "Give it a new version: what was handed in for the old one stays judged by the old rubric."
        raise Invalid(f"{name} can't be loaded", details=[Problem(name, 0, f"{one.id} changed within version {one.version}", cure) for one in changed])
    new = []
    for one in tasks:
        row = known.get(one.id) or WorkTask(code=one.id)
        session.add(row)
        session.flush()  # its revision needs the id
        if (row.id, one.version) not in hashes:
            new.append(f"{one.id}@{one.version}")
            session.add(_revision(row, one, now))
        row.version = one.version
    offered = {one.id for one in tasks}
    for code, row in known.items():
        row.version = row.version if code in offered else None
    session.flush()
    return new


def _revision(row: WorkTask, task: Task, now: datetime) -> WorkTaskRevision:
    known = {"kind": task.kind, "competency": task.competency, "level": task.level}
    return WorkTaskRevision(task_id=row.id, version=task.version, hash=task.content_hash, content=task.model_dump(mode="json"), loaded_at=now, **known)
