"""Words of imports."""

from __future__ import annotations

import enum


class ImportState(enum.StrEnum):
    """How far an import is: shown and waiting, taken into the draft, or let be."""

    READY = "ready"
    DONE = "done"
    WITHDRAWN = "withdrawn"


IMPORT_FLOW: dict[ImportState, frozenset[ImportState]] = {
    ImportState.READY: frozenset({ImportState.DONE, ImportState.WITHDRAWN}),
    ImportState.DONE: frozenset(),
    ImportState.WITHDRAWN: frozenset(),
}


class Fate(enum.StrEnum):
    """What becomes of a question of the file."""

    CARRIED = "carried"
    LOSS = "loss"
    LEFT = "left"
