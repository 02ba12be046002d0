"""Bringing the database to the present: Alembic, run from the installed package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lms.core.db import Database

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def alembic_config(database: Database) -> Config:
    """Alembic's configuration for our migrations on ``database``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.write_engine
    return config


def upgrade(database: Database) -> None:
    """Apply all migrations that are missing."""
    command.upgrade(alembic_config(database), "head")


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest migration."""
    head = ScriptDirectory.from_config(alembic_config(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
