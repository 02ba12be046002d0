"""Two languages: codes, choice of the current one, and values that exist in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import flask_babel
from flask import g

LANGUAGES = ("zh-Hans", "en")
DEFAULT = "zh-Hans"
LOCALES = {"zh-Hans": "zh_Hans_CN", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in both languages; never one without the other."""

    zh: str
    en: str

    def __str__(self) -> str:
        return pick(self)


def language() -> str:
    """The language of the current request, else the default."""
    try:
        return g.language  # asked for every text of a page: one look-up, not three
    except (AttributeError, RuntimeError):  # before the request is identified, or outside of any
        return DEFAULT


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Write in ``lang`` for a while, whatever the language of the request or of the background work: documents have their own."""
    before = g.get("language")
    g.language = lang
    flask_babel.refresh()
    try:
        yield
    finally:
        if before is None:
            g.pop("language", None)
        else:
            g.language = before
        flask_babel.refresh()


def pick(value: object, lang: str | None = None) -> str:
    """The text of ``value`` (a :class:`Bilingual`, a ``{zh, en}`` mapping or plain text) in ``lang``; of a mapping that lacks it, the other one."""
    key = "en" if (lang or language()) == "en" else "zh"
    if isinstance(value, Mapping):
        return str(value.get(key) or value.get("zh") or value.get("en") or "")
    if hasattr(value, key):
        return str(getattr(value, key))
    return "" if value is None else str(value)


def enumerated(names: Iterable[str]) -> str:
    """Names in a row, with the mark of the current language between them."""
    return (", " if language() == "en" else "、").join(names)


def column(name: str, lang: str | None = None) -> str:
    """The column that holds ``name`` in ``lang``: ``column("title", "en") == "title_en"``."""
    return f"{name}_en" if (lang or language()) == "en" else f"{name}_zh"
