"""Assessment files on disk, together with the files they refer to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lms.assessments.checks import Report, examine
from lms.core import yamlfile
from lms.core.framework import content_root

NOT_BANKS = ("framework", "positions")


def bank_files(root: Path | None = None) -> list[Path]:
    """The assessment files of a content folder, by name."""
    folder = (root or content_root()) / "assessments"
    return sorted(path for path in folder.glob("*.yaml") if path.stem not in NOT_BANKS)


def read(path: Path, *, name: str | None = None) -> Report:
    """Check a file against the framework, facts and course beside it; what is missing there comes from the project's own."""
    roots = (path.absolute().parent.parent, content_root())
    course_name = _plain(path).get("course")
    return examine(
        path,
        framework=_first(roots, "assessments/framework.yaml"),
        facts=_first(roots, "courses/facts.yaml"),
        course=_first(roots, f"courses/{course_name}/course.yaml") if isinstance(course_name, str) and "/" not in course_name else None,
        name=name,
    )


def _first(roots: tuple[Path, ...], name: str) -> dict[str, Any] | None:
    return next((found for root in roots if (found := _plain(root / name))), None)


def _plain(path: Path) -> dict[str, Any]:
    data = yamlfile.read(path).data if path.is_file() else None
    return data if isinstance(data, dict) else {}
