"""Serving: gunicorn's sync workers, chosen by measurement (docs/performance.md), and the job worker beside them.

The application is loaded once; web workers and job worker are forks of it and share what it occupies.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from lms.app import create_app
from lms.config import Settings
from lms.operations import work

MEMORY = "/dev/shm"  # noqa: S108 (gunicorn makes an unguessable, unlinked file there)
PR_SET_PDEATHSIG = 1
M_MMAP_THRESHOLD = -3
LARGE = 1 << 20
WARM = ("courses/lesson.html", "assessments/question.html", "home/home.html", "competency/my_skills.html")
"""The templates of the busiest pages."""


class Server(BaseApplication):
    """gunicorn with our settings."""

    def __init__(self, app: Flask, host: str, port: int, workers: int) -> None:
        self.loaded = app
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.options = {
            "bind": bind,
            "workers": workers,
            "worker_class": "sync",
            "preload_app": True,
            "timeout": 120,
            "graceful_timeout": 20,
            "backlog": 1024,
            "accesslog": None,
            "loglevel": "warning",
            # workers touch a file to show they live: in memory, so that a slow disk doesn't look like a dead worker
            "worker_tmp_dir": MEMORY if os.path.isdir(MEMORY) else None,
            "post_fork": lambda server, worker: _after_fork(app, worker.notify),
            "control_socket_disable": True,
            "proc_name": "lms",
        }
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            if key in self.cfg.settings and value is not None:
                self.cfg.set(key, value)

    def load(self) -> Any:
        return self.loaded


def _after_fork(app: Flask, alive: Callable[[], object] | None = None) -> None:
    """Connections must not be shared between processes, and a killed server must not leave its workers holding the port.

    ``alive`` tells the server that a worker lives, for answers that take long (``lms.web.files``).
    """
    if alive is not None:
        app.extensions["lms.alive"] = alive
    app.extensions["lms.db"].engine.dispose(close=False)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _give_back_large_blocks() -> None:
    """A password check borrows 19 MiB; glibc would keep them for each process once it has seen them freed."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, LARGE)


def _warm_up(app: Flask) -> None:
    """Do once what every fork would do with its first page: catalogues, templates, statements."""
    app.test_client().get("/login")
    for name in WARM:
        app.jinja_env.get_template(name)
    app.extensions["lms.db"].engine.dispose()
    gc.collect()
    gc.freeze()  # the collector need not touch what stays, so its pages stay shared after the fork


def _start_work(app: Flask) -> int:
    """Fork the job worker; its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        _after_fork(app)
        work.run(app)
    finally:
        os._exit(0)


def _stop_work(pid: int, patience: float = 20) -> None:
    """Ask the job worker to finish what it does; end it when that takes too long."""
    try:
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + patience
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
    except (ProcessLookupError, ChildProcessError):
        return  # it had ended before


def run(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until told to stop. The job worker ends with the server."""
    _give_back_large_blocks()
    app = create_app(settings)
    _warm_up(app)
    master = os.getpid()
    worker = _start_work(app) if settings.background else None
    try:
        Server(app, host, port, workers).run()
    finally:
        if worker is not None and os.getpid() == master:  # a web worker that ends comes by here too
            _stop_work(worker)
