"""``lms assessments`` and ``lms responses``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from lms.core import clock
from lms.core.command import LazyGroup, fail, needs_app
from lms.core.framework import content_root


@click.group(cls=LazyGroup, lazy={})
def assessments() -> None:
    """Check, load and hand on item banks."""


@click.group()
def responses() -> None:
    """Responses given elsewhere."""


def _file(name: str) -> Path:
    """The file that PATH|SLUG names: a path as it is, a bare slug in the content's ``assessments/``."""
    path = Path(name)
    if not path.is_file() and "/" not in name:
        path = content_root() / "assessments" / f"{name.removesuffix('.yaml')}.yaml"
    if not path.is_file():
        fail(f"{name}: there is no such assessment file")
    return path


@assessments.command(epilog="Example:  lms assessments check internet-and-governance")
@click.argument("files", nargs=-1, required=True, metavar="PATH|SLUG…")
def check(files: tuple[str, ...]) -> None:
    """Report every error with file, line and cure; exit 1 if there is one."""
    from lms.assessments import sources

    faulty = False
    for name in files:
        path = _file(name)
        if path.stem in sources.NOT_OURS:
            faulty = _check_elsewhere(sources.NOT_OURS[path.stem], path, name) or faulty
            continue
        report = sources.read(path, name=str(path) if path == Path(name) else f"assessments/{path.name}")
        for problem in report.problems:
            click.echo(f"error: {problem}")
        for problem in report.advice:
            click.echo(f"advice: {problem}")
        faulty = faulty or bool(report.problems)
        click.echo(_summary(name, report))
    if faulty:
        raise SystemExit(1)


def _check_elsewhere(check: str, path: Path, name: str) -> bool:
    """Check a file that belongs to a room above; whether it has faults."""
    report = _handed_down(check)(path, name=str(path) if path == Path(name) else f"assessments/{path.name}")
    for problem in report.problems:
        click.echo(f"error: {problem}")
    count = len(report.problems)
    click.echo(f"{name}: {count} {'error' if count == 1 else 'errors'}" if count else f"{name}: no errors; {report.said}")
    return bool(count)


def _summary(name: str, report) -> str:
    count = len(report.problems)
    if report.bank is None:
        return f"{name}: {count} {'error' if count == 1 else 'errors'}"
    return f"{name}: no errors; {len(report.bank.items)} items\nsha256 {report.bank.content_hash}"


@assessments.command(epilog="Example:  lms assessments coverage > coverage.md")
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Content folder; the project's own if not given.")
def coverage(root: Path | None) -> None:
    """Print competencies × levels × lessons × live items as Markdown; exit 1 if a cell that the plan fills is empty."""
    from lms.assessments import coverage as cover
    from lms.assessments import sources
    from lms.core import framework

    reports = [(path, sources.read(path)) for path in sources.bank_files(root)]
    for path, report in reports:
        if report.bank is None:
            click.echo(f"{path.name}: left out, it has {len(report.problems)} errors", err=True)
    cells = cover.coverage(sources.plans(root), [report.bank for _, report in reports if report.bank])
    for line in cover.tables(cells, {competency.code: competency.name.en for competency in framework.read().competencies}):
        click.echo(line)
    holes = [f"{code} L{level}: no {' and no '.join(cell.holes)}" for (code, level), cell in sorted(cells.items()) if cell.holes]
    if holes:
        fail(f"{len(holes)} cells of the plan are empty", holes)


@assessments.command("import")
@click.argument("files", nargs=-1, required=True, metavar="PATH|SLUG…")
@click.option("--format", "form", type=click.Choice(["package", "auto", "gift", "moodle", "aiken", "qti", "table"]), default="package",
              help="Format of FILE; 'package' (our own) is loaded, all others become drafts.")
