"""A server killed in the middle of its work (SIGKILL, all processes) has lost no answer that it acknowledged."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse
from contextlib import contextmanager
from datetime import UTC, datetime

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from lms.assessments import queries
from lms.assessments.enums import StepKind
from lms.assessments.models import AttemptStep
from lms.core import clock
from tests.assessments.conftest import start
from tests.support.people import actor_of, browser_of, token_for

HIDDEN = re.compile(r'name="(csrf_token|token)" value="([^"]+)"')
OFFERED = re.compile(r'name="answer" value="(\w+)"')
PEOPLE = ("zhaxi", "meng", "lei")
ENOUGH = 45


class Learner(threading.Thread):
    """Answers question after question over HTTP until the server is gone, and notes what was acknowledged."""

    def __init__(self, port: int, cookie: str, ref: str, acknowledged: list, enough: threading.Event):
        super().__init__(daemon=True)
        self.port, self.cookie, self.ref = port, cookie, ref
        self.acknowledged, self.enough = acknowledged, enough
        self.mine: list[tuple[int, str]] = []
        self.last_sent: tuple[int, dict[str, str]] | None = None

    def run(self):
        try:
            while True:
                for n in range(1, 17):
                    self._answer(n)
        except (OSError, http.client.HTTPException):
            return

    def _request(self, method: str, path: str, fields: dict[str, str] | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": self.cookie}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urllib.parse.urlencode(fields or {}), headers)
        reply = connection.getresponse()
        text = reply.read().decode()
        if reply.getheader("Set-Cookie"):
            self.cookie = reply.getheader("Set-Cookie").split(";")[0]
        connection.close()
        return reply, text

    def _answer(self, n: int):
        path = f"/attempts/{self.ref}/{n}"
        _, page = self._request("GET", path)
        offered = OFFERED.findall(page)
        if not offered or 'type="radio"' not in page:
            return
        answer = offered[len(self.mine) % len(offered)]
        fields = dict(HIDDEN.findall(page)) | {"answer": answer}
        self.last_sent = (n, fields)
        reply, _ = self._request("POST", path, fields)
        if reply.status == 303:
            self.mine.append((n, answer))
            self.acknowledged.append(self.ref)
            if len(self.acknowledged) >= ENOUGH:
                self.enough.set()


@contextmanager
def server(settings, tmp_path):
    """`lms serve` in a process group of its own, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "LMS_INSTANCE": str(tmp_path),
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_SECRET_KEY": settings.secret_key,
        "LMS_BACKGROUND": "false",
    }
    with (tmp_path / "serve.log").open("wb") as log:
        command = [sys.executable, "-m", "lms.cli", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_it_answers(port, process)
        yield port, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_it_answers(port: int, process: subprocess.Popen):
    pause = threading.Event()
    for _ in range(300):
        assert process.poll() is None, "the server ended by itself"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pause.wait(0.1)
        finally:
            connection.close()
    raise AssertionError("the server never answered")


def test_every_acknowledged_answer_survives_kill_9_and_a_retry_doubles_nothing(app, accepted, cast, settings, tmp_path):
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    today = datetime.now(UTC)
    with clock.at(today):
        attempts = {key: start(accepted, actor_of(accepted, cast, key), today) for key in PEOPLE}
        cookies = {key: "lms=" + signer.dumps({"t": token_for(accepted, cast.accounts[key]), "s": int(today.timestamp()) // 60}) for key in PEOPLE}
    acknowledged, enough = [], threading.Event()
    with server(settings, tmp_path) as (port, process):
        learners = {key: Learner(port, cookies[key], attempts[key].ref, acknowledged, enough) for key in PEOPLE}
        for learner in learners.values():
            learner.start()
        assert enough.wait(120)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for learner in learners.values():
            learner.join(30)
    assert len(acknowledged) >= ENOUGH
    for key, learner in learners.items():
        kept = answers_of(accepted, attempts[key])
        # all that was acknowledged, in its order, and at most the one that was on its way
        assert kept[: len(learner.mine)] == learner.mine
        assert len(kept) - len(learner.mine) in (0, 1)
        send_again(app, cast, key, attempts[key], learner)
        again = answers_of(accepted, attempts[key])
        n, fields = learner.last_sent
        assert again in (learner.mine, [*learner.mine, (n, fields["answer"])])


def answers_of(database, attempt):
    with database.reading() as session:
        seqs = session.scalars(select(AttemptStep.seq).where(AttemptStep.attempt_id == attempt.id).order_by(AttemptStep.seq)).all()
        assert list(seqs) == list(range(1, len(seqs) + 1))
        return [(step.position, step.answer) for step in queries.steps(session, attempt.id) if step.kind is StepKind.ANSWERED]


def send_again(app, cast, key, attempt, learner):
    """The browser sends its last form once more, to the server that came back."""
    n, fields = learner.last_sent
    with clock.at(attempt.started_at):
        reply = browser_of(app, cast, key).post(f"/attempts/{attempt.ref}/{n}", data=fields)
    assert reply.status_code == 303
