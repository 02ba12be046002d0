"""The texts of a revision as they were written: an identity knows no comments and no order of keys, its authors do."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import CourseRevision, CourseSource


def keep(session: Session, revision: CourseRevision, texts: Mapping[str, bytes]) -> None:
    """Keep the texts with their revision. Loaded again, spelled otherwise but the same to every learner, the latest spelling stays."""
    kept = {one.path: one for one in session.scalars(select(CourseSource).where(CourseSource.revision_id == revision.id))}
    for path, content in texts.items():
        if path not in kept:
            session.add(CourseSource(revision_id=revision.id, path=path, content=content))
        elif kept[path].content != content:
            kept[path].content = content
    session.flush()
