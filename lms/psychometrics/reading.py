"""Live answers as arrays: one competency at a time, the first answer of each official to each question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from lms.assessments.enums import Kind, Purpose, StepKind, Use
from lms.assessments.models import Assessment, Attempt, AttemptStep, Item, ItemRevision, Response
from lms.competency.model_queries import day_of
from lms.people.models import Official, Unit
from lms.psychometrics.rest import Facts, Rest, without_own_question

if TYPE_CHECKING:
    import numpy as np

MOST_OFFICIALS = 20_000  # of a competency: beyond, every second, third … official by id; figures of a question move by less than 0.01
MOST_ATTEMPTS = 20_000
LONGEST = timedelta(minutes=30)  # a longer pause is no time spent on the question
TIERS = {
    "province": "county", "prefecture": "county", "county": "county", "county-department": "county",
    "township": "township", "township-office": "township", "village": "village",
}  # fmt: skip
GROUPINGS = ("language", "tier", "connection")


@dataclass(slots=True)
class Answers:
    """Answers to the questions of one competency; ``rows`` and the arrays run in the same order."""

    rows: list[Row[Any]]
    facts: Facts
    rest: Rest


def competencies(session: Session) -> list[str]:
    """Codes with live answers."""
    return list(session.scalars(select(Response.competency).distinct().order_by(Response.competency)))


def answers(session: Session, competency: str) -> Answers:
    """The first answer of each official to each question of ``competency``, with what the others say of that official."""
    return answers_of(_first(session.execute(_query(session, competency))))


def _query(session: Session, competency: str) -> Any:
    r, v = Response, ItemRevision
    query = (
        select(
            r.official_id, r.item_id, r.item_revision_id, r.submitted_at, r.correct, r.fraction_milli, r.answer, r.source, r.position,
            Item.code, func.coalesce(Item.parent_id, Item.id).label("unit_id"), v.kind, v.version, v.in_scenario, v.calibration,
            v.a_milli, v.b_milli, v.c_e4, v.vb_micro, Attempt.language, Unit.tier, Unit.connection,
        )
        .join(v, v.id == r.item_revision_id)
        .join(Item, Item.id == r.item_id)
        .join(Official, Official.id == r.official_id)
        .join(Unit, Unit.id == Official.unit_id)
        .outerjoin(Attempt, Attempt.ref == r.attempt_ref)
        .where(r.competency == competency, v.use == Use.LIVE, r.void.is_(False), r.correct.is_not(None))
        .order_by(r.official_id, r.submitted_at, r.attempt_ref, r.position, Item.code)
    )  # fmt: skip
    officials = session.scalar(select(func.count(func.distinct(r.official_id))).where(r.competency == competency)) or 0
    every = -(-officials // MOST_OFFICIALS)
    return query.where(r.official_id % every == 0) if every > 1 else query


def _first(rows: Any) -> list[Row[Any]]:
    seen: set[tuple[int, int]] = set()
    return [row for row in rows if (key := (row.official_id, row.item_id)) not in seen and not seen.add(key)]


def answers_of(rows: list[Row[Any]]) -> Answers:
    """Rows with their arrays."""
    import numpy as np  # lazily: the web process never comes here

    def column(value: Any, kind: type = float) -> np.ndarray:
        return np.array([value(row) for row in rows], kind)

    facts = Facts(
        official=column(lambda row: row.official_id, int), unit=column(lambda row: row.unit_id, int), score=column(score),
        day=column(lambda row: day_of(row.submitted_at), int), a=column(lambda row: row.a_milli) / 1000, b=column(lambda row: row.b_milli) / 1000,
        c=column(lambda row: row.c_e4) / 10_000, vb=column(lambda row: row.vb_micro) / 1_000_000,
    )  # fmt: skip
    return Answers(rows, facts, without_own_question(facts))


def score(row: Row[Any]) -> float:
    """0 or 1; a marked fraction for short answers only, as in the replay."""
    return row.fraction_milli / 1000 if row.kind == Kind.SHORT and row.fraction_milli is not None else row.correct


def group_of(row: Row[Any], grouping: str) -> str:
    """The group of an answer's official, or the language of their sitting; empty if not known."""
    if grouping == "language":
        return row.language or ""
    return TIERS.get(row.tier, "") if grouping == "tier" else row.connection or ""


