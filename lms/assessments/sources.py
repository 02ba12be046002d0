"""Assessment files on disk, together with the files they refer to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from lms.assessments.checks import Report, examine_document, surroundings
from lms.assessments.coverage import Plan
from lms.core import yamlfile
from lms.core.framework import content_root

NOT_OURS = {"work-samples": "check_work_samples", "hours-rules": "check_hours_rules"}
"""Files of rooms above, and under which name the command is told who checks them."""
NOT_BANKS = ("framework", "positions", "assignments", *NOT_OURS)


def bank_files(root: Path | None = None) -> list[Path]:
    """The assessment files of a content folder, by name."""
    folder = (root or content_root()) / "assessments"
    return sorted(path for path in folder.glob("*.yaml") if path.stem not in NOT_BANKS)


def read(path: Path, *, name: str | None = None) -> Report:
    """Check a file against the framework, facts and course beside it; what is missing there comes from the project's own."""
    roots = (path.absolute().parent.parent, content_root())
    document = yamlfile.read(path, name=name)
    course_name = document.data.get("course") if isinstance(document.data, dict) else None
    around = surroundings(
        framework=_first(roots, "assessments/framework.yaml"),
        facts=_first(roots, "courses/facts.yaml"),
        course=_first(roots, f"courses/{course_name}/course.yaml") if isinstance(course_name, str) and "/" not in course_name else None,
    )
    return examine_document(document, around)


def course_version(path: Path) -> tuple[int, ...]:
    """The version of the course beside a bank's file, as numbers; () where there is none."""
    slug = _plain(path).get("course")
    course = _plain(path.absolute().parent.parent / "courses" / slug / "course.yaml") if isinstance(slug, str) and "/" not in slug else {}
    parts = str(course.get("version", "")).split(".")
    return tuple(map(int, parts)) if all(part.isdigit() for part in parts) else ()


def plans(root: Path | None = None) -> list[Plan]:
    """What each course of a content folder moves and which lesson serves it, by the courses' codes; what can't be read is left out."""
    folders = sorted(path.parent for path in ((root or content_root()) / "courses").glob("*/course.yaml"))
    return sorted((_plan(folder) for folder in folders), key=lambda plan: plan.code)


def _plan(folder: Path) -> Plan:
    course = _plain(folder / "course.yaml")
    moves = {move["c"]: (move["from"], move["to"]) for move in _maps(course.get("moves"), "c", "from", "to")}
    fronts = [_front(path) for path in sorted((folder / "lessons").glob("*.zh.md"))]
    serves = [(str(front.get("id")), one["c"], one["level"]) for front in fronts for one in _maps(front.get("serves"), "c", "level")]
    return Plan(str(course.get("code")), moves, serves)


def _maps(rows: Any, *keys: str) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict) and row.keys() >= set(keys)] if isinstance(rows, list) else []


def _front(path: Path) -> dict[str, Any]:
    """The front matter of a lesson."""
    parts = path.read_text(encoding="utf-8").split("\n---\n", 1)
    data = yamlfile.parse(parts[0].removeprefix("---\n"), path.name).data
    return data if isinstance(data, dict) else {}


def _first(roots: tuple[Path, ...], name: str) -> dict[str, Any] | None:
    return next((found for root in roots if (found := _plain(root / name))), None)


def _plain(path: Path) -> dict[str, Any]:
    """The data of a file, to be read only: what lies beside many banks is read once."""
    if not path.is_file():
        return {}
    status = path.stat()
    return _kept(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _kept(path: Path, changed: int, size: int) -> dict[str, Any]:
    data = yamlfile.read(path).data
    return data if isinstance(data, dict) else {}
