"""An installation of the first version comes up to date with its data: tables, references and estimates."""

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import select, update

from lms.competency.models import Proficiency
from lms.competency.rebuild import differences
from lms.core.db import Database
from lms.operations import migrate, setup
from lms.people.models import Account, Notice
from tests.competency.world import world

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def first_version(tmp_path):
    """A SQLite database with the tables of the first version."""
    database = Database(f"sqlite:///{tmp_path / 'lms.db'}")
    command.upgrade(migrate.alembic_config(database), "0001")
    yield database
    database.engine.dispose()


def test_tables_that_others_refer_to_keep_their_rows(first_version):
    with first_version.writing() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO account (ref, login, name, active, created_at) VALUES ('r', 'he', '贺', 1, '2026-01-01 00:00:00.000000')"
        )
        session.connection().exec_driver_sql(
            "INSERT INTO role_grant (ref, account_id, role, granted_by, granted_at) VALUES ('g', 1, 'auditor', 'root', '2026-01-01 00:00:00.000000')"
        )
    migrate.upgrade(first_version)
    with first_version.reading() as session:
        assert session.scalars(select(Account.login)).all() == ["he"]
        assert session.scalars(select(Notice)).all() == []
    assert migrate.is_current(first_version)


def test_estimates_of_another_model_are_made_anew_by_setup(app, database):
    with database.writing() as session:
        home = world(session)
        home.answer(("zhaxi", "SEC-1-Q1", 10, 1), ref="A")
        session.execute(update(Proficiency).values(model="0.9.0/1"))
    assert setup.renew_estimates(NOW) == ["estimates made anew with the model now in force: 1 rows"]
    assert setup.renew_estimates(NOW) == []
    with database.reading() as session:
        assert list(differences(session)) == []
