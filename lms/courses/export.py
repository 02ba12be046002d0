"""Write a stored revision back as a package: the very files that were loaded."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound, Refused
from lms.courses import source_queries
from lms.courses.models import Course, CourseRevision


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
    return [_write(folder / name, content) for name, content in source_queries.package_files(session, revision).items()]


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
