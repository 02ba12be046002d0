"""The command that lets time pass in a sample county."""

from __future__ import annotations

import click

from lms.core.command import needs_app


@click.group()
def sample() -> None:
    """Try things out in the sample county."""


@sample.command(epilog="Example:  lms sample advance --days 92")
@click.option("--days", type=click.IntRange(1, 366), default=92, show_default=True, help="How far the county's clock moves on; it never moves back.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed lets other people do what they were assigned.")
@needs_app
def advance(days: int, seed: int) -> None:
    """Let time pass: people do what they were assigned, or don't, and each week has its nightly work.

    Only in an instance made by `lms setup --sample`. A server that is running goes along within seconds; people sign in again.
    """
    from lms.operations import sample_quarter

    for line in sample_quarter.advance(days=days, seed=seed):
        click.echo(line)
