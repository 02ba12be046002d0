"""Reading placements: sittings, their steps, how often questions were asked of late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session, aliased

from lms.assessments import placing_queries as questions
from lms.assessments.models import Item, ItemRevision
from lms.competency import placing_queries as known
from lms.competency.model_queries import ItemParameters, Rules
from lms.core import framework
from lms.core.errors import NotFound
from lms.placement import flow
from lms.placement.enums import StepKind
from lms.placement.flow import Progress, Step
from lms.placement.models import PlacementSitting, PlacementStep
from lms.placement.selection import LIMITS, Part, Piece, Track

RECENT = 200
"""Over so many of the latest sittings is counted how often a question was asked."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """What never changes in a sitting, and when it ended."""

    id: int
    ref: str
    official_id: int
    seed: str
    start: Sequence[Mapping[str, Any]]
    pool: Sequence[int]
    overused: Sequence[str]
    maximum: int
    started_at: datetime
    finished_at: datetime | None


_HEAD = select(PlacementSitting.__table__)


def sitting(session: Session, ref: str, *, official_id: int | None) -> Sitting:
    """An official's own sitting. Raises NotFound, for strangers too: they learn nothing."""
    row = session.execute(_HEAD.where(PlacementSitting.ref == ref)).mappings().one_or_none()
    if row is None or row["official_id"] != official_id:
        raise NotFound
    return _sitting(row)


def _sitting(row: RowMapping) -> Sitting:
    return Sitting(**row)


def sittings(session: Session, *, official_id: int, limit: int = 20) -> list[Sitting]:
    """An official's sittings, the latest first."""
    query = _HEAD.where(PlacementSitting.official_id == official_id).order_by(PlacementSitting.started_at.desc(), PlacementSitting.id.desc())
    return [_sitting(row) for row in session.execute(query.limit(limit)).mappings()]


def open_sitting(session: Session, *, official_id: int) -> Sitting | None:
    """The sitting that can be gone on with."""
    return next((one for one in sittings(session, official_id=official_id, limit=1) if one.finished_at is None), None)


def left_open(session: Session, *, before: datetime, limit: int = 100) -> list[Sitting]:
    """Open sittings in which nothing happened since ``before``."""
    recent = select(PlacementStep.sitting_id).where(PlacementStep.at >= before)
    query = _HEAD.where(PlacementSitting.finished_at.is_(None), PlacementSitting.started_at < before, PlacementSitting.id.not_in(recent))
    return [_sitting(row) for row in session.execute(query.order_by(PlacementSitting.id).limit(limit)).mappings()]


def finished(session: Session, official_ids: Sequence[int], since: datetime | None = None) -> dict[int, datetime]:
    """When each of these last ended a sitting in which something was answered (since a moment)."""
    answered = select(PlacementStep.id).where(PlacementStep.sitting_id == PlacementSitting.id, PlacementStep.kind == StepKind.ANSWERED).exists()
    query = select(PlacementSitting.official_id, func.max(PlacementSitting.finished_at)).group_by(PlacementSitting.official_id)
    query = query.where(PlacementSitting.official_id.in_(official_ids), PlacementSitting.finished_at.is_not(None), answered)
    return dict(session.execute(query if since is None else query.where(PlacementSitting.finished_at >= since)).all())


_step = PlacementStep.__table__.c


def steps(session: Session, sitting_id: int) -> list[Step]:
    """The steps of a sitting in server order."""
    query = select(_step.kind, _step.at, _step.place, _step.item_revision_id, _step.answer, _step.token).where(_step.sitting_id == sitting_id)
    return [
        Step(StepKind(kind), at, place, revision_id, None if answer is None else answer["value"], token or "")
        for kind, at, place, revision_id, answer, token in session.execute(query.order_by(_step.seq))
    ]


def rules() -> Rules:
    """The rules in force."""
    return Rules.of(framework.read())


def start_of(session: Session, official_id: int, today: int) -> list[Track]:
    """What is known of each competency of the official's post, aged to ``today``."""
    points = known.starting_points(session, official_id, today)
    return [Track(point.competency, point.target, point.state, point.evidence, point.critical) for point in points]


def bank_of(session: Session, pool: Sequence[int]) -> dict[str, tuple[Piece, ...]]:
    """The questions of a pool by competency, with their numbers as they are now."""
    grouped: dict[str, dict[str, list[questions.Row]]] = {}
    for row in questions.numbers_of(session, pool):
        grouped.setdefault(row.competency, {}).setdefault(row.piece, []).append(row)
    return {code: tuple(_piece(name, rows) for name, rows in pieces.items()) for code, pieces in grouped.items()}


def _piece(name: str, rows: Sequence[questions.Row]) -> Piece:
    parts = tuple(Part(row.revision_id, row.code, ItemParameters.from_integers(*row.numbers), row.applied) for row in rows)
    return Piece(name, rows[0].competency, parts, rows[0].in_set)


def progress(session: Session, one: Sitting, taken: Sequence[Step]) -> Progress:
    """How a sitting stands, replayed from its steps."""
    given = questions.scores(session, [(step.revision_id, step.answer) for step in flow.answered(taken)])
    start = [flow.from_data(data) for data in one.start]
    pool = questions.still_asked(session, one.pool, given={step.revision_id for step in taken if step.revision_id is not None})
    return flow.progress(start, bank_of(session, pool), given, rules(), replace(LIMITS, maximum=one.maximum))


def exposure(session: Session) -> tuple[Counter[str], int]:
    """In how many of the latest sittings each question was asked (of cases: the case), and how many sittings there were."""
    recent = list(session.scalars(select(PlacementSitting.id).order_by(PlacementSitting.started_at.desc(), PlacementSitting.id.desc()).limit(RECENT)))
    rows = session.execute(_asked_codes().where(_step.sitting_id.in_(recent)).distinct()) if recent else ()
    return Counter(code for _, code in rows), len(recent)


def asked_since(session: Session, *, official_id: int, since: datetime) -> frozenset[str]:
    """Codes of what the official was asked in placements since a moment, answered or not."""
    query = _asked_codes().join(PlacementSitting, PlacementSitting.id == _step.sitting_id)
    return frozenset(code for _, code in session.execute(query.where(PlacementSitting.official_id == official_id, _step.at >= since)))


def _asked_codes() -> Any:
    parent, item = aliased(Item), aliased(Item)
    return (
        select(_step.sitting_id, func.coalesce(parent.code, item.code))
        .join(ItemRevision, ItemRevision.id == _step.item_revision_id)
        .join(item, item.id == ItemRevision.item_id)
        .outerjoin(parent, parent.id == item.parent_id)
        .where(_step.kind == StepKind.ASKED)
    )
