"""The installation that is measured: an instance of its own, people who can sign in, and the server's processes."""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.scenarios import Person

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "long enough for a bench"

# A small process between: the kernel counts the memory of a parent before exec as its child's.
WITNESS = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stderr=subprocess.STDOUT)
_, status, used = os.wait4(child.pid, 0)
print(f"\\n#{used.ru_maxrss}", flush=True)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass
class Spent:
    """What a command took: seconds, and its largest resident memory in MB."""

    seconds: float
    peak_mb: float
    output: str


class Site:
    """An instance in a folder of its own, on SQLite or on the PostgreSQL at `database_url`."""

    def __init__(self, folder: Path, port: int, database_url: str = "", preload: Path | None = None) -> None:
        self.folder, self.port = folder, port
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
        self.environment |= {"LMS_INSTANCE": str(folder), "LMS_PORT": str(port), "LMS_LOG_FORMAT": "text"}
        if database_url:
            self.environment["LMS_DATABASE_URL"] = database_url
        self.preload = preload
        self.workers = 2
        self.server: subprocess.Popen | None = None

    def lms(self, *arguments: str) -> Spent:
        """Run an `lms` command on the instance."""
        command = [sys.executable, "-c", WITNESS, sys.executable, "-m", "lms.cli", *arguments]
        begin = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        text, _, peak = done.stdout.rpartition("\n#")
        if done.returncode:
            raise RuntimeError(f"lms {' '.join(arguments)}:\n{text[-3000:]}")
        return Spent(time.perf_counter() - begin, int(peak) / 1024, text)

    def serve(self) -> float:
        """Start the server; seconds until it has answered the sign-in page."""
        environment = dict(self.environment)
        if self.preload:
            environment["LD_PRELOAD"] = str(self.preload)
        begin = time.perf_counter()
        command = [sys.executable, "-m", "lms.cli", "serve", "--workers", str(self.workers)]
        with (self.folder / "serve.log").open("w") as log:
            self.server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        while not self._answers():
            if self.server.poll() is not None or time.perf_counter() - begin > 30:
                raise RuntimeError(f"the server did not start:\n{(self.folder / 'serve.log').read_text()[-3000:]}")
            time.sleep(0.01)
        return time.perf_counter() - begin

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/login", timeout=5) as page:
                return page.status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def processes(self) -> list[int]:
        """The server and all its children."""
        found, queue = [], [self.server.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            queue += [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
        return found

    def processor_seconds(self) -> float:
        """Processor time that the server's processes have used so far."""
        return sum(_ticks(pid) for pid in self.processes()) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, float]:
        """MB of memory by process (proportional share: what two processes share is counted once)."""
        return {f"{pid} {_command(pid)}": _pss(pid) for pid in self.processes()}

    def own_memory(self) -> list[float]:
        """MB that each process has for itself, without the pages of files that it maps, such as the database's."""
        return [int(re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024 for pid in self.processes()]

    def stop(self) -> None:
        """End the server politely."""
        if self.server is not None and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(30)


def _command(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return next((word for word in ("serve", "work") if word in words), words[0])


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _pss(pid: int) -> float:
    found = re.search(r"Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())
    return int(found.group(1)) / 1024


@contextmanager
def fresh_site(port: int, database_url: str = "", preload: Path | None = None):
    """A new, empty instance; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lms-bench-"))
    site = Site(folder, port, database_url, preload)
    try:
        yield site
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)


def give_passwords(site: Site, count: int) -> list[Person]:
    """`count` officials of the instance get a password: one hash for all, since only checking it is measured."""
    script = (
        "import sys\n"
        "from sqlalchemy import select, update\n"
        "from lms.app import create_app\n"
        "from lms.core.db import database\n"
        "from lms.people.models import Account\n"
        "from lms.people.passwords import hash_password\n"
        "with create_app().app_context():\n"
        "    hashed = hash_password(sys.argv[1])\n"
        "    with database().writing() as session:\n"
        "        some = select(Account.id).where(Account.official_id.is_not(None)).order_by(Account.login).limit(int(sys.argv[2]))\n"
        "        ids = session.scalars(some).all()\n"
        "        for start in range(0, len(ids), 500):\n"
        "            session.execute(update(Account).where(Account.id.in_(ids[start:start + 500])).values(password_hash=hashed))\n"
        "        for start in range(0, len(ids), 500):\n"
        "            print(*session.scalars(select(Account.login).where(Account.id.in_(ids[start:start + 500]))), sep='\\n')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, PASSWORD, str(count)], cwd=ROOT, env=site.environment, capture_output=True, text=True, check=True)
    return [Person(login, PASSWORD) for login in done.stdout.split()]


def machine() -> str:
    """The machine in one line."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = resource.getpagesize() * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {model.group(1) if model else 'CPU'}, {memory:.0f} GB, Python {sys.version.split()[0]}"
