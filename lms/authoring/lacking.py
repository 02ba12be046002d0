"""Which texts of a draft's file lack one of the two languages, question by question. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Lack:
    """A text without ``language``: the field it belongs to, and in a list or mapping of several the name of the entry."""

    language: str
    field: str
    entry: str = ""


def lacks(data: Any) -> list[Lack]:
    """Every text in ``data`` (an item, a head) that lacks a language or both, in the file's order."""
    return [Lack(language, str(keys[0]), str(keys[1]) if len(keys) > 1 else "") for keys, language in _walk(data, ())]


def _walk(data: Any, keys: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(data, Mapping):
        if keys and any(language in data for language in LANGUAGES):
            yield from ((keys, language) for language in LANGUAGES if not _said(data, language))
        for key, value in data.items():
            yield from _walk(value, (*keys, key))
    elif isinstance(data, list):
        for number, value in enumerate(data, 1):
            yield from _walk(value, (*keys, _name(value) or number))


def _said(data: Mapping[str, Any], language: str) -> bool:
    """Text, or a number such as the length of the longest answer."""
    return isinstance(data.get(language), int) or isinstance(data.get(language), str) and bool(data[language].strip())


def _name(entry: Any) -> str:
    return str(entry.get("key") or entry.get("id") or "") if isinstance(entry, Mapping) else ""


def ranges(names: Sequence[str]) -> list[str]:
    """Names in a row as ranges: a, b, c, e gives a–c, e. Only single letters and whole numbers follow one another."""
    runs: list[list[str]] = []
    for name in dict.fromkeys(names):
        if runs and _next(runs[-1][-1]) == name:
            runs[-1].append(name)
        else:
            runs.append([name])
    return [text for run in runs for text in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else run)]


def _next(name: str) -> str:
    return str(int(name) + 1) if name.isdecimal() else chr(ord(name) + 1) if len(name) == 1 and name.isascii() and name.isalpha() else ""
