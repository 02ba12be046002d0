"""Notices in words: each capability names its kinds of notices, ``wiring`` connects them, the reader's language decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice says: a title, a sentence or two, and where to read on (empty: nowhere)."""

    title: str
    text: str
    url: str = ""
    action: str = ""


Writer = Callable[[Facts], Words]

_writers: dict[str, Writer] = {}


def connect(writers: Mapping[str, Writer]) -> None:
    """Name who puts which kind of notice into words; called once, by ``wiring``."""
    _writers.clear()
    _writers.update(writers)


def words(kind: str, facts: Facts) -> Words:
    """The notice in the current language. Raises KeyError for a kind nobody knows."""
    return _writers[kind](facts)
