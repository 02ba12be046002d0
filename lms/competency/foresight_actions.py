"""What pairs would be if some responses were marked otherwise: the replay and the verdict, with nothing written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms.assessments.models import Response as ResponseFact
from lms.competency import evidence
from lms.competency.actions import Stored, state_on
from lms.competency.estimates import columns, rules
from lms.competency.evidence import Facts, Pair, batches
from lms.competency.models import Proficiency
from lms.competency.target_queries import book
from lms.core import clock
from lms.people.models import Official

__all__ = ["Foreseen", "OtherMark", "foresee", "state_on"]


class OtherMark(NamedTuple):
    """How a response would be marked."""

    correct: int | None
    void: bool


class Foreseen(NamedTuple):
    """A pair as it is stored and as it would be: m in milli-logits (None without evidence) and the state of that day."""

    pair: Pair
    before_m: int | None
    after_m: int | None
    before_state: str
    after_state: str


_IDS = bindparam("ids", expanding=True)
_FACTS = (
    evidence.all_responses_query()
    .add_columns(ResponseFact.id, ResponseFact.void)
    .where(ResponseFact.official_id.in_(_IDS), ResponseFact.competency.in_(bindparam("codes", expanding=True)))
)
_PLACES = select(Official.id, Official.unit_id, Official.position_id).where(Official.id.in_(_IDS))
_STORED = select(Proficiency.__table__).where(Proficiency.official_id.in_(_IDS))


def foresee(session: Session, *, pairs: Collection[Pair], marks: Mapping[int, OtherMark], now: datetime) -> Iterator[Foreseen]:
    """Each of `pairs` with `marks` (by response id) instead of the stored ones. Reads only."""
    today, in_force = clock.day_number(now), rules()
    for ids in batches({official_id for official_id, _ in pairs}):
        wanted = {pair for pair in pairs if ids[0] <= pair[0] <= ids[-1]}
        facts = _facts(session, ids, wanted, marks)
        stands = session.execute(_PLACES, {"ids": ids}).all()
        known = book(session, stands)
        targets = {stand.id: known.levels(*stand) for stand in stands}
        stored = {(row["official_id"], row["competency"]): row for row in session.execute(_STORED, {"ids": ids}).mappings()}
        for pair in sorted(wanted):
            before, after = stored.get(pair), columns(facts[pair], targets[pair[0]].get(pair[1], 0), in_force)
            yield Foreseen(pair, _m(before), _m(after), state_on(before, today), state_on(after, today))


def _facts(session: Session, ids: Any, pairs: Collection[Pair], marks: Mapping[int, OtherMark]) -> dict[Pair, Facts]:
    facts = {pair: Facts() for pair in pairs}
    evidence.add_completions(session, facts, ids)
    for row in session.execute(_FACTS, {"ids": ids, "codes": sorted({code for _, code in pairs})}):
        mark = marks.get(row.id, OtherMark(row.correct, row.void))
        if not mark.void and (known := facts.get((row.official_id, row.competency))) is not None:
            known.responses.append(evidence.response(row)._replace(correct=mark.correct))
    return facts


def _m(row: Stored | None) -> int | None:
    return None if row is None else row["m_milli"]
