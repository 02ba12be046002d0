"""The regulations in the database, and how tests enter what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.hours import actions, queries, rule_actions
from lms.hours.actions import Part, Training
from lms.hours.ledger import Account
from lms.people.models import Official, Unit
from tests.hours.support import national


@pytest.fixture
def rules(database, cast) -> None:
    with database.writing() as session:
        rule_actions.load_versions(session, national(), actor=operator("test"), now=datetime(2024, 1, 1, tzinfo=UTC), name="rules")


@pytest.fixture
def attend(database, cast, rules, now) -> Callable[..., str]:
    """attend("meng", hours=30, on="2026-03-20") enters one training; answers its reference."""

    def enter(*keys: str, hours: int, on: str, days: int = 0, title: str = "培训", reason: str = "", at: datetime = now) -> str:
        with database.writing() as session:
            unit = session.scalars(select(Unit).where(Unit.code == "513399")).one()
            people = session.execute(select(Official.id, Official.staff_no).where(Official.id.in_([cast.officials[key] for key in keys]))).all()
            parts = [Part(row.id, row.staff_no, hours * 4, days * 2) for row in people]
            day = date.fromisoformat(on)
            known = {"actor": operator("test"), "unit": unit, "reason": reason, "source": "form", "now": at}
            return actions.record_attendance(session, training=Training(title, "", "县委党校", day, day), parts=parts, **known).ref

    return enter


@pytest.fixture
def account(database, cast) -> Callable[..., Account]:
    """account("meng", 2026): the ledger as computed from what is in the database."""

    def compute(key: str, year: int) -> Account:
        with database.reading() as session:
            return queries.ledger_of(session, cast.officials[key], year).account

    return compute


@pytest.fixture
def write(database) -> Iterator[Session]:
    with database.writing() as session:
        yield session
