"""What is wrong with a file of work samples: every fault with its line and its cure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.core import yamlfile
from lms.core.framework import content_root
from lms.core.problems import Problem
from lms.core.schema import validate
from lms.portfolio.package import WorkSamples

Fault = tuple[tuple[str | int, ...], str, str]
"""(keys of the place, what, cure)."""

FILE = "work-samples"
_LEVEL_OF = {"work_sample": 4, "panel": 5}


@dataclass(frozen=True)
class Report:
    """What reading the file gave: the tasks (None when anything is wrong) and its problems."""

    tasks: WorkSamples | None
    problems: list[Problem]

    @property
    def said(self) -> str:
        """What a faultless file holds."""
        return f"{len(self.tasks.tasks)} tasks" if self.tasks else ""


def read(path: Path, *, name: str | None = None) -> Report:
    """Check a file of work samples against the framework beside it, else the project's own."""
    beside = path.absolute().parent / "framework.yaml"
    framework = yamlfile.read(beside if beside.is_file() else content_root() / "assessments" / "framework.yaml").data
    return examine(path, framework=framework if isinstance(framework, Mapping) else {}, name=name)


def examine(path: Path, *, framework: Mapping[str, Any], name: str | None = None) -> Report:
    """As ``read``, against plain framework data."""
    document = yamlfile.read(path, name=name)
    tasks = validate(WorkSamples, document)
    if isinstance(document.data, Mapping):
        for keys, what, cure in _rules(document.data, framework):
            document.problems.append(Problem(document.file, document.line(*keys), what, cure))
    problems = sorted(set(document.problems), key=lambda one: (one.line, one.what))
    return Report(None if problems else tasks, problems)


def _rules(data: Mapping[str, Any], framework: Mapping[str, Any]) -> Iterator[Fault]:
    """Looks at the plain data, so that a fault of the shape does not hide these."""
    in_use = f"{framework.get('id')}@{framework.get('version')}"
    if framework and data.get("framework") not in (None, in_use):
        yield ("framework",), f"The framework is {data['framework']}, but the one in use is {in_use}", "Check the tasks against it and name it."
    codes = {row.get("code") for row in framework.get("competencies", ())}
    seen: set[Any] = set()
    tasks = data.get("tasks")
    for number, task in enumerate(tasks if isinstance(tasks, list) else ()):
        for keys, what, cure in _task(task, codes, seen) if isinstance(task, Mapping) else ():
            yield ("tasks", number, *keys), what, cure


def _task(task: Mapping[str, Any], codes: set[Any], seen: set[Any]) -> Iterator[Fault]:
    code, level, kind, name = (task.get(key) for key in ("competency", "level", "kind", "id"))
    if codes and isinstance(code, str) and code not in codes:
        yield ("competency",), f"The framework has no competency {code}", "Use one of its codes."
    if name in seen:
        yield ("id",), f"The id {name} stands twice", "Give every task an id of its own."
    seen.add(str(name))
    if kind in _LEVEL_OF and level in (4, 5) and _LEVEL_OF[kind] != level:
        yield ("kind",), f"A task of level {level} can't be a {kind}", "Level 4 is shown by a work_sample, level 5 by results before a panel."
