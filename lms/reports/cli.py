"""``lms reports``: a unit's report from the command line, always of the published numbers."""

from __future__ import annotations

from pathlib import Path

import click

from lms.access import audit
from lms.access.actor import operator
from lms.core import clock
from lms.core.command import LazyGroup, fail, needs_app
from lms.core.db import database
from lms.core.i18n import LANGUAGES, speaking
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.reports.enums import Form


@click.group(cls=LazyGroup, lazy={})
def reports() -> None:
    """Reports on a unit's skills."""


@reports.command("make", epilog="Example:  lms reports make --unit 513399 --lang zh-Hans --out report.pdf")
@click.option("--unit", required=True, metavar="CODE", help="The unit.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="zh-Hans", show_default=True, help="The report's language.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path), help="The file to write.")
@click.option("--format", "form", type=click.Choice([str(form) for form in Form]), help="By the name of the file unless given.")
@needs_app
def make(unit: str, language: str, out: Path, form: str | None) -> None:
    """Write the newest published numbers of a unit, small groups hidden, as PDF or XLSX."""
    from lms.reports import content, jobs

    form, now = form or _form_of(out), clock.now()
    with database().writing() as session, speaking(language):
        found = people.unit_by_code(session, unit)
        skills = content.read(session, found, live=False, now=now)
        audit.record(session, actor=operator(), action=audit.Action.REPORT_MADE, subject=unit, now=now, form=form, language=language, live=False)
    if skills.view.as_of is None:
        fail("There is no snapshot yet. `lms gaps --unit CODE --refresh` takes one.")
    body = jobs.body_of(skills, content.Made("lms", now, live=False), form, language)
    out.write_bytes(body)
    click.echo(f"{out}: {len(body) // 1024} KB, numbers as of {today(skills.view.as_of)}.")


def _form_of(out: Path) -> str:
    """The format that the file's ending says; PDF otherwise."""
    return Form.XLSX if out.suffix.lower() == ".xlsx" else Form.PDF
