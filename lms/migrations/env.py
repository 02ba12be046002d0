"""Alembic's entry: migrations run on the engine they are given, in one transaction, in batch mode for SQLite."""

from alembic import context

import lms.models  # noqa: F401 (fills the metadata)
from lms.core.db import Base

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:  # batch mode makes a table anew and drops the old one, to which others refer; only outside a transaction
        connection.connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        connection.rollback()
        raise RuntimeError(f"the migrated database would have broken references: {broken[:5]}")
    connection.commit()
    if sqlite:
        connection.connection.execute("PRAGMA foreign_keys=ON")
