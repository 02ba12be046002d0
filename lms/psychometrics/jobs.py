"""The night's work on questions: their figures, and the calibration of new ones. Each step is a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import current_app

from lms.access.actor import Actor, operator
from lms.competency.portion_actions import replay_in_portions
from lms.core import clock
from lms.core.db import database
from lms.psychometrics import actions


def nightly(now: datetime) -> None:
    """Figures first: a question whose key is doubted is not calibrated. Switched off by the setting ``calibrate_items``."""
    refresh_figures(now)
    if current_app.config["SETTINGS"].calibrate_items:
        calibrate_new(operator("calibration"), now)


def refresh_figures(now: datetime) -> int:
    """Work out every question's figures; returns for how many."""
    with database().reading() as session:
        found = actions.figures(session, now=now)
    with database().writing() as session:
        actions.keep_figures(session, found)
    return len(found.items)


def figures(*, report: Callable[[int, int], None]) -> dict[str, Any]:
    """``refresh_figures`` as a job of the queue."""
    return {"items": refresh_figures(clock.now())}


def calibrate_new(actor: Actor, now: datetime, report: Callable[[int, int], None] | None = None) -> list[actions.Calibrated]:
    """Calibrate what is due and let the estimates follow, in portions while the site serves.

    Stopped in the middle, the next call replays what was left before it begins anything.
    """
    with database().reading() as session:
        left = actions.unfinished_runs(session)
    for number in left:
        follow(number, now, report)
    with database().reading() as session:
        found = actions.new_parameters(session)
    if not found:
        return []
    with database().writing() as session:
        number = actions.write_parameters(session, actor=actor, found=found, now=now)
    follow(number, now, report)
    return found


def follow(number: int, now: datetime, report: Callable[[int, int], None] | None = None) -> None:
    """Replay every estimate that rests on the calibration."""
    with database().reading() as session:
        pairs = actions.pairs_of_run(session, number)
    replay_in_portions(database(), pairs=pairs, now=now, report=report)
    with database().writing() as session:
        actions.finish_run(session, number, now=now)
