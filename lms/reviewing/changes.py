"""Two states of a course as files (pure): which files differ, how much, which items, and which fields of an item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lms.core import comparison, yamlfile

Files = Mapping[str, bytes]
PICTURES = "assets/"
BANK = "bank.yaml"
HEAD = "course.yaml"
TWIN = re.compile(r"\.(zh|en)\.md\Z")
TITLE = re.compile(r"^title: *([^{\n].*)$", re.M)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file in two states: ``state`` is new, removed, changed or same; ``characters``: how many were taken out and put in."""

    path: str
    state: str
    characters: int = 0

    @property
    def is_picture(self) -> bool:
        return self.path.startswith(PICTURES)


def files(old: Files, new: Files, *, count: bool = True) -> list[FileChange]:
    """Every file of either state, the head first, then lessons, questions, pictures."""
    return [_change(path, old.get(path), new.get(path), count) for path in sorted({*old, *new}, key=_place)]


def _place(path: str) -> tuple[int, str]:
    order = (HEAD, "lessons/", BANK, PICTURES)
    return next((n for n, begin in enumerate(order) if path.startswith(begin)), len(order)), path


def _change(path: str, old: bytes | None, new: bytes | None, count: bool) -> FileChange:
    if old == new:
        return FileChange(path, "same")
    state = "new" if old is None else "removed" if new is None else "changed"
    counted = 0 if path.startswith(PICTURES) or not count else comparison.characters(text_of(old), text_of(new))
    return FileChange(path, state, counted)


def title_of(content: bytes | None) -> str:
    """The title in a lesson's front matter, '' for other files."""
    match = TITLE.search(text_of(content)[:2000])
    return match[1].strip("\"' ") if match else ""


def lesson_titles(files: Files, language: str) -> dict[str, str]:
    """The title of each lesson's file, in ``language`` (zh, en) as far as the lesson has one in it, else in its own; by path."""
    own = {path: title_of(content) for path, content in files.items() if path.startswith("lessons/")}
    return {path: own.get(TWIN.sub(f".{language}.md", path)) or title for path, title in own.items()}


def text_of(content: bytes | None) -> str:
    """A file as text; bytes that are none become marks."""
    return (content or b"").decode("utf-8", errors="replace")


def texts_of(files: Files) -> dict[str, str]:
    """The files of a state that are text, by path."""
    return {path: text_of(content) for path, content in files.items() if not path.startswith(PICTURES)}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an item: its place (``("options", "a", "zh")``) and its words."""

    place: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field in two states; ``spans`` mark what was taken out and put in."""

    place: tuple[str, ...]
    old: str | None
    new: str | None
    spans: tuple[comparison.Span, ...]

    @property
    def changed(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item in two states, field by field; ``state`` as of a file."""

    code: str
    state: str
    fields: tuple[FieldChange, ...]


def items_of(content: bytes | None) -> dict[str, dict[str, Any]]:
    """The items of a bank by their codes, in the file's order; empty for a file that can't be read."""
    data = yamlfile.parse(text_of(content), BANK).data
    rows = data.get("items") if isinstance(data, dict) else None
    return {str(row["id"]): row for row in rows if isinstance(row, dict) and row.get("id")} if isinstance(rows, list) else {}


def rest_of(content: bytes | None) -> dict[str, Any]:
    """What a bank says besides its items: blueprint, misconceptions, feedback."""
    data = yamlfile.parse(text_of(content), BANK).data
    return {key: value for key, value in data.items() if key != "items"} if isinstance(data, dict) else {}


def fields(item: Any, place: tuple[str, ...] = ()) -> Iterator[Field]:
    """The item as flat fields in the file's order; options and parts are called by their keys, so that moving one changes no other."""
    if isinstance(item, Mapping):
        for key, value in item.items():
            yield from fields(value, (*place, str(key)))
    elif isinstance(item, list) and any(isinstance(one, (Mapping, list)) for one in item):
        for number, one in enumerate(item, 1):
            name = str(one.get("key") or one.get("id") or number) if isinstance(one, Mapping) else str(number)
            yield from fields(one, (*place, name))
    elif isinstance(item, list):
        yield Field(place, ", ".join(map(str, item)))
    elif item is not None:
        yield Field(place, str(item))


def compare_items(old: Files, new: Files) -> list[ItemChange]:
    """Every item of either state, and as an item without code what the bank says besides them; in the new file's order."""
    before, after = items_of(old.get(BANK)), items_of(new.get(BANK))
    found = [compare_item(code, before.get(code), after.get(code)) for code in [*after, *(code for code in before if code not in after)]]
    rest = compare_item("", rest_of(old.get(BANK)), rest_of(new.get(BANK)))
    return [*([rest] if rest.state != "same" else []), *found]


def compare_item(code: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> ItemChange:
    """One item in two states."""
    before = {field.place: field.text for field in fields(old or {})}
    after = {field.place: field.text for field in fields(new or {})}
    places = [*after, *(place for place in before if place not in after)]
    rows = tuple(_field(place, before.get(place), after.get(place)) for place in places)
    state = "new" if not old else "removed" if not new else "changed" if any(row.changed for row in rows) else "same"
    return ItemChange(code, state, rows)


def _field(place: tuple[str, ...], old: str | None, new: str | None) -> FieldChange:
    if old == new:
        return FieldChange(place, old, new, (comparison.Span("same", new or ""),))
    return FieldChange(place, old, new, comparison.spans(old or "", new or ""))
