"""Notices in words: each capability names its kinds of notices, ``wiring`` connects them, the reader's language decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

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
    """The notice in the current language; a kind that this version no longer knows says so instead of hiding the list."""
    writer = _writers.get(kind)
    return writer(facts) if writer else Words(_("A notice of an earlier version"), _("This version no longer knows what it said. Your record still holds it."))


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as pages show it."""

    id: int
    at: datetime
    read: bool
    words: Words


def told(notice: Any) -> Told:
    """A stored notice in the current language."""
    return Told(notice.id, notice.at, notice.read_at is not None, words(notice.kind, notice.facts))
