"""The head of a course (`course.yaml`) as a form. What the form leaves as it was keeps its bytes, comments and order included. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lms.authoring.item_form import LANGUAGES, Form, is_empty, number, shown
from lms.authoring.yaml_style import Style
from lms.authoring.yaml_text import Text, same

STYLE = Style(
    order=(
        "schema", "slug", "code", "version", "status", "default_language", "languages", "title", "summary", "audience", "hours", "prerequisites",
        "moves", "lessons", "assessment", "offline", "authors", "reviewers", "licence", "facts_file", "review_by", "glossary", "changelog",
        "c", "from", "to", "id", "file", "name", "org", "role", "date", "zh", "en",
    ),
    tall={"summary": 0},
    quoted=frozenset({"version", "date", "review_by"}),
    flat=frozenset({"authors", "reviewers"}),
)  # fmt: skip
TEXTS = ("title", "summary", "audience")
LINES = ("version", "licence", "review_by")
ROWS: dict[str, tuple[str, ...]] = {
    "moves": ("c", "from", "to"),
    "glossary": ("zh", "en"),
    "authors": ("name", "org.zh", "org.en", "role"),
    "changelog": ("version", "date", "zh", "en"),
}
"""The lists of the head, each with the fields of its rows."""
SHOWN = (*TEXTS, "hours", "prerequisites", *LINES, *ROWS)
_COMMAND = re.compile(r"(moves|glossary|authors|changelog):(add|remove|up|down)(?::(\d{1,3}))?")
_CODES = re.compile(r"[\s,;，；、]+")


def read(form: Form, old: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of the head as the form has them; a key that the form does not show is left out."""
    new: dict[str, Any] = {}
    for name in TEXTS:
        new[name] = _texts(form, name, old.get(name))
    for name in LINES:
        new[name] = _line(form, name, old.get(name))
    new["hours"] = number(_got(form, "hours"), old.get("hours"))
    codes = [code for code in _CODES.split(_got(form, "prerequisites").strip()) if code]
    new["prerequisites"] = codes
    for name, fields in ROWS.items():
        new[name] = _rows(form, name, fields, old.get(name))
    return {name: value for name, value in new.items() if value is not None or name in old}


def changed(text: str, new: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of ``new`` that say something else than the text; an empty value says as much as none."""
    now = Text(text, STYLE)
    values = {name: now.data(name) for name in new}
    return {name: value for name, value in new.items() if not same(value, values[name]) and not (is_empty(value) and is_empty(values[name]))}


def written(text: str, changes: Mapping[str, Any]) -> str:
    """The text with these keys changed. Raises Unreadable."""
    for name, value in changes.items():
        text = Text(text, STYLE).without((name,)) if value is None else Text(text, STYLE).with_value((name,), value)
    return text


def rearranged(form_data: Mapping[str, Any], command: str, *, today: str) -> dict[str, Any] | None:
    """The keys with one row added, taken out or moved; None where the button asks for something else."""
    found = _COMMAND.fullmatch(command)
    if not found:
        return None
    name, what, place = found[1], found[2], int(found[3] or 0)
    rows = list(form_data.get(name) or [])
    if what == "add":
        rows = [{"version": form_data.get("version") or "", "date": today, "zh": "", "en": ""}, *rows] if name == "changelog" else [*rows, dict(_BLANK[name])]
    elif place < len(rows):
        row = rows.pop(place)
        if what != "remove":
            rows.insert(max(0, place + (1 if what == "down" else -1)), row)
    return {**form_data, name: rows}


_BLANK: dict[str, dict[str, Any]] = {"moves": {"c": "", "from": 0, "to": 1}, "glossary": {"zh": "", "en": ""}, "authors": {"name": ""}}


def keys_of_lines(text: str) -> list[tuple[int, str]]:
    """Where each key of the head begins: line (from 1) and key, in the order of the text."""
    root = Text(text, STYLE).root
    return [(key.start_mark.line + 1, str(key.value)) for key, _ in root.value]


def key_at(text_keys: Sequence[tuple[int, str]], line: int) -> str:
    """The key to which a line belongs; empty for what stands above all of them."""
    return next((key for start, key in reversed(text_keys) if start <= line), "")


def _rows(form: Form, name: str, fields: Sequence[str], old: Any) -> list[dict[str, Any]]:
    """The rows of a list; one with nothing in it is no row. A row found again by its position keeps what the form does not show."""
    places = sorted({int(found[1]) for one in form if (found := re.match(rf"{name}\.(\d{{1,3}})\.", one))})
    before = [row for row in old if isinstance(row, Mapping)] if isinstance(old, list) else []
    rows = [_row(form, f"{name}.{place}.", fields, _was(form, name, place, before)) for place in places]
    return [row for row in rows if any(not is_empty(value) for key, value in row.items() if key not in ("from", "to"))]


def _was(form: Form, name: str, place: int, before: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The row that this one was made from: of the same name, code or version."""
    key = {"moves": "c", "glossary": "zh", "authors": "name", "changelog": "version"}[name]
    sent = _got(form, f"{name}.{place}.{key}").strip()
    return next((row for row in before if shown(row.get(key)) == sent), {})


def _row(form: Form, prefix: str, fields: Sequence[str], old: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(old)
    for field in fields:
        name, _, inside = field.partition(".")
        value = _got(form, prefix + field).strip()
        if inside:
            texts = {lang: _got(form, f"{prefix}{name}.{lang}").strip() for lang in LANGUAGES}
            _set(row, name, texts if any(texts.values()) else None)
        elif name in ("from", "to"):
            _set(row, name, number(value, old.get(name)))
        else:
            _set(row, name, old.get(name) if shown(old.get(name)) == value else value if value or name in ("zh", "en") else None)
    return row


def _set(row: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        row.pop(name, None)
    else:
        row[name] = value


def _texts(form: Form, name: str, old: Any) -> Any:
    before = old if isinstance(old, Mapping) else {}
    new = {lang: _clean(form, f"{name}.{lang}", before.get(lang)) for lang in LANGUAGES}
    return new if any(new.values()) or not is_empty(before) else old


def _clean(form: Form, name: str, old: Any) -> Any:
    sent = " ".join(_got(form, name).split())
    return old if old is not None and " ".join(shown(old).split()) == sent else sent


def _line(form: Form, name: str, old: Any) -> Any:
    sent = _got(form, name).strip()
    return old if old is not None and shown(old) == sent else sent or None


def _got(form: Form, name: str) -> str:
    return form.get(name) or ""
