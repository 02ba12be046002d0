"""Words of the portfolio."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class TaskKind(enum.StrEnum):
    """A work sample is judged by two assessors (a third when they differ), documented results by a panel of three."""

    WORK_SAMPLE = "work_sample"
    PANEL = "panel"


class State(enum.StrEnum):
    """Where a submission stands."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    JUDGED = "judged"
    WITHDRAWN = "withdrawn"


FLOW: dict[State, frozenset[State]] = {  # back from judged only by an appeal: other assessors judge it anew
    State.DRAFT: frozenset({State.HANDED_IN, State.WITHDRAWN}),
    State.HANDED_IN: frozenset({State.RETURNED, State.JUDGED}),
    State.RETURNED: frozenset({State.HANDED_IN, State.WITHDRAWN}),
    State.JUDGED: frozenset({State.HANDED_IN}),
    State.WITHDRAWN: frozenset(),
}

OPEN = (State.DRAFT, State.RETURNED)
"""States in which the official may still change what is handed in."""

CLOSED = (State.HANDED_IN, State.JUDGED)
"""States in which others than the owner may see it."""

STATE_NAMES = {
    State.DRAFT: _l("draft, not handed in"),
    State.HANDED_IN: _l("handed in, waits for its assessors"),
    State.RETURNED: _l("returned once, to be completed"),
    State.JUDGED: _l("judged"),
    State.WITHDRAWN: _l("withdrawn"),
}

KIND_NAMES = {
    TaskKind.WORK_SAMPLE: _l("work sample"),
    TaskKind.PANEL: _l("documented results for a panel"),
}
