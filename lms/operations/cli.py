"""Commands of the installation: setup, serve, work, backup, restore."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from lms import config
from lms.core import clock
from lms.core.command import fail, needs_app

SELDOM = 50_000
"""Setting up makes millions of objects that live on: looking for circles among them as often as Python does costs a tenth of its time."""


def _settings() -> config.Settings:
    try:
        return config.load()
    except config.SettingsError as error:
        fail(str(error))
        raise


@click.command(epilog="Example:  lms setup --sample")
@click.option("--sample", is_flag=True, help="Add an invented county with a year of history, marked as sample on every page.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed makes another county; the same seed the same one.")
def setup(sample: bool, seed: int) -> None:
    """Create or upgrade the instance: database, framework, positions, courses, assessments."""
    from lms.operations import setup as steps

    steps.prepare_instance(_settings())
    _setup_database(sample, seed)


@needs_app
def _setup_database(sample: bool, seed: int) -> None:
    from lms.operations import setup as steps

    gc.set_threshold(SELDOM)
    now = clock.now()
    steps.upgrade_database()
    for line in [*steps.load_content(now), *steps.renew_estimates(now)]:
        click.echo(line)
    if sample:
        from lms.operations import sample as county

        for line in county.make(seed=seed, now=now):
            click.echo(line)
    code = steps.first_administrator(now)
    click.echo(f"The instance is ready in {steps.settings().instance}.")
    if code:
        click.echo(f"First administrator: sign in as {code.login}; one-time code {code.code} (enter it at /activate, valid until {code.expires_at:%Y-%m-%d}).")
    click.echo("Next: lms serve")


@click.command(epilog="Example:  lms serve --host :: --port 8000 --workers 2")
@click.option("--host", help="Address to listen on; :: is all of IPv6 and IPv4. Default: the setting host (127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: the setting port (8000).")
@click.option("--workers", type=click.IntRange(1, 64), help="Web worker processes. Default: the setting workers (2).")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the platform, with its job worker beside it."""
    from lms.core.db import Database
    from lms.operations import migrate
    from lms.operations.sample_cast import sample_accounts
    from lms.operations.serve import run

    settings = _settings()
    host, port = host or settings.host, port or settings.port
    try:
        settings.key  # noqa: B018 (raises a readable error before anything starts)
    except config.SettingsError as error:
        fail(str(error))
    database = Database(settings.url)
    if not migrate.is_current(database):
        fail("The database is not up to date: run `lms setup` first.")
    lines = sample_accounts(database)
    database.engine.dispose()
    shown = "127.0.0.1" if host in ("::", "0.0.0.0") else host  # noqa: S104
    for line in lines:
        click.echo(line)
    click.echo(f"Serving on http://{shown}:{port}/  (stop with Ctrl+C)")
    run(settings, host=host, port=port, workers=workers or settings.workers)


@click.command(epilog="Example:  lms work")
def work() -> None:
    """Run background jobs (imports, snapshots); `lms serve` starts this by itself."""
    from lms.app import create_app
    from lms.operations.work import run

    run(create_app(_settings()))


@click.command(epilog="Example:  lms backup /srv/backup/lms-2026-11-23.tar.gz")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent copy of the instance to FILE, while it serves."""
    from lms.operations.backup import make_backup

    _run_backup(make_backup, file)


@click.command(epilog="Example:  LMS_INSTANCE=/srv/new lms restore /srv/backup/lms-2026-11-23.tar.gz")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Make a new instance from FILE; refuses to overwrite one."""
    from lms.operations.backup import restore_backup

    _run_backup(restore_backup, file)


def _run_backup(function: object, file: Path) -> None:
    from lms.core.errors import LmsError

    try:
        click.echo(function(_settings(), file))  # type: ignore[operator]
    except LmsError as error:
        fail(str(error), error.details)
