"""A stored revision as the files of its package."""

from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import CourseAsset, CourseRevision, CourseSource
from lms.courses.package import LANGUAGES, SUFFIXES


def package_files(session: Session, revision: CourseRevision) -> dict[str, bytes]:
    """Path in the package -> content: byte for byte what was loaded; of a revision from before texts were kept, written from its parts.

    The item bank is no part of it; see ``lms.assessments.source_queries``.
    """
    texts = select(CourseSource.path, CourseSource.content).where(CourseSource.revision_id == revision.id).order_by(CourseSource.path)
    files = {path: bytes(content) for path, content in session.execute(texts)} or _written(revision)
    pictures = select(CourseAsset.name, CourseAsset.content).where(CourseAsset.revision_id == revision.id).order_by(CourseAsset.name)
    return files | {f"assets/{name}": bytes(content) for name, content in session.execute(pictures)}


def _written(revision: CourseRevision) -> dict[str, bytes]:
    files = {"course.yaml": _yaml(revision.meta)}
    for lesson in revision.lessons:
        for language in LANGUAGES:
            part = lesson.meta[SUFFIXES[language]]
            files[f"lessons/{lesson.slug}.{SUFFIXES[language]}.md"] = f"---\n{_yaml(part['front'])}---\n\n{part['body']}"
    return {name: text.encode() for name, text in files.items()}


def _yaml(data: dict[str, Any]) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
