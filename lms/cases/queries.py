"""Reading appeals: an official's own, those somebody answers for, and what one is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy import case as case_of
from sqlalchemy import false as never
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.access.permissions import Role
from lms.assessments import queries as assessments
from lms.assessments.enums import Purpose
from lms.assessments.models import Response
from lms.assessments.queries import Asked, GivenResponse
from lms.cases.enums import OUTCOMES_OF, RUNNING, CaseState, CaseStepKind, Outcome, Subject
from lms.cases.models import Case, CaseStep
from lms.core.errors import Forbidden, NotFound
from lms.core.i18n import Bilingual
from lms.corrections.enums import CorrectionState
from lms.corrections.models import Correction
from lms.people import queries as people
from lms.people.calendar_queries import reminds_again
from lms.people.holder_queries import holders
from lms.people.models import Account, Official, Unit
from lms.placement import queries as placement
from lms.portfolio import queries as portfolio
from lms.portfolio.enums import State
from lms.portfolio.models import Submission

DAYS = 15
"""Within so many days of its opening an appeal is to be answered."""
PLACEMENT = Bilingual("摸底测验", "Placement")
REMIND_BEFORE = 3
"""So many days before an answer is due its owner is reminded, and again when it is overdue."""


@dataclass(frozen=True, slots=True)
class Contestable:
    """A question that an official answered: what it asked and what they said."""

    position: int
    asked: Asked
    given: GivenResponse


def due_on(opened: date) -> date:
    """The last day on which an answer is in time."""
    return opened + timedelta(days=DAYS)


def to_remind(session: Session, *, today: date) -> list[Case]:
    """Running appeals of which somebody is to be reminded now: due within ``REMIND_BEFORE`` days, or overdue, and not reminded since."""
    near = select(Case).where(Case.state.in_(RUNNING), Case.due_on <= today + timedelta(days=REMIND_BEFORE)).order_by(Case.due_on, Case.id)
    found = session.scalars(near.with_for_update()).all()
    s = CaseStep
    last = dict(session.execute(select(s.case_id, func.max(s.at)).where(s.kind == CaseStepKind.REMINDED).group_by(s.case_id)).all())
    return [case for case in found if reminds_again(last.get(case.id), due_on=case.due_on, day=today)]


def owners(session: Session, case: Case) -> list[int]:
    """Official ids of who took the appeal up, else of everyone who answers for it; never of who made it."""
    query = select(Account.official_id).where(Account.active, Account.official_id.is_not(None), Account.official_id != case.official_id)
    if case.owner_account_id is not None:
        return list(session.scalars(query.where(Account.id == case.owner_account_id)))
    if case.subject == Subject.ITEM:
        return list(session.scalars(query.where(Account.id.in_(holders(session, Role.ADMINISTRATOR)))))
    unit = session.scalars(select(Unit).join(Official, Official.unit_id == Unit.id).where(Official.id == case.official_id)).one()
    return list(session.scalars(query.where(Account.id.in_(holders(session, Role.HR, over=unit)))))


def judged_work(session: Session, ref: str, *, official_id: int | None) -> Submission:
    """An official's own piece of work once it is judged. Raises NotFound: nothing else can be contested."""
    found = portfolio.own(session, ref, official_id)
    if found.state != State.JUDGED:
        raise NotFound
    return found


def is_overdue(case: Case, today: date) -> bool:
    """Whether an appeal should have been answered before ``today``."""
    return case.state in RUNNING and today > case.due_on


@dataclass(frozen=True, slots=True)
class Taken:
    """What gave answers that count: an evidence quiz, or a placement (then without assessment)."""

    ref: str
    official_id: int
    assessment_id: int | None
    ended_at: datetime
    title: Bilingual


def taken(session: Session, ref: str, *, official_id: int | None) -> Taken:
    """An official's own evidence quiz or placement, once it is ended. Raises NotFound: no other result can be contested."""
    try:
        quiz = assessments.attempt(session, ref, official_id=official_id)
    except NotFound:
        return _placement(session, ref, official_id)
    if quiz.submitted_at is None or quiz.purpose is not Purpose.EVIDENCE:
        raise NotFound
    title = assessments.course_title(session, quiz)
    return Taken(ref, quiz.official_id, quiz.assessment_id, quiz.submitted_at, Bilingual(title, title) if isinstance(title, str) else title)


