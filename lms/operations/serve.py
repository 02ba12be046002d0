"""Serving: gunicorn's sync workers, chosen by measurement (docs/performance.md), and the job worker beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

from gunicorn.app.base import BaseApplication

from lms.app import create_app
from lms.config import Settings


MEMORY = "/dev/shm"  # noqa: S108 (gunicorn makes an unguessable, unlinked file there)


class Server(BaseApplication):
    """gunicorn with our settings; the application is loaded once and shared by the workers."""

    def __init__(self, settings: Settings, host: str, port: int, workers: int) -> None:
        self.settings = settings
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
            "post_fork": _after_fork,
            "control_socket_disable": True,
            "proc_name": "lms",
        }
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            if key in self.cfg.settings and value is not None:
                self.cfg.set(key, value)

    def load(self) -> Any:
        return create_app(self.settings)


def _after_fork(server: Any, worker: Any) -> None:
    # connections must not be shared between processes
    worker.app.wsgi().extensions["lms.db"].engine.dispose(close=False)


def run(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until told to stop. The job worker ends with the server."""
    worker = subprocess.Popen([sys.executable, "-m", "lms.cli", "work"]) if settings.background else None
    try:
        Server(settings, host, port, workers).run()
    finally:
        if worker is not None and worker.poll() is None:
            worker.send_signal(signal.SIGINT)
            worker.wait(timeout=20)