@click.option("--out", type=click.Path(path_type=Path), help="New folder for the drafts, their pictures and the report.")
@click.option("--course", help="Slug of the course that the drafts belong to; the file's name if not given.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Language of texts that don't say theirs; found by their characters if not given.")
def import_(files: tuple[str, ...], form: str, out: Path | None, course: str | None, language: str | None) -> None:
    """Load item banks (all files or none), or turn a bank of another system into drafts.

    \b
    Load our own packages:
      lms assessments import internet-and-governance
    Turn a Moodle, GIFT, Aiken, QTI or table file into a draft bank:
      lms assessments import questions.xml --format auto --out drafts --course internet-and-governance
      lms assessments check drafts/questions.yaml

    A draft can't be loaded before level, kind of thinking, rationale and the second language are filled in.
    """
    if form == "package" and (out or course or language):
        raise click.UsageError("--out, --course and --language need --format: our own packages are loaded, not written.")
    if form == "package":
        _load(files)
        return
    if out is None or len(files) != 1 or not Path(files[0]).is_file():
        raise click.UsageError("A bank of another system needs one FILE that exists and --out FOLDER.")
    _handed_down("carry_in")(Path(files[0]), form=form, out=out, course=course, language=language)


@needs_app
def _load(files: tuple[str, ...]) -> None:
    from lms.access.actor import operator
    from lms.assessments import sources
    from lms.assessments.bank_actions import Origin, load_bank
    from lms.core.db import database

    reports = [(path, sources.read(path, name=str(path))) for path in map(_file, files)]
    problems = [problem for _, report in reports for problem in report.problems]
    if problems:
        fail(f"nothing loaded: {len(problems)} errors", problems)
    with database().writing() as session:
        loaded = [
            load_bank(session, actor=operator(), slug=path.stem, bank=report.bank, now=clock.now(), origin=Origin(path.read_bytes()))
            for path, report in reports
        ]
    for one in loaded:
        state = f"loaded, {one.new_revisions} new item revisions" if one.changed else "unchanged"
        click.echo(f"{one.slug}: {one.items} items, {state} ({one.hash[:12]})")


def _handed_down(name: str) -> Callable[..., Any]:
    """A function of a room above, by the name under which the command is told of it."""
    module, attribute = click.get_current_context().find_root().obj[name].split(":")
    return getattr(import_module(module), attribute)


@assessments.command("export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["package", "moodle"]), default="package", help="Our own file, or Moodle XML.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; without it, standard output.")
@needs_app
def export(slug: str, form: str, out: Path | None) -> None:
    """Write the current bank of SLUG as the very file that was loaded, or as Moodle XML.

    \b
      lms assessments export internet-and-governance --format moodle --out questions.xml
    """
    from lms.assessments import queries, source_queries
    from lms.core.db import database

    with database().reading() as session:
        data = queries.exported(session, slug)
        content = _handed_down("moodle_xml")(data) if form == "moodle" else source_queries.bank_file(session, slug)
    if out is None:
        click.echo(content, nl=False)
        return
    out.write_bytes(content)
    click.echo(f"{out}: {len(data['items'])} items")


@responses.command("import", epilog="Example:  lms responses import exam.csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--items", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Table of items known by numbers only: item,competency,a,b,c.")
@needs_app
def import_responses(file: Path, items: Path | None) -> None:
    """Append responses from a table: staff_no,item,answer|correct,answered_at,source. Everything or nothing."""
    from zoneinfo import ZoneInfo

    from flask import current_app

    from lms.access.actor import operator
    from lms.assessments import bank_actions, imports
    from lms.core.db import database
    from lms.core.sheets import read_table

    zone, now = ZoneInfo(current_app.config["SETTINGS"].time_zone), clock.now()
    with database().writing() as session:
        if items is not None:
            table = imports.read_items(read_table(items, items.name), items.name)
            new = bank_actions.load_plain_items(session, actor=operator(), items=table, source=items.name, now=now)
            click.echo(f"{items.name}: {len(table)} items, {new} new")
        done = imports.import_responses(session, actor=operator(), rows=read_table(file, file.name), file=file.name, zone=zone, now=now)
    click.echo(f"{file.name}: {done.new} responses imported, {done.known} known before; {len(done.pairs)} estimates replayed")
