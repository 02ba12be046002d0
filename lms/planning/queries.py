"""Reading plans: the list, one plan, who is in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms.access.policy import Scope
from lms.competency.models import TreeRollup
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual
from lms.courses.models import Course, CourseRevision
from lms.courses.retirement_queries import is_offered
from lms.people.models import Official, Position, Unit
from lms.people.queries import below, counted, people_below, within
from lms.planning.enums import PlanState
from lms.planning.models import Plan, PlanItem

ORDERS = {
    "newest": (Plan.made_at.desc(), Plan.id.desc()),
    "name": (Plan.name, Plan.id),
    "unit": (Unit.code, Plan.made_at.desc(), Plan.id),
    "ends": (Plan.ends_on, Plan.id),
}
PEOPLE_ORDERS = {
    "staff_no": (Official.staff_no, Course.code),
    "name": (Official.name, Official.staff_no, Course.code),
    "unit": (Unit.code, Official.staff_no, Course.code),
    "course": (Course.code, Official.staff_no),
}


def plan(session: Session, ref: str) -> Plan:
    """Raises NotFound."""
    found = session.scalar(select(Plan).where(Plan.ref == ref))
    if found is None:
        raise NotFound
    return found


def plans(scope: Scope, *, text: str = "", state: str = "", order: str = "newest") -> Select[Any]:
    """Rows (plan, unit) of one's units."""
    query = select(Plan, Unit).join(Unit, Unit.id == Plan.unit_id).where(within(scope))
    if text:
        held = (column.contains(text, autoescape=True) for column in (Plan.name, Unit.name_zh, Unit.name_en, Unit.code))
        query = query.where(or_(*held))
    if state in set(PlanState):
        query = query.where(Plan.state == state)
    return query.order_by(*ORDERS.get(order, ORDERS["newest"]))


def people(plan: Plan, scope: Scope, *, text: str = "", course: str = "", order: str = "staff_no") -> Select[Any]:
    """Rows (item, official, unit, course) of a plan: those who are still in one's units."""
    query = (
        select(PlanItem, Official, Unit, Course.slug)
        .join(Official, Official.id == PlanItem.official_id)
        .join(Unit, Unit.id == Official.unit_id)
        .join(Course, Course.id == PlanItem.course_id)
        .where(PlanItem.plan_id == plan.id, within(scope))
    )
    if text:
        query = query.where(or_(Official.name.contains(text, autoescape=True), Official.staff_no.contains(text, autoescape=True)))
    if course:
        query = query.where(Course.slug == course)
    return query.order_by(*PEOPLE_ORDERS.get(order, PEOPLE_ORDERS["staff_no"]))


def items_of(session: Session, plan: Plan, official_id: int) -> Sequence[Any]:
    """Rows (item, slug) of one official in a plan, what closes most first."""
    query = select(PlanItem, Course.slug).join(Course, Course.id == PlanItem.course_id)
    return session.execute(
        query.where(PlanItem.plan_id == plan.id, PlanItem.official_id == official_id).order_by(PlanItem.closed_milli.desc(), Course.code)
    ).all()


def titles(session: Session, slugs: Iterable[str]) -> dict[str, Bilingual]:
    """Titles of courses; one that was taken out keeps its address as title."""
    slugs = list(slugs)
    r = CourseRevision
    query = select(Course.slug, r.title_zh, r.title_en).join(r, r.id == Course.current_revision_id).where(Course.slug.in_(slugs))
    return {slug: Bilingual(slug, slug) for slug in slugs} | {slug: Bilingual(zh, en) for slug, zh, en in session.execute(query)}


def course_choices(session: Session) -> list[tuple[str, Bilingual, int]]:
    """(slug, title, class hours) of all courses that newcomers may begin, by code."""
    r = CourseRevision
    query = select(Course.slug, r.title_zh, r.title_en, r.hours).join(r, r.id == Course.current_revision_id).where(is_offered()).order_by(Course.code)
    return [(slug, Bilingual(zh, en), hours) for slug, zh, en, hours in session.execute(query)]


def posts_below(session: Session, unit: Unit) -> list[Position]:
    """Posts that somebody in the unit or below it holds."""
    held = select(Official.position_id).join(Unit, Unit.id == Official.unit_id).where(Official.active, below(unit)).distinct()
    ids = counted(session, ("posts below", unit.id), lambda: session.scalars(held).all())
    return list(session.scalars(select(Position).where(Position.id.in_(ids)).order_by(Position.code)))


def officials(session: Session, scope: Scope, ids: Collection[int]) -> Sequence[Official]:
    """Those of one's units, by staff number."""
    query = select(Official).join(Unit, Unit.id == Official.unit_id).where(Official.id.in_(ids), within(scope))
    return session.scalars(query.order_by(Official.staff_no)).all() if ids else []


def readiness(session: Session, unit: Unit) -> dict[str, int]:
    """People of the unit and all below it; pairs of person and competency that are asked for, and those with evidence."""
    people = people_below(session, [unit])[unit.id]
    tree = select(func.sum(TreeRollup.n_required), func.sum(TreeRollup.n_evidence)).where(TreeRollup.unit_id == unit.id)
    required, evidence = session.execute(tree).one()
    return {"people": people, "required": int(required or 0), "evidence": int(evidence or 0)}


def posts(session: Session, codes: Iterable[str]) -> Sequence[Position]:
    """By code."""
    return session.scalars(select(Position).where(Position.code.in_(list(codes))).order_by(Position.code)).all()
