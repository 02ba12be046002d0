"""`lms audit`: is the log whole?"""

from __future__ import annotations

import click

from lms.core.command import fail, needs_app


@click.group()
def audit() -> None:
    """Check the audit log."""


@audit.command(epilog="Example:  lms audit verify")
@needs_app
def verify() -> None:
    """Recompute the chain; exit 1 and name the first entry that does not fit."""
    from lms.access import audit as log
    from lms.core.db import database

    with database().reading() as session:
        verdict = log.verify(session)
    if verdict.broken_at is not None:
        fail(f"The audit log is broken at entry {verdict.broken_at}: {verdict.reason}.")
    click.echo(f"The audit log is whole: {verdict.count} entries.")
