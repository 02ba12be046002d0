"""The home page is one window: every capability says what it has for a person today, this file puts it in order.

A capability offers ``home.py`` with a function ``(session, *, actor, now) -> Iterable[Step | Panel]`` and is named in
``wiring.home_sources``. Adding one changes no other.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

from lms.access.actor import Actor

_SOURCES = "lms.home_sources"


class Urgency(enum.IntEnum):
    """Why something stands where it stands among the next steps; the first becomes the one primary action."""

    RUNNING = 1
    """A quiz whose clock runs."""
    ASSIGNED = 2
    """Has a date by which others count on it."""
    CONTINUE = 3
    """Begun and not finished."""
    EVIDENCE = 4
    """Would settle what is unclear against the targets."""
    CARE = 5
    """Upkeep: people without codes, imports to look at."""
    START = 6
    """Nothing begun yet."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: ``title`` and ``why`` in a sentence each, ``action`` the words on the button."""

    urgency: Urgency
    title: str
    why: str
    action: str
    url: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Something to know: a part of the page with its own template, given ``data``. Lower ``order`` stands higher."""

    order: int
    heading: str
    template: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """What the page shows: the next step, the steps after it, and the panels."""

    first: Step | None
    steps: Sequence[Step]
    panels: Sequence[Panel]


Source = Callable[..., Iterable[Step | Panel]]


def connect(app: Flask, sources: Sequence[Source]) -> None:
    """Remember who is asked."""
    app.extensions[_SOURCES] = tuple(sources)


def gather(session: Session, *, actor: Actor, now: datetime) -> Home:
    """Ask every source and put the answers in order."""
    found = [entry for source in current_app.extensions.get(_SOURCES, ()) for entry in source(session, actor=actor, now=now)]
    return arrange(found)


def arrange(found: Iterable[Step | Panel], *, most: int = 5) -> Home:
    """Steps by urgency, then by date; at most ``most`` of them, so that the page stays one window."""
    found = list(found)
    steps = sorted((e for e in found if isinstance(e, Step)), key=lambda s: (s.urgency, s.due.timestamp() if s.due else float("inf")))
    panels = sorted((e for e in found if isinstance(e, Panel)), key=lambda p: p.order)
    return Home(steps[0] if steps else None, steps[1:most], panels)
