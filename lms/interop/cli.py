"""What ``lms assessments import --format …`` and ``export --format moodle`` do for banks of other systems."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from lms.core.command import fail
from lms.core.errors import LmsError
from lms.interop import folder


def carry_in(file: Path, *, form: str, out: Path, course: str | None, language: str | None) -> None:
    """Read a foreign file into a draft bank under ``out``; print and keep the report. Exit 1 if it is refused."""
    from lms.core import framework
    from lms.interop import reading

    try:
        outcome = reading.read(file.read_bytes(), file.name, form=form, language=language)
        if not outcome.items:
            fail(f"{file.name}: no question could be carried; nothing was written", folder.report_lines(outcome, file.name))
        used = framework.read()
        name = folder.bank_name(file.name)
        text = folder.bank_text(outcome, course=course or name, framework=f"{used.id}@{used.version}")
        path = folder.write(out, name, text, outcome.pictures)
    except LmsError as error:
        fail(str(error), error.details)
    lines = folder.report_lines(outcome, file.name)
    problems = [f"check: {problem}" for problem in _problems(path)]
    (out / "report.txt").write_text("\n".join([*lines, *problems]) + "\n", encoding="utf-8")
    for line in lines:
        click.echo(line)
    click.echo(f"{path}: {len(outcome.items)} drafts with {len(problems)} places to fill in or correct; lms assessments check {path} names them")


def _problems(path: Path) -> list[Any]:
    """What the check of banks still asks for."""
    module, attribute = click.get_current_context().find_root().obj["read_bank"].split(":")
    return getattr(import_module(module), attribute)(path, name=path.name).problems


def moodle_xml(bank: Mapping[str, Any]) -> bytes:
    """A bank's plain data as Moodle XML."""
    from lms.interop import moodle_export

    return moodle_export.document(bank)
