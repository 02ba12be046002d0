"""Bring the packages of a content folder into the database: all of them or none."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lms.access.actor import Actor, operator
from lms.core.errors import Invalid, Refused
from lms.core.framework import content_root
from lms.courses.checks import AssessmentCheck, Report, check
from lms.courses.loading import Loaded, live_revision, load_package, older
from lms.courses.surroundings import Surroundings, read_surroundings, root_of


def load(session: Session, now: datetime) -> Iterable[str]:
    """Load every course of the project's content that has changed. Raises Invalid listing every fault of every package.

    A file that is older than what is live, or that can't follow what was released on this installation, is left alone.
    """
    folders = sorted(path.parent for path in (content_root() / "courses").glob("*/course.yaml"))
    actor = operator("setup")
    for report in _checked(folders, now, None):
        yield _follow(session, report, actor, now)


def load_folders(
    session: Session, folders: Sequence[Path], *, actor: Actor, now: datetime, assessment: AssessmentCheck | None = None
) -> list[Loaded]:
    """Check all packages, then load all of them. Raises Invalid with every fault before anything is written."""
    return [_load(session, report, actor, now) for report in _checked(folders, now, assessment)]


def _checked(folders: Sequence[Path], now: datetime, assessment: AssessmentCheck | None) -> list[Report]:
    roots = {folder: root_of(folder) for folder in folders}
    around = {root: read_surroundings(root) for root in set(roots.values())}
    reports = [_check(folder, around[root], now, assessment) for folder, root in roots.items()]
    errors = [problem for report in reports for problem in report.errors]
    if errors:
        # A line for the operator, in English like every message about files.
        raise Invalid(f"nothing loaded: {len(errors)} errors", details=errors)
    return reports


def _follow(session: Session, report: Report, actor: Actor, now: datetime) -> str:
    """One line for the operator: loaded, unchanged, or left alone because another revision is live here."""
    assert report.package is not None
    meta = report.package.meta
    live = live_revision(session, meta.slug, meta.code)
    try:
        with session.begin_nested():
            loaded = _load(session, report, actor, now)
    except Refused as refused:
        if live is None or not (live.review_ref or older(meta.version, live.version)):
            raise
        return f"course {meta.slug} {meta.version}: left alone, {live.course.slug} {live.version} is live ({refused})"
    if not loaded.new and live is not None and live.id != loaded.revision.id:
        return f"course {meta.slug} {meta.version}: left alone, {live.version} is live"
    return say(loaded)


def _check(folder: Path, around: Surroundings, now: datetime, assessment: AssessmentCheck | None) -> Report:
    return check(folder, around, today=now.date(), name=f"courses/{folder.name}", assessment=assessment)


def _load(session: Session, report: Report, actor: Actor, now: datetime) -> Loaded:
    assert report.package is not None
    return load_package(session, report.package, actor=actor, now=now, overdue=bool(report.warnings))


def say(loaded: Loaded) -> str:
    """One line for the operator."""
    revision = loaded.revision
    what = "loaded" if loaded.new else "unchanged"
    mark = ", provisional" if revision.provisional else ""
    return f"course {revision.course.slug} {revision.version}: {what}{mark} ({revision.hash[:12]})"