def asked_counts(session: Session) -> dict[int, int]:
    """How often each question, or set, was put to people, repeats included."""
    unit = func.coalesce(Item.parent_id, Item.id)
    sittings = select(unit.label("unit_id"), Response.official_id, Response.submitted_at).join(Item, Item.id == Response.item_id).distinct().subquery()
    return dict(session.execute(select(sittings.c.unit_id, func.count()).group_by(sittings.c.unit_id)).all())


def answering_seconds(session: Session) -> dict[int, list[tuple[int, float]]]:
    """(official, seconds) until the first answer, by question or set, from the steps of sittings that count."""
    units = _units(session)
    found: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for official_id, form, steps in _sittings(session):
        spent: defaultdict[int, float] = defaultdict(float)
        answered, before = set(), None
        for kind, place, at in steps:
            if kind == StepKind.ANSWERED and place not in answered and before is not None and at - before <= LONGEST:
                spent[units.get(form[place - 1], 0)] += (at - before).total_seconds()
            answered.add(place)
            before = at
        for unit_id, seconds in spent.items():
            found[unit_id].append((official_id, seconds))
    return found


def _units(session: Session) -> dict[int, int]:
    """Question or set by item revision."""
    return dict(session.execute(select(ItemRevision.id, func.coalesce(Item.parent_id, Item.id)).join(Item, Item.id == ItemRevision.item_id)).all())


def _sittings(session: Session) -> Iterator[tuple[int, list[int], list[tuple[str, int | None, datetime]]]]:
    counted = (Attempt.purpose == Purpose.EVIDENCE, Attempt.submitted_at.is_not(None))
    every = -(-(session.scalar(select(func.count()).select_from(Attempt).where(*counted)) or 0) // MOST_ATTEMPTS)
    query = select(Attempt.id, Attempt.official_id, Attempt.form, AttemptStep.kind, AttemptStep.place, AttemptStep.at).join(
        AttemptStep, AttemptStep.attempt_id == Attempt.id
    )
    query = query.where(*counted, *([Attempt.id % every == 0] if every > 1 else [])).order_by(Attempt.id, AttemptStep.seq)
    current: tuple[int, list[int], list] | None = None
    last = None
    for row in session.execute(query):
        if row.id != last:
            if current:
                yield current
            current, last = (row.official_id, row.form, []), row.id
        current[2].append((row.kind, row.place, row.at))
    if current:
        yield current


@dataclass(frozen=True, slots=True)
class UnitHead:
    """A question or a whole set: its code, course, and its newest revision."""

    item_id: int
    code: str
    course: str
    revision_id: int
    competency: str
    kind: str
    level: int
    version: int
    content: Mapping[str, Any]

    def stem(self, language: str) -> str:
        """What is asked, cut to what a list can hold; empty for questions of another platform."""
        return self.content.get("stem", {}).get(language, "")[:400]


def unit_heads(session: Session) -> Mapping[int, UnitHead]:
    """Every live question and set with its newest revision, by item id."""
    newest = aliased(ItemRevision)
    last = select(func.max(newest.version)).where(newest.item_id == Item.id).scalar_subquery()
    query = (
        select(
            Item.id, Item.code, func.coalesce(Assessment.slug, ""), ItemRevision.id, ItemRevision.competency, ItemRevision.kind,
            ItemRevision.level, ItemRevision.version, ItemRevision.content,
        )
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .outerjoin(Assessment, Assessment.id == Item.assessment_id)
        .where(Item.parent_id.is_(None), ItemRevision.version == last, ItemRevision.use == Use.LIVE)
    )  # fmt: skip
    return {row[0]: UnitHead(*row) for row in session.execute(query)}
