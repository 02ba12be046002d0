"""Reading flags: what waits to be looked at, for whom, until when, and which quizzes are closed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.assessments import queries as assessments
from lms.assessments import suspension_queries as questions
from lms.assessments.models import Assessment, BankItem, Item, ItemRevision
from lms.core.errors import NotFound
from lms.courses.models import Course, CourseRevision
from lms.facts import citation_queries
from lms.facts.clock import clock
from lms.facts.enums import RUNNING, FlagState, FlagStepKind, Subject
from lms.facts.models import Fact, FactChange, FactFlag, FactFlagStep
from lms.people.calendar_queries import reminds_again


def is_overdue(flag: FactFlag, today: date) -> bool:
    """Whether somebody should have looked before ``today``."""
    return flag.state in RUNNING and today > flag.due_on


def looks_at(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The flags that ``actor`` may settle: of courses of the own organisation, or all."""
    scope = policy.scope(actor, P.COURSES_WRITE)
    if scope.everything:
        return true()
    owners = citation_queries.partner_of_courses(session)
    return FactFlag.course_slug.in_([slug for slug, partner in owners.items() if scope.covers_partner(partner)])


def by_ref(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> FactFlag:
    """A flag that ``actor`` may settle. Raises NotFound, for those of other organisations too."""
    query = select(FactFlag).where(FactFlag.ref == ref, looks_at(session, actor))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def mine(session: Session, actor: Actor, flag_ids: Iterable[int]) -> Sequence[str]:
    """References of those of these flags that ``actor`` may settle."""
    return session.scalars(select(FactFlag.ref).where(FactFlag.id.in_(list(flag_ids)), looks_at(session, actor))).all()


def running_of(session: Session, fact_id: int) -> Sequence[FactFlag]:
    """The flags of a fact that still wait."""
    return session.scalars(select(FactFlag).where(FactFlag.fact_id == fact_id, FactFlag.state.in_(RUNNING))).all()


def of_fact(session: Session, fact_id: int, *, limit: int = 200) -> Sequence[FactFlag]:
    """A fact's flags: what waits first, then the newest."""
    order = case((FactFlag.state.in_(RUNNING), 0), else_=1), FactFlag.opened_at.desc(), FactFlag.subject, FactFlag.code
    return session.scalars(select(FactFlag).where(FactFlag.fact_id == fact_id).order_by(*order).limit(limit)).all()


def steps(session: Session, flag_ids: Iterable[int]) -> dict[int, list[FactFlagStep]]:
    """What happened to flags, in order."""
    found: dict[int, list[FactFlagStep]] = {}
    for step in session.scalars(select(FactFlagStep).where(FactFlagStep.flag_id.in_(list(flag_ids))).order_by(FactFlagStep.flag_id, FactFlagStep.seq)):
        found.setdefault(step.flag_id, []).append(step)
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked for in the list: words, a state (or ``running``, ``overdue``, ``suspended``, ``all``), a course, an order."""

    text: str = ""
    state: str = "running"
    course: str = ""
    order: str = "due"


ORDERS = {
    "due": (FactFlag.due_on, FactFlag.id),
    "newest": (FactFlag.opened_at.desc(), FactFlag.id.desc()),
    "place": (FactFlag.course_slug, FactFlag.subject, FactFlag.code, FactFlag.id),
    "fact": (func.length(Fact.code), Fact.code, FactFlag.id),
}


def listed(session: Session, actor: Actor, choice: Choice, *, today: date) -> Select[Any]:
    """The flags that ``actor`` may settle, with their facts and reasons."""
    query = _with_fact().where(looks_at(session, actor)).order_by(*ORDERS.get(choice.order, ORDERS["due"]))
    if choice.text:
        columns = (FactFlag.code, FactFlag.title_zh, FactFlag.title_en, Fact.code, Fact.statement_zh, Fact.statement_en)
        query = query.where(or_(*(func.lower(column).contains(choice.text.lower(), autoescape=True) for column in columns)))
    if choice.course:
        query = query.where(FactFlag.course_slug == choice.course)
    return query if choice.state == "all" else query.where(_in_state(choice.state, today))


def _with_fact() -> Select[Any]:
    query = select(FactFlag).join(Fact, Fact.id == FactFlag.fact_id).join(FactChange, FactChange.id == FactFlag.change_id)
    return query.options(contains_eager(FactFlag.fact), contains_eager(FactFlag.change))


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    if state == "overdue":
        return and_(FactFlag.state.in_(RUNNING), FactFlag.due_on < today)
    if state == "suspended":
        return FactFlag.suspended
    return FactFlag.state == state if state in set(FlagState) else FactFlag.state.in_(RUNNING)


def courses_of(session: Session, actor: Actor) -> Sequence[str]:
    """Slugs of the courses with flags that ``actor`` may settle."""
    query = select(FactFlag.course_slug).where(looks_at(session, actor), FactFlag.course_slug != "")
    return session.scalars(query.distinct().order_by(FactFlag.course_slug)).all()


def waiting(session: Session, actor: Actor, *, today: date) -> tuple[int, int, int]:
    """(how many flags wait for ``actor``, how many are overdue, how many suspend a question). Of a course that an organisation answers for
    the administrator counts the overdue only."""
    mine = [looks_at(session, actor), FactFlag.state.in_(RUNNING)]
    if policy.scope(actor, P.COURSES_WRITE).everything:
        owned = list(citation_queries.partner_of_courses(session))
        mine.append(or_(FactFlag.course_slug.not_in(owned), FactFlag.due_on < today))
    late = func.coalesce(func.sum(case((FactFlag.due_on < today, 1), else_=0)), 0)
    out = func.coalesce(func.sum(case((FactFlag.suspended, 1), else_=0)), 0)
    return tuple(session.execute(select(func.count(FactFlag.id), late, out).where(*mine)).one())  # type: ignore[return-value]


def running_by_fact(session: Session, fact_ids: Iterable[int]) -> dict[int, int]:
    """How many flags of each fact still wait."""
    query = select(FactFlag.fact_id, func.count()).where(FactFlag.fact_id.in_(list(fact_ids)), FactFlag.state.in_(RUNNING))
    return dict(session.execute(query.group_by(FactFlag.fact_id)).all())


def of_place(session: Session, subject: Subject, code: str) -> Sequence[FactFlag]:
    """The flags of a lesson or question that still wait, with their facts."""
    query = _with_fact().where(FactFlag.subject == subject, FactFlag.code == code, FactFlag.state.in_(RUNNING))
    return session.scalars(query.order_by(FactFlag.id)).all()


def found_right(session: Session) -> dict[tuple[str, str], datetime]:
    """When somebody last found a lesson or question still right although a fact had changed, by (the fact's id, its own code)."""
    query = select(Fact.code, FactFlag.code, func.max(FactFlag.settled_at)).join(Fact, Fact.id == FactFlag.fact_id)
    rows = session.execute(query.where(FactFlag.state == FlagState.STILL_RIGHT).group_by(Fact.code, FactFlag.code))
    return {(fact, code): at for fact, code, at in rows}


def version_in_force(session: Session, flag: FactFlag) -> str:
    """The version of a flagged lesson's course, or of a flagged question, that is in force now; nothing when it is in force no longer."""
    if flag.subject == Subject.LESSON:
        query = select(CourseRevision.version).join(Course, Course.current_revision_id == CourseRevision.id).where(Course.slug == flag.course_slug)
        return session.scalar(query) or ""
    asked = select(ItemRevision.version).join(Item, Item.id == ItemRevision.item_id).join(BankItem, BankItem.item_revision_id == ItemRevision.id)
    number = session.scalar(asked.join(Assessment, Assessment.current_bank_id == BankItem.bank_id).where(Item.code == flag.code))
    return str(number or "")


def fillings(session: Session, *, without: Iterable[citation_queries.Place] = ()) -> list[questions.Filling]:
    """How the quizzes fill that have suspended questions, or would have them if ``without`` were suspended too."""
    out = [item_id for place in without if place.live for item_id in place.item_ids]
    held = questions.suspended(session) | set(out)
    touched = sorted({one.slug for one in questions.cited(session) if one.item_id in held})
    found = (questions.filling(session, assessments.assessment(session, slug), without=out) for slug in touched)
    return [one for one in found if one is not None]


def closed(session: Session) -> dict[str, str | None]:
    """Quizzes that can't be taken for evidence now: slug -> slug of the course."""
    held = questions.suspended(session)
    return {one.slug: one.course_slug for one in fillings(session) if one.empty} if held else {}


def to_remind(session: Session, *, today: date) -> list[FactFlag]:
    """Flags of which somebody is to be reminded now: due soon or overdue, and not reminded of that since."""
    near = select(FactFlag).where(FactFlag.state.in_(RUNNING), FactFlag.due_on <= clock().reminded_by(today)).order_by(FactFlag.due_on, FactFlag.id)
    found = session.scalars(near.with_for_update()).all()
    s = FactFlagStep
    rows = session.execute(select(s.flag_id, s.due_on, func.max(s.at)).where(s.kind == FlagStepKind.REMINDED).group_by(s.flag_id, s.due_on))
    last = {(flag_id, due_on): at for flag_id, due_on, at in rows}
    return [one for one in found if reminds_again(last.get((one.id, one.due_on)), due_on=one.due_on, day=today)]
