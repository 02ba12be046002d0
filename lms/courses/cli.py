"""`lms courses`: check, format, import and export packages."""

from importlib import import_module
from pathlib import Path

import click

from lms.access.actor import operator
from lms.core import clock
from lms.core.command import LazyGroup, fail, needs_app
from lms.core.db import database
from lms.core.framework import content_root


@click.group(cls=LazyGroup, lazy={})
def courses() -> None:
    """Check, format, load and hand on course packages."""


def _folder(package: str) -> Path:
    """The folder that PATH|SLUG names: a path as it is, a bare slug below the content's `courses/`."""
    path = Path(package)
    if not path.is_dir() and "/" not in package:
        path = content_root() / "courses" / package
    if not path.is_dir():
        fail(f"{package}: there is no such course folder")
    return path


def _shown(folder: Path) -> str:
    """The folder as the reader would type it from where they stand."""
    try:
        return folder.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return folder.as_posix()


def _assessment_check(context: click.Context):
    """The check for assessment files, which the `lms` command hands down: courses know nothing of assessments."""
    found = (context.find_root().obj or {}).get("check_assessment")
    if isinstance(found, str):
        module, _, name = found.partition(":")
        return getattr(import_module(module), name)
    return found


@courses.command(epilog="Example:  lms courses check courses/internet-and-governance")
@click.argument("packages", nargs=-1, required=True, metavar="PATH|SLUG…")
@click.pass_context
def check(context: click.Context, packages: tuple[str, ...]) -> None:
    """Report every error with file, line and cure; exit 1 if there is one."""
    from lms.courses import checks, surroundings

    faulty = 0
    for package in packages:
        folder = _folder(package)
        around = surroundings.read_surroundings(surroundings.root_of(folder))
        today = clock.now().date()
        report = checks.check(folder, around, today=today, name=_shown(folder), assessment=_assessment_check(context))
        _print_report(_shown(folder), report)
        faulty += bool(report.errors)
    if faulty:
        raise SystemExit(1)


def _print_report(name: str, report) -> None:
    for problem in report.errors:
        click.echo(f"error: {problem}")
    for problem in report.warnings:
        click.echo(f"warning: {problem}")
    for problem in report.advice:
        click.echo(f"advice: {problem}")
    if report.errors:
        click.echo(f"{name}: {_count(len(report.errors), 'error')}, {_count(len(report.warnings), 'warning')}")
        return
    from lms.courses.package import content_hash

    state = "provisional: nobody has reviewed it" if report.package.provisional else str(report.package.meta.status)
    click.echo(f"{name}: no errors, {_count(len(report.warnings), 'warning')}; version {report.package.meta.version} ({state})")
    click.echo(f"sha256 {content_hash(report.package)}")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


@courses.command("format", epilog="Example:  lms courses format --check courses/internet-and-governance")
@click.argument("packages", nargs=-1, required=True, metavar="PATH|SLUG…")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
def format_(packages: tuple[str, ...], only_check: bool) -> None:
    """Bring files into their canonical form. Comments and values stay."""
    changed = [name for package in packages for name in _format_folder(_folder(package), write=not only_check)]
    for name in changed:
        click.echo(f"{'would change' if only_check else 'changed'}: {name}")
    if only_check and changed:
        raise SystemExit(1)
    if not changed:
        click.echo("every file is in its canonical form")


def _format_folder(folder: Path, *, write: bool) -> list[str]:
    from lms.courses.canonical import COURSE_KEYS, format_lesson, format_yaml

    changed = []
    for path in [folder / "course.yaml", *sorted((folder / "lessons").glob("*.md"))]:
        try:
            before = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            fail(f"{_shown(path)}: it can't be read as UTF-8; run `lms courses check`")
        after = format_lesson(before) if path.suffix == ".md" else format_yaml(before, COURSE_KEYS)
        if after != before:
            changed.append(_shown(path))
            if write:
                path.write_bytes(after.encode("utf-8"))
    return changed


@courses.command(epilog="Example:  lms courses samples --count 3 --seed 11")
@click.option("--seed", type=int, default=7, show_default=True, help="Another number picks other lessons.")
@click.option("--count", type=click.IntRange(1, 100), default=5, show_default=True)
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Content folder; the project's own if not given.")
def samples(seed: int, count: int, root: Path | None) -> None:
    """Print lessons picked at random as Markdown, both languages side by side (for a page two folders below the content)."""
    from lms.courses import samples as sampling
    from lms.courses.reading import read_draft

    folders = sorted(path.parent for path in ((root or content_root()) / "courses").glob("*/course.yaml"))
    pairs = [pair for folder in folders for pair in sampling.pairs_of(read_draft(folder), f"../../courses/{folder.name}")]
    for pair in sampling.pick(pairs, seed=seed, count=count):
        click.echo("\n".join(sampling.side_by_side(pair)) + "\n")


@courses.command("import", epilog="Example:  lms courses import courses/internet-and-governance")
@click.argument("packages", nargs=-1, required=True, metavar="PATH|SLUG…")
@click.pass_context
@needs_app
def import_(context: click.Context, packages: tuple[str, ...]) -> None:
    """Load packages; all of them, or none if one has an error."""
    from lms.courses import content

    folders = [_folder(package) for package in packages]
    with database().writing() as session:
        found = content.load_folders(session, folders, actor=operator(), now=clock.now(), assessment=_assessment_check(context))
        lines = [content.say(loaded) for loaded in found]
    for line in lines:
        click.echo(line)


@courses.command("export", epilog="Example:  lms courses export internet-and-governance --out handed-on")
@click.argument("slug")
@click.option("--version", help="The version to write; the current one if not given.")
@click.option("--out", type=click.Path(path_type=Path), help="The folder to make; SLUG in the current folder if not given.")
@needs_app
def export_(slug: str, version: str | None, out: Path | None) -> None:
    """Write a loaded course back as a package folder."""
    from lms.courses import export

    with database().reading() as session:
        revision = export.find_revision(session, slug, version)
        written = export.write_package(session, revision, out or Path(slug))
        click.echo(f"{slug} {revision.version}: {len(written)} files in {out or slug} (sha256 {revision.hash})")
