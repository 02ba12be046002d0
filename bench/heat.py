"""The data behind one unit's heat map: 33 units, 24 competencies, a million officials in its cells."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from lms.competency.cells import COLUMNS
from lms.competency.models import TreeExpiry, TreeRollup
from lms.competency.queries import live_cells
from lms.core import clock
from lms.core.db import Database
from lms.operations import migrate
from lms.people.models import Unit

CHILDREN, COMPETENCIES, OFFICIALS = 32, 24, 1_000_000
DAYS = 40
"""Bins of the histogram of last days, by cell and state."""


def heat_map_milliseconds() -> float:
    """Best of 20 readings of all cells of a unit and its children on SQLite; how many officials they stand for does not matter."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'heat.db'}")
        migrate.upgrade(database)
        today = clock.day_number(clock.now())
        with database.writing() as session:
            _fill(session, today)
        times = []
        for _ in range(20):
            with database.reading() as session:
                unit = session.get(Unit, 1)
                start = time.perf_counter()
                cells = live_cells(session, unit, today)
                times.append(time.perf_counter() - start)
        assert len(cells) == CHILDREN + 2
        database.engine.dispose()
    return min(times) * 1000


def _fill(session, today: int) -> None:
    random = np.random.default_rng(5)
    now = clock.now()
    units = [{"id": n, "code": str(n), "name_zh": str(n), "name_en": str(n), "parent_id": 1 if n > 1 else None, "path": f"/1/{n}/" if n > 1 else "/1/",
              "tier": "county", "connection": "fibre", "created_at": now} for n in range(1, CHILDREN + 2)]  # fmt: skip
    session.execute(insert(Unit), units)
    share = OFFICIALS // CHILDREN
    for unit in units:
        people = OFFICIALS if unit["id"] == 1 else share
        keys = [{"unit_id": unit["id"], "competency": f"K{code:02d}"} for code in range(COMPETENCIES)]
        session.execute(insert(TreeRollup), [key | _sums(random, people) for key in keys])
        bins = [key | {"state": state, "day": int(day), "n": 7} for key in keys for state in ("met", "not_yet") for day in today + np.arange(-5, DAYS - 5)]
        session.execute(insert(TreeExpiry), bins)


def _sums(random: np.random.Generator, people: int) -> dict[str, int]:
    n = int(people * random.uniform(0.5, 0.9))
    numbers = {name: int(random.integers(0, n)) for name in COLUMNS}
    return numbers | {"n_required": people, "n_evidence": n, "sum_v": n * 300_000, "sum_v2": n * 10**11, "n_met": n // 3, "n_not_yet": n // 5}
