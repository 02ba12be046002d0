"""Keeping the gains that were learned; completions from then on carry them, earlier ones keep what was expected of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.learning import gain_queries
from lms.learning.models import CourseGain


class Learned(NamedTuple):
    """A gain that was learned; units as in ``CourseGain``."""

    course_id: int
    competency: str
    gamma_milli: int
    v_micro: int
    n: int


def adopt(session: Session, *, actor: Actor, learned: Iterable[Learned], now: datetime) -> int:
    """Expect these gains from now on; returns how many differ from what was expected. Nothing that happened changes."""
    known, changed = gain_queries.gains(session), 0
    for one in learned:
        before = known.get((one.course_id, one.competency))
        if before is None or (before.gamma_milli, before.v_micro, before.n) != one[2:]:
            session.add(CourseGain(**one._asdict(), version=before.version + 1 if before else 1, at=now))
            changed += 1
    if changed:
        audit.record(session, actor=actor, action=Action.GAINS_ADOPTED, subject=str(changed), now=now)
    session.flush()
    return changed
