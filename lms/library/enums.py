"""Words of the shared library."""

from __future__ import annotations

import enum


class EntryKind(enum.StrEnum):
    """What is shared."""

    CASE = "case"
    SLIDES = "slides"
    BANK = "bank"
    OTHER = "other"


class EntryState(enum.StrEnum):
    """Whether an entry is offered."""

    SHARED = "shared"
    WITHDRAWN = "withdrawn"


class Place(enum.StrEnum):
    """Where an entry is used."""

    DRAFT = "draft"
    COURSE = "course"
    OTHER = "other"
