"""Two groups of officials around a day: estimates before it and since, which share no answer, and how people stand against a level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency import estimates, evidence
from lms.competency.enums import StateKind
from lms.competency.models import Proficiency
from lms.competency.proficiency import DEFAULT_TUNING, Judgement, Outcome, Response, State, answered, judged, steps
from lms.competency.states import standing

LEAST = 4
"""Counted answers (or criteria of a judgement) that each side needs."""


class Around(NamedTuple):
    """One pair's estimates from what lies before a moment, and from what follows it alone; each from the prior."""

    before: State
    after: State


def around(session: Session, official_ids: Iterable[int], codes: Sequence[str], *, since: datetime) -> dict[tuple[int, str], Around]:
    """By (official, competency), of those with enough counted evidence on both sides of ``since``."""
    facts = evidence.of_pairs(session, [(one, code) for one in official_ids for code in codes])
    found = {}
    for pair, known in facts.items():
        trace = steps(known.responses, judgements=known.judgements)
        counted = [step.fact for step in trace if step.outcome in (Outcome.COUNTED, Outcome.JUDGED)]
        sides = Around(_estimate([one for one in counted if one.at < since]), _estimate([one for one in counted if one.at >= since]))
        if min(sides.before.n, sides.after.n) >= LEAST:
            found[pair] = sides
    return found


def _estimate(facts: Sequence[Response | Judgement]) -> State:
    state, tuning = State(), DEFAULT_TUNING
    for fact in facts:
        if isinstance(fact, Judgement):
            state = judged(state, fact, tuning.q_confirmed, tuning.judgement_variance)
        else:
            state = answered(state, fact.parameters, fact.score, fact.day, tuning.q_confirmed)
    return state


def standings(session: Session, official_ids: Sequence[int], code: str, *, level: int, today: int) -> Counter[StateKind]:
    """How many of the officials stand how against ``level`` on the day number ``today``; those without evidence are counted too."""
    rules, table = estimates.rules(), Proficiency.__table__
    found: Counter[StateKind] = Counter()
    for ids in evidence.batches(official_ids):
        rows = session.execute(select(table).where(table.c.competency == code, table.c.official_id.in_(ids))).mappings()
        found.update(standing(estimates.known(row), level, rules, today).kind for row in rows)
    found[StateKind.NO_EVIDENCE] += len(official_ids) - found.total()
    return found
