"""Notes above a lesson by rooms that know more about it; ``wiring`` names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence above a lesson; ``kind`` as the notice component has it, ``url`` and ``action`` where to read on."""

    kind: str
    text: str
    url: str = ""
    action: str = ""


Source = Callable[[Session, str, Actor | None], Iterable[Note]]
_sources: list[Source] = []


def connect(*sources: Source) -> None:
    """Name who has something to say; called once, by ``wiring``."""
    _sources[:] = sources


def notes(session: Session, lesson_code: str, actor: Actor | None) -> list[Note]:
    """What is to be said to ``actor`` above the lesson with this lasting id."""
    return [note for source in _sources for note in source(session, lesson_code, actor)]
