"""Work outside the request: primitives go in, the work is idempotent, and it ends in an action.

The queue is huey on a SQLite file in the instance folder, whichever engine holds the data: one server, no second
service. ``lms serve`` starts its consumer (``lms work``) beside the web workers. Without a consumer
(``background = false``, tests) a job runs at once in the caller.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select, update

from lms.core import clock
from lms.core.db import database
from lms.core.ids import new_ref
from lms.core.models import Job

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"

JobFunction = Callable[..., dict[str, Any]]
Report = Callable[[int, int], None]

log = logging.getLogger("lms.jobs")

_functions: dict[str, JobFunction] = {}


def connect(table: Mapping[str, JobFunction]) -> None:
    """Replace the registry of job functions; called once, by ``wiring``."""
    _functions.clear()
    _functions.update(table)


def make_queue(app: Flask) -> Any:
    """The huey queue of ``app``'s instance, with the one task that runs any registered job."""
    from huey import SqliteHuey  # only the edge that queues or works needs it

    settings = app.config["SETTINGS"]
    queue = SqliteHuey("lms", filename=str(settings.instance / "jobs.db"), immediate=not settings.background, immediate_use_memory=False)

    @queue.task(name="run")
    def run(ref: str, arguments: dict[str, Any]) -> None:
        with app.app_context():
            execute(ref, arguments)

    queue.run_job = run
    return queue


def enqueue(kind: str, arguments: dict[str, Any], *, account_id: int | None, now: datetime) -> str:
    """Write the job down, hand it to the queue and return its reference. Call it outside a write transaction."""
    if kind not in _functions:
        raise KeyError(kind)
    ref = new_ref()
    with database().writing() as session:
        session.add(Job(ref=ref, kind=kind, account_id=account_id, state=QUEUED, created_at=now))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not app.config["SETTINGS"].background:
        execute(ref, arguments)
        return ref
    queue = app.extensions.setdefault("lms.queue", None) or make_queue(app)
    app.extensions["lms.queue"] = queue
    queue.run_job(ref, arguments)
    return ref


def execute(ref: str, arguments: dict[str, Any]) -> None:
    """Run one job to its end, recording state and failure; a second run of a finished job does nothing."""
    with database().reading() as session:
        found = session.execute(select(Job.kind, Job.state).where(Job.ref == ref)).one_or_none()
    if found is None or found.state in (DONE, FAILED):
        return
    _note(ref, state=RUNNING)
    try:
        result = _functions[found.kind](report=lambda done, total: _note(ref, progress=done, total=total), **arguments)
    except Exception as error:
        log.exception("job failed", extra={"job": ref, "event": found.kind})
        _note(ref, state=FAILED, message=str(error)[:400], finished_at=clock.now())
    else:
        _note(ref, state=DONE, result=result, finished_at=clock.now())


def _note(ref: str, **values: Any) -> None:
    with database().writing() as session:
        session.execute(update(Job).where(Job.ref == ref).values(**values))


def find(ref: str) -> Job | None:
    """The job by its reference."""
    with database().reading() as session:
        return session.scalar(select(Job).where(Job.ref == ref))
