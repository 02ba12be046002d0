"""One unit's heat map: 33 units, 24 competencies, a million officials in its cells. The data behind it, and the whole page."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from flask import Flask
from sqlalchemy import insert

from lms.app import create_app
from lms.competency.cells import COLUMNS
from lms.competency.models import TreeExpiry, TreeRollup
from lms.competency.queries import live_cells
from lms.config import Settings
from lms.core import clock, framework
from lms.operations import migrate
from lms.people.auth import Door, open_session
from lms.people.models import Account, RoleGrant, Unit

CHILDREN, COMPETENCIES, OFFICIALS = 32, 24, 1_000_000
DAYS = 40
"""Bins of the histogram of last days, by cell and state."""


def heat_map_milliseconds() -> tuple[float, float]:
    """(data work, whole page) in milliseconds of processor time on SQLite, best of 20; how many officials they stand for does not matter."""
    wide = _wide()
    with tempfile.TemporaryDirectory() as folder, patch.object(framework, "read", lambda path=None: wide), _app(Path(folder)) as app:
        database, today = app.extensions["lms.db"], clock.day_number(clock.now())
        with database.writing() as session:
            _fill(session, today, wide.codes)
            token = _hr(session)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["t"], cookie["s"] = token, int(clock.now().timestamp()) // 60
        with database.reading() as session:
            unit = session.get(Unit, 1)
            data = _best(lambda: live_cells(session, unit, today))
        assert client.get("/units/1/skills").text.count("<tr") > CHILDREN
        return data, _best(lambda: client.get("/units/1/skills"))


def _wide() -> framework.Framework:
    """The project's framework with as many competencies as the figure speaks of."""
    known = framework.read()
    more = (replace(one, code=f"{one.code}{one.code[-1]}") for one in known.competencies)
    return replace(known, competencies=(*known.competencies, *more)[:COMPETENCIES])


@contextmanager
def _app(folder: Path) -> Iterator[Flask]:
    settings = Settings(instance=folder, secret_key="b" * 40, background=False, log_format="text")
    app = create_app(settings)
    migrate.upgrade(app.extensions["lms.db"])
    with app.app_context():
        yield app
    app.extensions["lms.db"].engine.dispose()


def _best(work: Callable[[], object], repeats: int = 20) -> float:
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000


def _hr(session) -> str:
    """An account that sees the unit live, signed in: its token."""
    now = clock.now()
    account = Account(ref="hr", login="hr", name="hr", created_at=now, active=True)
    session.add(account)
    session.flush()
    session.add(RoleGrant(ref="hr", account_id=account.id, role="hr", unit_id=1, granted_by="bench", granted_at=now))
    session.flush()
    return open_session(session, account=account, door=Door("127.0.0.1"), now=now).token


def _fill(session, today: int, codes: tuple[str, ...]) -> None:
    random = np.random.default_rng(5)
    now = clock.now()
    units = [{"id": n, "code": str(n), "name_zh": str(n), "name_en": str(n), "parent_id": 1 if n > 1 else None, "path": f"/1/{n}/" if n > 1 else "/1/",
              "tier": "county", "connection": "fibre", "created_at": now} for n in range(1, CHILDREN + 2)]  # fmt: skip
    session.execute(insert(Unit), units)
    share = OFFICIALS // CHILDREN
    for unit in units:
        people = OFFICIALS if unit["id"] == 1 else share
        keys = [{"unit_id": unit["id"], "competency": code} for code in codes]
        session.execute(insert(TreeRollup), [key | _sums(random, people) for key in keys])
        bins = [key | {"state": state, "day": int(day), "n": 7} for key in keys for state in ("met", "not_yet") for day in today + np.arange(-5, DAYS - 5)]
        session.execute(insert(TreeExpiry), bins)


def _sums(random: np.random.Generator, people: int) -> dict[str, int]:
    n = int(people * random.uniform(0.5, 0.9))
    numbers = {name: int(random.integers(0, n)) for name in COLUMNS}
    return numbers | {"n_required": people, "n_evidence": n, "sum_v": n * 300_000, "sum_v2": n * 10**11, "n_met": n // 3, "n_not_yet": n // 5}
