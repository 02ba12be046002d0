"""The lessons of a course as `course.yaml` lists them, and what a change of their list means for all files. Pure: texts in, texts out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lms.authoring.blank import new_lesson
from lms.authoring.yaml_style import Style
from lms.authoring.yaml_text import Text, Unreadable

STYLE = Style(order=("id", "file", "hours"))
STEM = re.compile(r"\d{2}(-[a-z0-9]+)+\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """One lesson of the list: its id (C50-L1), the name of its files, its class hours."""

    id: str
    file: str
    hours: int

    @property
    def paths(self) -> tuple[str, str]:
        return tuple(f"lessons/{self.file}.{suffix}.md" for suffix in ("zh", "en"))  # type: ignore[return-value]


def lines(course: str) -> list[Line]:
    """The lessons in order; what is misshapen is left out. Raises Unreadable."""
    found = Text(course, STYLE).data("lessons")
    entries = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [Line(str(one.get("id", "")), str(one["file"]), _hours(one)) for one in entries if isinstance(one.get("file"), str)]


def _hours(entry: Mapping[str, Any]) -> int:
    return entry["hours"] if isinstance(entry.get("hours"), int) else 1


def added(files: Mapping[str, str], *, name: str, title_zh: str, title_en: str, today: date) -> dict[str, str]:
    """The files that change when a lesson is added at the end; ``name`` (the-well) becomes part of its address. Raises Unreadable."""
    code, known = str(Text(files["course.yaml"], STYLE).data("code")), lines(files["course.yaml"])
    number = max([int(line.file[:2]) for line in known if line.file[:2].isdigit()], default=0) + 1
    line = Line(f"{code}-L{len(known) + 1}", f"{number:02d}-{name}", 1)
    if not STEM.match(line.file) or any(one.file == line.file for one in known):
        raise Unreadable(line.file)
    texts = {"zh": new_lesson(line.id, title_zh, "zh", today), "en": new_lesson(line.id, title_en, "en", today)}
    return {"course.yaml": _listed(files["course.yaml"], [*known, line]), **dict(zip(line.paths, texts.values()))}


def arranged(files: Mapping[str, str], stems: Sequence[str]) -> dict[str, str]:
    """The files that change when the lessons stand in the order ``stems``; those it leaves out are taken off the list.

    Lessons are numbered in order, so ids change with their place, in lessons, links and questions alike. Raises Unreadable.
    """
    known = {line.file: line for line in lines(files["course.yaml"])}
    code = str(Text(files["course.yaml"], STYLE).data("code"))
    wanted = [replace(known[stem], id=f"{code}-L{place}") for place, stem in enumerate(stems, start=1)]
    ids = {known[line.file].id: line.id for line in wanted if known[line.file].id != line.id}
    changed = {path: _renumbered(text, ids) for path, text in files.items() if path != "course.yaml"} if ids else {}
    changed["course.yaml"] = _listed(files["course.yaml"], wanted)
    return {path: text for path, text in changed.items() if text != files[path]}


def with_hours(course: str, stem: str, hours: int) -> str:
    """``course.yaml`` with other hours for one lesson. Raises Unreadable."""
    return _listed(course, [replace(line, hours=hours) if line.file == stem else line for line in lines(course)])


def _renumbered(text: str, ids: Mapping[str, str]) -> str:
    return re.sub(r"\bC\d{2,3}-L\d{1,2}\b", lambda found: ids.get(found[0], found[0]), text)


def _listed(course: str, wanted: Sequence[Line]) -> str:
    """The list written anew, and the course's hours by as much more or less as its lessons have."""
    head = Text(course, STYLE)
    hours = head.data("hours")
    more = sum(line.hours for line in wanted) - sum(line.hours for line in lines(course))
    known = {entry["file"]: entry for entry in head.data("lessons") or [] if isinstance(entry, dict) and "file" in entry}
    entries = [known.get(line.file, {}) | {"id": line.id, "file": line.file, "hours": line.hours} for line in wanted]
    text = head.with_value(("lessons",), entries)
    return Text(text, STYLE).with_value(("hours",), hours + more) if more and isinstance(hours, int) else text
