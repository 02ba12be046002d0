"""Keeping what courses were found to be worth, and expecting what was learned from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.learning import gain_actions
from lms.learning.gain_actions import Learned
from lms.psychometrics import effects
from lms.psychometrics.effect_queries import Measured
from lms.psychometrics.models import CourseChange


def keep(session: Session, found: Sequence[Measured], *, now: datetime) -> None:
    """Replace the figures of the last night."""
    session.execute(delete(CourseChange))
    if found:
        session.execute(insert(CourseChange), [_row(one, now) for one in found])


def _row(one: Measured, now: datetime) -> dict[str, Any]:
    said = one.change
    numbers = (said.before, said.after, said.change, said.se, said.d_z) if said else (None,) * 5
    names = ("before_milli", "after_milli", "change_milli", "se_milli", "dz_milli")
    milli = {name: None if value is None else round(1000 * value) for name, value in zip(names, numbers, strict=True)}
    return {"course_id": one.course_id, "competency": one.competency, "n": one.n, "at": now, **milli}


def learned(found: Iterable[Measured]) -> list[Learned]:
    """The gains that enough officials taught."""
    gains = [(one, effects.learned(one.change)) for one in found if one.n >= effects.LEARNED_FROM]
    return [Learned(one.course_id, one.competency, gain.gamma_milli, gain.v_micro, gain.n) for one, gain in gains if gain.n]


def adopt(session: Session, found: Iterable[Measured], *, actor: Actor, now: datetime) -> int:
    """Expect what was learned from now on; returns how many gains changed."""
    return gain_actions.adopt(session, actor=actor, learned=learned(found), now=now)
