"""What a post asks for, told by the room above that keeps the targets; connected once, by ``wiring``."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

Targets = dict[str, int]
"""Target level by competency code."""

_reader: list[Callable[[Session, int], Targets]] = []


def connect(reader: Callable[[Session, int], Targets]) -> None:
    """Name who knows the targets of an official's post."""
    _reader[:] = [reader]


def targets(session: Session, official_id: int) -> Targets:
    """The targets of the official's post; none while nobody knows them."""
    return _reader[0](session, official_id) if _reader else {}
