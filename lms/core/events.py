"""How news travels upward: a capability publishes, ``wiring`` decides who listens, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, Any], None]

_handlers: dict[type, tuple[Handler, ...]] = {}


def connect(table: Mapping[type, Sequence[Handler]]) -> None:
    """Replace the registry by ``table``; called once, by ``wiring``."""
    _handlers.clear()
    _handlers.update({event: tuple(handlers) for event, handlers in table.items()})


def publish(session: Session, event: object) -> None:
    """Call the listeners of ``event`` in their written order, inside the caller's transaction."""
    for handler in _handlers.get(type(event), ()):
        handler(session, event)