def _placement(session: Session, ref: str, official_id: int | None) -> Taken:
    one = placement.sitting(session, ref, official_id=official_id)
    if one.finished_at is None:
        raise NotFound
    return Taken(ref, one.official_id, None, one.finished_at, PLACEMENT)


def answered(session: Session, one: Taken) -> list[Contestable]:
    """The questions that were answered, in order, with the keys in force."""
    given = assessments.responses_of(session, one)
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
    """The appeals that ``actor`` answers for, over Case, Official and Unit: results and work of those whose records they read, or questions.
    Never one's own."""
    known = people.within(policy.scope(actor, P.RECORD_READ)), people.within(policy.scope(actor, P.CASES_ANSWER))
    results = and_(Case.subject != Subject.ITEM, *known)
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
    # questions are anonymous: not even their order may tell whose they are
    "unit": (case_of((Case.subject == Subject.ITEM, ""), else_=Unit.code), Case.due_on, Case.id),
}


def cases(actor: Actor, *, today: date, text: str = "", state: str = "running", order: str = "due") -> Select[Any]:
    """Rows (Case, Official, Unit) that ``actor`` answers for.

    ``text`` stands in the title or the reference, or, where names are shown, in the official's name or number; ``state``: a
    state, ``running``, ``overdue`` or ``all``.
    """
    query = _with_people(select(Case, Official, Unit)).where(answers_for(actor)).order_by(*ORDERS.get(order, ORDERS["due"]))
    if text:
        query = query.where(_holds(text))
    if state == "overdue":
        return query.where(Case.state.in_(RUNNING), Case.due_on < today)
    if state == "all":
        return query
    return query.where(Case.state == state) if state in set(CaseState) else query.where(Case.state.in_(RUNNING))


def _holds(text: str) -> ColumnElement[bool]:
    titles = (func.lower(column).contains(text.lower(), autoescape=True) for column in (Case.title_zh, Case.title_en, Case.ref))
    names = or_(func.lower(Official.name).contains(text.lower(), autoescape=True), Official.staff_no.contains(text.upper(), autoescape=True))
    return or_(*titles, and_(Case.subject != Subject.ITEM, names))


def waiting(session: Session, actor: Actor, *, today: date) -> tuple[int, int]:
    """(how many wait for ``actor``, how many of them are overdue)."""
    count = _with_people(select(func.count(Case.id))).where(answers_for(actor), Case.state.in_(RUNNING))
    return session.scalar(count) or 0, session.scalar(count.where(Case.due_on < today)) or 0


def answered_since(session: Session, official_id: int, *, since: datetime) -> Sequence[Case]:
    """An official's appeals answered since then."""
    return session.scalars(all_own(official_id).where(Case.state == CaseState.ANSWERED, Case.closed_at >= since)).all()


def correction(session: Session, case: Case) -> Correction | None:
    """The correction that followed from an appeal."""
    return session.scalar(select(Correction).where(Correction.ref == case.correction_ref)) if case.correction_ref else None


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
    about = taken(session, case.subject_ref, official_id=case.official_id)
    return next(one for one in answered(session, about) if one.position == case.position)


def outcomes(case: Case) -> tuple[Outcome, ...]:
    """What may follow from an appeal; a placement may be begun again at any time, so there is nothing to allow."""
    kind = OUTCOMES_OF[Subject(case.subject)]
    return kind if case.assessment_id is not None or case.subject == Subject.WORK else tuple(one for one in kind if one is not Outcome.RETAKE)


def corrections_of(session: Session, case: Case) -> list[Correction]:
    """Corrections begun that ruled on the contested question, the newest first."""
    begun = Correction.state.in_((CorrectionState.APPLYING, CorrectionState.APPLIED))
    rows = session.scalars(select(Correction).where(begun).order_by(Correction.id.desc()))
    return [one for one in rows if str(case.item_revision_id) in one.rulings]
