"""The job worker: huey's consumer on the instance's queue, plus what happens by the calendar."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask

from lms.core import clock, jobs
from lms.wiring import daily

log = logging.getLogger("lms.jobs")


def run(app: Flask) -> None:
    """Work until interrupted."""
    from huey import crontab  # only who works needs it

    queue: Any = jobs.make_queue(app)

    @queue.periodic_task(crontab(minute="10", hour="0"))
    def every_day() -> None:
        with app.app_context():
            for name, function in daily().items():
                try:
                    function(clock.now())
                except Exception:
                    log.exception("daily work failed", extra={"event": name})

    consumer = queue.create_consumer(workers=1, worker_type="thread", periodic=True, initial_delay=0.2, max_delay=2.0)
    consumer.run()
