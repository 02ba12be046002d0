"""The head of a package as its release writes it (pure): only the places that a release decides are touched, comments stay."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from lms.core.errors import Invalid
from lms.courses.canonical import COURSE_KEYS, format_yaml

BUMPS = {"major": 0, "minor": 1, "patch": 2}


@dataclass(frozen=True, slots=True)
class ReviewedBy:
    """Who reviewed, in which capacity (``subject_expert``, ``practitioner``), when; ``org`` (zh, en) if they belong to one."""

    name: str
    role: str
    day: date
    org: tuple[str, str] | None = None

    def line(self) -> str:
        org = f", org: {{zh: {_quoted(self.org[0])}, en: {_quoted(self.org[1])}}}" if self.org else ""
        return f'- {{name: {_quoted(self.name)}{org}, role: {self.role}, date: "{self.day}"}}'


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the changelog."""

    version: str
    day: date
    zh: str
    en: str

    def line(self) -> str:
        return f'- {{version: "{self.version}", date: "{self.day}", zh: {_quoted(self.zh)}, en: {_quoted(self.en)}}}'


def next_version(live: str | None, written: str, change: str) -> str:
    """The version of a release: what the authors wrote if it is higher than what is live (or nothing is), else the next by ``change``
    (major, minor or patch)."""
    if live is None or _number(written) > _number(live):
        return written
    numbers, place = list(_number(live)), BUMPS[change]
    return ".".join(map(str, [*numbers[:place], numbers[place] + 1, *[0] * (2 - place)]))


def released(text: str, *, reviewers: Sequence[ReviewedBy], entry: Entry) -> str:
    """``course.yaml`` released: status, version, reviewers and changelog, in canonical form. Raises Invalid when the text can't be read."""
    before = _read(text)
    changelog = before.get("changelog")
    rows = changelog if isinstance(changelog, list) else []
    text = _scalar(_scalar(text, "status", "released"), "version", f'"{entry.version}"')
    text = _block(text, "reviewers", [one.line() for one in reviewers])
    if entry.version not in {str(row.get("version")) for row in rows if isinstance(row, dict)}:
        text = _logged(text, entry, rows)
    text = format_yaml(text, COURSE_KEYS)
    after = _read(text)
    touched = {"status", "version", "reviewers", "changelog"}
    if {key: after.get(key) for key in before if key not in touched} != {key: before[key] for key in before if key not in touched}:
        raise Invalid("course.yaml is written in a way that its release can't change; bring it into canonical form first")
    return text


def _logged(text: str, entry: Entry, rows: list[Any]) -> str:
    """The changelog with the entry at the end where the newest stands."""
    lines = _block_lines(text, "changelog")
    if not rows or len(lines) < 2:
        return _block(text, "changelog", [entry.line(), *(f"- {json.dumps(row, ensure_ascii=False, default=str)}" for row in rows)])
    versions = [_number(str(row.get("version", "0"))) for row in rows if isinstance(row, dict)]
    indent = re.match(r" *", next(line for line in lines[1:] if line.strip().startswith("-")))[0]  # type: ignore[index]
    new = f"{indent}{entry.line()}"
    body = [*lines[1:], new] if len(versions) > 1 and versions[0] < versions[-1] else [new, *lines[1:]]
    return _with_lines(text, "changelog", [lines[0], *body])


def _scalar(text: str, key: str, value: str) -> str:
    """A plain or quoted value on the key's own line; a remark behind it stays where it stands as far as there is room."""
    return re.sub(rf"^({key}:[ \t]*)([^\s#]+)(?:([ \t]+)(#.*))?.*$", lambda m: _put(m, value), text, count=1, flags=re.M)


def _put(match: re.Match[str], value: str) -> str:
    blanks, remark = match[3] or "", match[4] or ""
    return f"{match[1]}{value}{' ' * max(len(match[2]) + len(blanks) - len(value), 2)}{remark}" if remark else f"{match[1]}{value}"


def _block(text: str, key: str, rows: Sequence[str]) -> str:
    """The key with these rows instead of what stood there; a remark on its line stays."""
    lines = _block_lines(text, key)
    remark = re.search(r"[ \t]+#.*$", lines[0]) if lines else None
    head = f"{key}:{remark[0] if remark else ''}" if rows else f"{key}: []{remark[0] if remark else ''}"
    return _with_lines(text, key, [head, *rows])


def _block_lines(text: str, key: str) -> list[str]:
    """The lines of a top-level key with all that belongs to it."""
    match = re.search(rf"^{key}:.*(?:\n(?![A-Za-z_]\w*:|#).*)*", text, re.M)
    return match[0].rstrip("\n").split("\n") if match else []


def _with_lines(text: str, key: str, lines: Sequence[str]) -> str:
    old = _block_lines(text, key)
    new = "\n".join(lines)
    return text.replace("\n".join(old), new, 1) if old else f"{text.rstrip()}\n{new}\n"


def _read(text: str) -> dict[str, Any]:
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        data = None
    if not isinstance(data, dict):
        raise Invalid("course.yaml can't be read")
    return data


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")) if re.fullmatch(r"\d+\.\d+\.\d+", version) else (0, 0, 0)
