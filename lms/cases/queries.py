"""Reading appeals: an official's own, those somebody answers for, and what one is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy import false as never
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.assessments import queries as assessments
from lms.assessments.enums import Purpose
from lms.assessments.models import Response
from lms.assessments.queries import Asked, AttemptHead, GivenResponse
from lms.cases.enums import RUNNING, CaseState, Subject
from lms.cases.models import Case, CaseStep
from lms.core.errors import Forbidden, NotFound
from lms.corrections.enums import CorrectionState
from lms.corrections.models import Correction
from lms.people import queries as people
from lms.people.models import Official, Unit

DAYS = 15
"""Within so many days of its opening an appeal is to be answered."""


@dataclass(frozen=True, slots=True)
class Contestable:
    """A question that an official answered: what it asked and what they said."""

    position: int
    asked: Asked
    given: GivenResponse


def due_on(opened: date) -> date:
    """The last day on which an answer is in time."""
    return opened + timedelta(days=DAYS)


def is_overdue(case: Case, today: date) -> bool:
    """Whether an appeal should have been answered before ``today``."""
    return case.state in RUNNING and today > case.due_on


def attempt(session: Session, ref: str, *, official_id: int | None) -> AttemptHead:
    """An official's own submitted evidence attempt. Raises NotFound: nothing else can be contested."""
    found = assessments.attempt(session, ref, official_id=official_id)
    if found.submitted_at is None or found.purpose is not Purpose.EVIDENCE:
        raise NotFound
    return found


def answered(session: Session, head: AttemptHead) -> list[Contestable]:
    """The questions that an attempt answered, in its order, with the keys in force."""
    given = assessments.responses_of(session, head)
    form = {one.revision_id: one for one in assessments.all_in_force(session, [one.item_revision_id for one in given])}
    return [Contestable(one.position, form[one.item_revision_id], one) for one in given]


def own(session: Session, ref: str, *, official_id: int | None) -> Case:
    """An official's own appeal. Raises NotFound, for strangers too."""
    found = session.scalar(select(Case).where(Case.ref == ref, Case.official_id == official_id))
    if found is None:
        raise NotFound
    return found


def all_own(official_id: int | None) -> Select[Any]:
    """An official's appeals, the latest first."""
    return select(Case).where(Case.official_id == official_id).order_by(Case.opened_at.desc(), Case.id.desc())


def running_on(session: Session, *, official_id: int, subject_ref: str, position: int | None) -> Case | None:
    """The appeal about the same thing that is not closed yet."""
    same = Case.official_id == official_id, Case.subject_ref == subject_ref, Case.state.in_(RUNNING)
    place = Case.position.is_(None) if position is None else Case.position == position
    return session.scalar(select(Case).where(*same, place).limit(1))


def steps(session: Session, case: Case) -> Sequence[CaseStep]:
    """What happened in an appeal, in order."""
    return session.scalars(select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.seq)).all()


def answers_for(actor: Actor) -> ColumnElement[bool]:
    """The appeals that ``actor`` owns, over Case, Official and Unit: results of those whose records they read, or questions. Never one's own."""
    results = and_(Case.subject == Subject.ATTEMPT, people.within(policy.scope(actor, P.RECORD_READ)), people.within(policy.scope(actor, P.CASES_ANSWER)))
    questions = Case.subject == Subject.ITEM if policy.may(actor, P.ITEMS_CORRECT) else never()
    others = true() if actor.official_id is None else Case.official_id != actor.official_id
    return and_(others, or_(results, questions))


def ensure_owner(session: Session, actor: Actor, case: Case) -> None:
    """Raise Forbidden unless ``actor`` answers for the appeal."""
    if session.scalar(_with_people(select(Case.id)).where(Case.id == case.id, answers_for(actor))) is None:
        raise Forbidden


def _with_people(query: Select[Any]) -> Select[Any]:
    return query.join(Official, Official.id == Case.official_id).join(Unit, Unit.id == Official.unit_id)


def by_ref(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> Case:
    """An appeal that ``actor`` answers for. Raises NotFound, Forbidden."""
    query = select(Case).where(Case.ref == ref)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    ensure_owner(session, actor, found)
    return found


ORDERS = {
    "due": (Case.due_on, Case.id),
    "newest": (Case.opened_at.desc(), Case.id.desc()),
    "unit": (Unit.code, Case.due_on, Case.id),
}


def cases(actor: Actor, *, today: date, state: str = "running", order: str = "due") -> Select[Any]:
    """Rows (Case, Official, Unit) that ``actor`` answers for; ``state``: a state, ``running``, ``overdue`` or ``all``."""
    query = _with_people(select(Case, Official, Unit)).where(answers_for(actor)).order_by(*ORDERS.get(order, ORDERS["due"]))
    if state == "overdue":
        return query.where(Case.state.in_(RUNNING), Case.due_on < today)
    if state == "all":
        return query
    return query.where(Case.state == state) if state in set(CaseState) else query.where(Case.state.in_(RUNNING))


def waiting(session: Session, actor: Actor, *, today: date) -> tuple[int, int]:
    """(how many wait for ``actor``, how many of them are overdue)."""
    count = _with_people(select(func.count(Case.id))).where(answers_for(actor), Case.state.in_(RUNNING))
    return session.scalar(count) or 0, session.scalar(count.where(Case.due_on < today)) or 0


def answered_since(session: Session, official_id: int, *, since: datetime) -> Sequence[Case]:
    """An official's appeals answered since then."""
    return session.scalars(all_own(official_id).where(Case.state == CaseState.ANSWERED, Case.closed_at >= since)).all()


def by_competency(session: Session, case: Case) -> Sequence[Any]:
    """What the contested attempt gave: ``competency, right, asked, waiting``."""
    r = Response
    columns = (
        r.competency,
        func.coalesce(func.sum(r.correct), 0).label("right"),
        func.count().label("asked"),
        (func.count() - func.count(r.correct)).label("waiting"),
    )
    query = select(*columns).where(r.official_id == case.official_id, r.attempt_ref == case.subject_ref, r.void.is_(False))
    return session.execute(query.group_by(r.competency).order_by(r.competency)).all()


def contested(session: Session, case: Case) -> Contestable:
    """The question that an appeal is about."""
    head = assessments.attempt(session, case.subject_ref, official_id=case.official_id)
    return next(one for one in answered(session, head) if one.position == case.position)


def corrections_of(session: Session, case: Case) -> list[Correction]:
    """Corrections begun that ruled on the contested question, the newest first."""
    begun = Correction.state.in_((CorrectionState.APPLYING, CorrectionState.APPLIED))
    rows = session.scalars(select(Correction).where(begun).order_by(Correction.id.desc()))
    return [one for one in rows if str(case.item_revision_id) in one.rulings]
