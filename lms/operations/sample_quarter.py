"""The sample county goes on: its clock moves, people do what they were assigned or don't, and every week has its nightly work.

Nothing is written that a real quarter would not write: answers go in by the actions that a page uses, under the clock of their day.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.enums import State
from lms.assignments.models import Assignment
from lms.core import clock, instance
from lms.core.db import database
from lms.core.errors import Refused
from lms.operations import sample_cast, sample_learning
from lms.people.models import Official, Unit
from lms.wiring import daily

REACHED = {"fibre": 0.85, "4g": 0.7, "satellite": 0.5, "none": 0.3}
"""The chance that somebody at the end of such a line does what was assigned."""
WEEK, SITTING = timedelta(days=7), timedelta(hours=2)
LATE = 7
"""So many days after the due date the last ones do it."""
AT_THE_END = frozenset({"questions", "worth of courses"})
"""Nightly work that looks at all that was ever answered and keeps no history: once, at the end, is the same."""
USUAL = 60
"""Days in which a thing without a due date is done."""


def advance(*, days: int, seed: int) -> Iterator[str]:
    """Move the clock of a sample instance on by ``days``, week by week; yields what happened. Broken off, it has moved as far as it came.

    Raises Refused on an instance with real people.
    """
    if not instance.is_sample():
        raise Refused("Only the clock of a sample county can be moved: the people of this instance are real.")
    begun, gone = clock.now(), timedelta()
    done: Counter[str] = Counter()
    while gone < timedelta(days=days):
        step = min(WEEK, timedelta(days=days) - gone)
        done += _week(seed, begun + gone, begun + gone + step)
        with database().writing() as session:
            instance.move_clock(session, days=step.days)
        instance.forget()
        gone += step
    _night(begun + gone, AT_THE_END)
    yield f"{days} days went by in the sample county: today is {clock.now():%Y-%m-%d} there."
    yield f"Assignments done: {done.total()}" + "".join(f"; {kind}: {count}" for kind, count in sorted(done.items())) + "."


def _week(seed: int, since: datetime, until: datetime) -> Counter[str]:
    """What people do between two moments, then the nightly work."""
    with database().reading() as session:
        drawn = sorted(_drawn(session, seed, since, until))
    done = Counter(kind for at, ref in drawn if (kind := _done(seed, ref, at)))
    with database().writing() as session:
        sample_cast.activate_sitters(session)
    _night(until, daily().keys() - AT_THE_END)
    return done


def _night(until: datetime, names: Collection[str]) -> None:
    with clock.at(until):
        for name, work in daily().items():
            if name in names:
                work(until)


def _drawn(session: Session, seed: int, since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    """(when, assignment's reference) of what is due to be done; whose moment was before the clock moved does it now."""
    query = select(Assignment, Unit.connection).join(Official, Official.id == Assignment.official_id).join(Unit, Unit.id == Official.unit_id)
    for one, connection in session.execute(query.where(Assignment.state == State.OPEN, Official.active)):
        at = _moment(_chance(seed, one, "when"), one, REACHED[connection])
        if at is not None and at < until:
            yield min(max(at, since + (at - one.made_at) % (until - since)), until - SITTING), one.ref


def _done(seed: int, ref: str, at: datetime) -> str | None:
    """Do one assignment; its kind, or None when it can't be done or has ended meanwhile: a quiz that belonged to a course."""
    try:
        with clock.at(at), database().writing() as session:
            one = session.scalars(select(Assignment).where(Assignment.ref == ref)).one()
            if one.state != State.OPEN:
                return None
            sample_learning.do(session, _chance(seed, one, "how"), one, at)
            return one.kind
    except Refused:
        return None


def _moment(rng: random.Random, one: Assignment, chance: float) -> datetime | None:
    """When the official does it, None for never: the same whenever it is asked."""
    if rng.random() > chance:
        return None
    days = (one.due_on - one.made_at.date()).days if one.due_on else USUAL
    return one.made_at + timedelta(days=rng.uniform(1, max(2, days + LATE)))


def _chance(seed: int, one: Assignment, what: str) -> random.Random:
    return random.Random(f"{seed} {one.official.staff_no} {one.kind} {one.code} {what}")  # noqa: S311 (an invented county, not a secret)
