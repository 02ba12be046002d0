"""An installation of 100,000 officials, made by the same doors as any other: files of units, people and responses."""

import csv
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.site import PASSWORD, ROOT, Site, Spent

OFFICIALS = 100_000
ANSWERS = 4

PREPARE = """
import sys
from lms.access.actor import operator
from lms.access.permissions import Role
from lms.app import create_app
from lms.assessments import actions
from lms.core import clock, framework
from lms.core.db import database
from lms.operations import sample_county as county
from lms.people import account_queries, accounts
from lms.people.passwords import hash_password

with create_app().app_context():
    now, actor = clock.now(), operator("bench")
    bank = county.items(framework.read().codes)
    items = [actions.PlainItem(i.code, i.competency, i.level, i.cognitive, 1000, i.b_milli, 2500, 40000, i.in_scenario) for i in bank]
    hashed = hash_password(sys.argv[1])
    with database().writing() as session:
        actions.load_plain_items(session, actor=actor, items=items, source="bench", now=now)
        hr = accounts.add_account(session, actor=actor, login="hr", name="HR", now=now)
        accounts.grant_role(session, actor=actor, account=hr, role=Role.HR, unit=account_queries.unit_by_code(session, county.COUNTY), now=now)
        accounts.set_password(session, actor=actor, account=hr, password_hash=hashed, now=now)
"""


def build_large(there: Site) -> Iterator[tuple[str, Spent]]:
    """Set the installation up; yields each command with what it took."""
    from lms.core import framework
    from lms.operations import sample_county as county

    rng = random.Random(1)
    units = county.units(rng)
    people = county.people(rng, units, OFFICIALS)
    yield "setup", there.lms("setup")
    units_file = _write(there.folder / "units.csv", [county.UNIT_HEADINGS, *(unit.row() for unit in units)])
    roster_file = _write(there.folder / "roster.csv", [county.ROSTER_HEADINGS, *(person.row() for person in people)])
    there.lms("people", "import", str(units_file))
    yield f"people import, {OFFICIALS:,} rows, checked only", there.lms("people", "import", str(roster_file), "--dry-run")
    yield f"people import, {OFFICIALS:,} rows", there.lms("people", "import", str(roster_file))
    yield "the same file again", there.lms("people", "import", str(roster_file))
    subprocess.run([sys.executable, "-c", PREPARE, PASSWORD], cwd=ROOT, env=there.environment, check=True)
    answers = _write(there.folder / "responses.csv", _answers(rng, people, county.items(framework.read().codes)))
    yield f"responses import, {OFFICIALS * ANSWERS:,} rows", there.lms("responses", "import", str(answers))
    yield "competency rebuild --check", there.lms("competency", "rebuild", "--check")
    yield "gaps --refresh (a snapshot)", there.lms("gaps", "--unit", county.COUNTY, "--refresh", "--format", "json")


def _answers(rng: random.Random, people: list, items: list) -> Iterator[tuple]:
    by_competency: dict[str, list] = {}
    for item in items:
        by_competency.setdefault(item.competency, []).append(item)
    competencies = sorted(by_competency)
    now = datetime.now(UTC)
    yield ("staff_no", "item", "correct", "answered_at", "source")
    for person in people:
        at = now - timedelta(days=rng.randint(1, 300))
        for item in rng.sample(by_competency[rng.choice(competencies)], ANSWERS):
            yield (person.staff_no, item.code, rng.randint(0, 1), at.isoformat(), "bench")


def _write(path: Path, rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
