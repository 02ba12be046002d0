"""What a certificate may say of a competency: levels confirmed now, and whether the evidence of a past moment still supports one."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency import estimates, evidence
from lms.competency.enums import StateKind
from lms.competency.models import Proficiency
from lms.competency.proficiency import replay
from lms.competency.states import standing
from lms.core import clock

LEVELS = range(5, 0, -1)


class Confirmed(NamedTuple):
    """The highest level met in a competency: the day of its last evidence, and the last day on which it holds."""

    competency: str
    level: int
    earned_on: date
    until: date


def confirmed_levels(session: Session, official_id: int, today: int) -> list[Confirmed]:
    """By competency, what is confirmed on ``today``, whatever the post asks for; nothing where no level is met."""
    table = Proficiency.__table__
    rows = session.execute(select(table).where(table.c.official_id == official_id).order_by(table.c.competency)).mappings()
    found = (_highest(row, today) for row in rows)
    return [one for one in found if one]


def _highest(row: object, today: int) -> Confirmed | None:
    known, rules = estimates.known(row), estimates.rules()
    for level in LEVELS:
        stands = standing(known, level, rules, today)
        if stands.kind is StateKind.MET and stands.until is not None:
            return Confirmed(row["competency"], level, clock.date_of(known.confirmed.t_day), clock.date_of(stands.until))  # type: ignore[index, union-attr]
    return None


def was_confirmed(session: Session, *, official_id: int, competency: str, level: int, at: datetime) -> bool:
    """Whether the facts up to ``at``, with the marks they have now, confirm the level on that day. Later evidence plays no part."""
    facts = evidence.of_pairs(session, [(official_id, competency)])[official_id, competency]
    until = [[fact for fact in kind if fact.at <= at] for kind in (facts.responses, facts.completions, facts.judgements)]
    known = replay(until[0], until[1], judgements=until[2])
    return standing(known, level, estimates.rules(), clock.day_number(at)).kind is StateKind.MET
