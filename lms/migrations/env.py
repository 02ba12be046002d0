"""Alembic's entry: migrations run on the engine they are given, in one transaction, in batch mode for SQLite."""

from alembic import context

import lms.models  # noqa: F401 (fills the metadata)
from lms.core.db import Base

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
