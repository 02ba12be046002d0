"""Facts as the replay wants them, read from the database: for known pairs, or for everyone in order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from lms.assessments.enums import Cognitive, Kind, Use
from lms.assessments.models import Item, ItemRevision
from lms.assessments.models import Response as ResponseFact
from lms.competency import portfolio_evidence as portfolio
from lms.competency.proficiency import Completion, ItemParameters, Judgement, Response
from lms.learning.models import Completion as CompletionFact
from lms.portfolio.models import Certificate as CertificateFact
from lms.portfolio.models import Judgement as JudgementFact

Pair = tuple[int, str]
"""(official id, competency code)."""

BATCH = 500  # ids in one IN list: SQLite's oldest limit is 999
STREAM = {"stream_results": True, "yield_per": 2000}
APPLIED = frozenset({Cognitive.APPLY, Cognitive.ANALYSE})
SHORT_MAX_LEVEL = {None: 2, 1: 2}  # a short answer read by one marker helps to level 2, by two to level 3 (item rules, section 4)

parameters = lru_cache(maxsize=20_000)(ItemParameters.from_integers)


@dataclass(slots=True)
class Facts:
    """What is known of one pair."""

    responses: list[Response] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)


def responses_query() -> Select:
    """Responses to live items that count, with all that their replay needs."""
    return all_responses_query().where(ResponseFact.void.is_(False))


def all_responses_query() -> Select:
    """As above, with those of withdrawn items."""
    r, v = ResponseFact, ItemRevision
    return (
        select(
            *(r.official_id, r.competency, Item.code, r.submitted_at, r.correct, r.fraction_milli, r.attempt_ref, r.position, r.markers),
            *(v.a_milli, v.b_milli, v.c_e4, v.vb_micro, v.cognitive, v.in_scenario, v.kind, v.calibration),
        )
        .join(v, v.id == r.item_revision_id)
        .join(Item, Item.id == r.item_id)
        .where(v.use == Use.LIVE)
    )


def response(row: Row) -> Response:
    """A stored response as a fact of the replay."""
    short = row.kind == Kind.SHORT
    return Response(
        item=row.code,
        parameters=parameters(row.a_milli, row.b_milli, row.c_e4, row.vb_micro),
        at=row.submitted_at,
        correct=row.correct,
        fraction_milli=row.fraction_milli if short else None,
        ref=row.attempt_ref,
        position=row.position,
        apply=row.cognitive in APPLIED,
        scenario=row.in_scenario,
        max_level=SHORT_MAX_LEVEL.get(row.markers, 3) if short else 3,
        calibration=row.calibration,
    )


def completions_query() -> Select:
    return select(CompletionFact.official_id, CompletionFact.competencies, CompletionFact.gains, CompletionFact.completed_at)


def completion(row: Row, code: str) -> Completion:
    """A stored completion as a fact of the replay of one competency that it moves."""
    gain = (row.gains or {}).get(code)
    return Completion(row.completed_at, tuple(gain) if gain else None)


def moved(row: Row) -> list[str]:
    """Competency codes that a completed course moves."""
    return re.findall(r"[^\s,;]+", row.competencies)


# made once: building and keying these costs more than running them for one official
_IDS = bindparam("ids", expanding=True)
_CODES = bindparam("codes", expanding=True)
_R = ResponseFact.__table__.c
_GIVEN = select(
    _R.official_id, _R.competency, _R.item_revision_id, _R.submitted_at, _R.correct, _R.fraction_milli, _R.attempt_ref, _R.position, _R.markers
).where(_R.official_id.in_(_IDS), _R.competency.in_(_CODES), _R.void.is_(False))
_V = ItemRevision.__table__.c
_ASKED = (
    select(_V.id, Item.code, _V.a_milli, _V.b_milli, _V.c_e4, _V.vb_micro, _V.cognitive, _V.in_scenario, _V.kind, _V.calibration)
    .join(Item, Item.id == _V.item_id)
    .where(_V.id.in_(_IDS), _V.use == Use.LIVE)
)
COMPLETIONS_OF = completions_query().where(CompletionFact.official_id.in_(_IDS))


def of_pairs(session: Session, pairs: Iterable[Pair]) -> dict[Pair, Facts]:
    """Facts of the given pairs; a pair without any is there with none."""
    facts = {pair: Facts() for pair in pairs}
    codes = sorted({code for _, code in facts})
    for ids in batches({official_id for official_id, _ in facts}):
        _add_responses(session, facts, ids, codes)
        add_completions(session, facts, ids)
    return facts


def _add_responses(session: Session, facts: Mapping[Pair, Facts], ids: Sequence[int], codes: Sequence[str]) -> None:
    """Add what officials answered. What was asked is read once, not beside every answer: hundreds answer the same."""
    given = session.execute(_GIVEN, {"ids": ids, "codes": codes}).all()
    asked = _asked(session, {row[2] for row in given})
    for official_id, code, revision_id, at, correct, fraction, ref, position, markers in given:
        one = asked.get(revision_id)
        if one is None or (known := facts.get((official_id, code))) is None:
            continue
        item, weights, applied, scenario, short, calibration = one
        share, most = (fraction, SHORT_MAX_LEVEL.get(markers, 3)) if short else (None, 3)
        known.responses.append(Response(item, weights, at, correct, share, ref, position, applied, scenario, most, calibration))


def _asked(session: Session, revision_ids: Iterable[int]) -> dict[int, tuple]:
    """(item, parameters, applied?, in a scenario?, short?, calibration) of live item revisions."""
    found = {}
    for ids in batches(revision_ids):
        for row in session.execute(_ASKED, {"ids": ids}):
            weights = parameters(row.a_milli, row.b_milli, row.c_e4, row.vb_micro)
            found[row.id] = (row.code, weights, row.cognitive in APPLIED, row.in_scenario, row.kind == Kind.SHORT, row.calibration)
    return found


def add_completions(session: Session, facts: Mapping[Pair, Facts], ids: Sequence[int]) -> None:
    """Add to pairs of some officials what is known beyond answers: completed courses, certificates, judgements of work."""
    for row in session.execute(COMPLETIONS_OF, {"ids": ids}):
        for code in moved(row):
            if (known := facts.get((row.official_id, code))) is not None:
                known.completions.append(completion(row, code))
    for row in session.execute(portfolio.CERTIFICATES_OF, {"ids": ids}):
        if (known := facts.get((row.official_id, row.competency))) is not None:
            known.completions.append(portfolio.certificate(row))
    for row in session.execute(portfolio.JUDGEMENTS_OF, {"ids": ids}):
        if (known := facts.get((row.official_id, row.competency))) is not None:
            known.judgements.append(portfolio.judgement(row))


def of_everyone(session: Session) -> Iterator[tuple[int, dict[str, Facts]]]:
    """Facts of all officials with evidence, by ascending official id, in constant memory."""
    streams = [_named(session, name, query, column) for name, (query, column) in _STREAMS.items()]
    for official_id, parts in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        rows = {name: found for _, name, found in parts}
        if facts := _gathered(rows):
            yield official_id, facts


_STREAMS = {
    "responses": (responses_query(), ResponseFact.official_id),
    "judgements": (portfolio.judgements_query(), JudgementFact.official_id),
    "completions": (completions_query(), CompletionFact.official_id),
    "certificates": (portfolio.certificates_query(), CertificateFact.official_id),
}


def _named(session: Session, name: str, query: Select, column: Any) -> Iterator[tuple[int, str, list[Row]]]:
    return ((official_id, name, rows) for official_id, rows in by_official(session, query, column))


def _gathered(rows: Mapping[str, list[Row]]) -> dict[str, Facts]:
    """Facts of one official by competency; completions and certificates alone are no evidence."""
    facts: defaultdict[str, Facts] = defaultdict(Facts)
    for row in rows.get("responses", ()):
        facts[row.competency].responses.append(response(row))
    for row in rows.get("judgements", ()):
        facts[row.competency].judgements.append(portfolio.judgement(row))
    for row in rows.get("completions", ()):
        for code in facts.keys() & set(moved(row)):
            facts[code].completions.append(completion(row, code))
    for row in rows.get("certificates", ()):
        if row.competency in facts:
            facts[row.competency].completions.append(portfolio.certificate(row))
    return dict(facts)


def by_official(session: Session, query: Select, column: Any) -> Iterator[tuple[int, list[Row]]]:
    """Stream `query` grouped by the official's id, ascending."""
    with session.execute(query.order_by(column), execution_options=STREAM) as rows:  # a reader may stop early
        for official_id, group in groupby(rows, key=lambda row: row.official_id):
            yield official_id, list(group)


def batches(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """`ids` in ascending order, at most BATCH at a time."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
