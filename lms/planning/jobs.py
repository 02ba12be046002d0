"""Background work of planning: making a plan, carrying a decision through, undoing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lms.core import clock
from lms.core.db import database
from lms.planning import actions, carrying_actions

Report = Callable[[int, int], None]


def make(*, report: Report, ref: str) -> dict[str, Any]:
    """Make a plan. What fails is written down at the plan as well, for its page."""
    from lms.planning import making  # numpy and SciPy: the web process starts without them

    try:
        making.make(ref, report=report, now=clock.now())
    except Exception:
        with database().writing() as session:
            actions.fail(session, ref)
        raise
    return {}


def carry_out(*, report: Report, ref: str, account_id: int | None) -> dict[str, Any]:
    """Assign what a decided plan says."""
    return carrying_actions.carry_out(ref, account_id=account_id, report=report, now=clock.now())


def undo(*, report: Report, ref: str, account_id: int | None) -> dict[str, Any]:
    """Withdraw what can be withdrawn of an undone plan."""
    return carrying_actions.undo(ref, account_id=account_id, report=report, now=clock.now())
