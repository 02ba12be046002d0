"""Write a stored revision back as a package, whose identity is the revision's own."""

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound, Refused
from lms.courses.models import Course, CourseAsset, CourseRevision
from lms.courses.package import LANGUAGES, SUFFIXES


def find_revision(session: Session, slug: str, version: str | None) -> CourseRevision:
    """The named version of a course, or its current one. Raises NotFound."""
    query = select(CourseRevision).join(Course, Course.id == CourseRevision.course_id).where(Course.slug == slug)
    wanted = CourseRevision.version == version if version else CourseRevision.id == Course.current_revision_id
    revision = session.scalar(query.where(wanted))
    if revision is None:
        raise NotFound(f"no such course revision: {slug} {version or ''}".strip())
    return revision


def write_package(session: Session, revision: CourseRevision, folder: Path) -> list[Path]:
    """Write the revision's files into `folder`, which must not exist yet; returns the files written."""
    if folder.exists():
        raise Refused(f"{folder} exists already")
    (folder / "lessons").mkdir(parents=True)
    files = {"course.yaml": _yaml(revision.meta)}
    for lesson in revision.lessons:
        for language in LANGUAGES:
            part = lesson.meta[SUFFIXES[language]]
            files[f"lessons/{lesson.slug}.{SUFFIXES[language]}.md"] = f"---\n{_yaml(part['front'])}---\n\n{part['body']}"
    written = [_write(folder / name, text.encode()) for name, text in files.items()]
    for asset in session.scalars(select(CourseAsset).where(CourseAsset.revision_id == revision.id)):
        (folder / "assets").mkdir(exist_ok=True)
        written.append(_write(folder / "assets" / asset.name, asset.content))
    return written


def _yaml(data: dict[str, Any]) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
