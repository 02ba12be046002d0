"""Reading assignments: acts of assigning with their progress, lists of people's assignments, one's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from lms.access.policy import Scope
from lms.assignments.enums import Shown, SourceKind, State
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason, AssignmentStep, MailAddress, TimeRequest
from lms.core.errors import NotFound
from lms.core.lately import lately
from lms.core.paging import count
from lms.courses.models import Course, CourseRevision, Lesson
from lms.people.models import Official, Unit
from lms.people.queries import within

MOST_TITLES = 200
MOST_OWN = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a group of people is, by evidence; ``people`` without those from whom it was withdrawn."""

    done: int
    open: int
    overdue: int
    excused: int
    withdrawn: int

    @property
    def people(self) -> int:
        return self.done + self.open + self.overdue + self.excused

    @classmethod
    def of(cls, row: Any) -> Progress:
        """Of a row with a column for each."""
        return cls(*(int(getattr(row, name) or 0) for name in ("done", "open", "overdue", "excused", "withdrawn")))


def shown_as(shown: Shown | str, today: date) -> ColumnElement[bool]:
    """The condition under which an assignment reads like that on a day."""
    over = and_(Assignment.due_on.is_not(None), Assignment.due_on < today)
    if shown == Shown.OVERDUE:
        return and_(Assignment.state == State.OPEN, over)
    if shown == Shown.OPEN:
        return and_(Assignment.state == State.OPEN, ~over | Assignment.due_on.is_(None))
    return Assignment.state == str(shown)


ASKED = AssignmentGroup.source_kind != SourceKind.RECOMMENDATION
"""What somebody chose for themselves is nobody else's list."""


def codes_like(session: Session, text: str) -> list[str]:
    """Codes of things whose title holds ``text``, in either language."""
    held = f"%{text.replace('%', '').replace('_', '').lower()}%"
    courses = select(Course.slug).join(CourseRevision, CourseRevision.id == Course.current_revision_id)
    courses = courses.where(or_(func.lower(CourseRevision.title_zh).like(held), func.lower(CourseRevision.title_en).like(held)))
    lessons = select(Lesson.code).join(Course, Course.current_revision_id == Lesson.revision_id)
    lessons = lessons.where(or_(func.lower(Lesson.title_zh).like(held), func.lower(Lesson.title_en).like(held)))
    return [code for query in (courses, lessons) for code in session.scalars(query.limit(MOST_TITLES))]


def _counts(today: date) -> list[ColumnElement[Any]]:
    """How many of a group's assignments stand where."""
    gone = or_(AssignmentReason.withdrawn_at.is_not(None), Assignment.state == State.WITHDRAWN)
    conditions = {
        "done": and_(Assignment.state == State.DONE),
        "open": and_(shown_as(Shown.OPEN, today), AssignmentReason.withdrawn_at.is_(None)),
        "overdue": and_(shown_as(Shown.OVERDUE, today), AssignmentReason.withdrawn_at.is_(None)),
        "excused": and_(Assignment.state == State.EXCUSED),
        "withdrawn": and_(gone, Assignment.state.in_((State.OPEN, State.WITHDRAWN))),
    }
    return [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in conditions.items()]


LARGE = 20_000
"""From so many people on, how far groups are is not counted for every page."""
GROUP_STATES = ("running", "overdue", "finished")
GROUP_ORDERS = {"newest": (AssignmentGroup.made_at.desc(),), "due": (AssignmentGroup.due_on.is_(None), AssignmentGroup.due_on)}


def _reached(scope: Scope, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether somebody of ``scope`` is in the group, under further conditions."""
    query = select(AssignmentReason.id).join(Assignment, Assignment.id == AssignmentReason.assignment_id)
    query = query.where(AssignmentReason.group_id == AssignmentGroup.id, *conditions)
    if not scope.everything:
        query = query.join(Official, Official.id == Assignment.official_id).join(Unit, Unit.id == Official.unit_id).where(within(scope))
    return query.exists()


def widened(session: Session, scope: Scope) -> Scope:
    """``scope``; or everything, if it holds every tree of units from its root: then nobody need be looked up to know whether they belong to it."""
    if not scope.everything and session.scalar(select(Unit.id).where(Unit.parent_id.is_(None), ~within(scope)).limit(1)) is None:
        return Scope(everything=True)
    return scope


def groups(scope: Scope, today: date, *, text: str = "", codes: Collection[str] = (), state: str = "", order: str = "newest") -> Select[Any]:
    """Acts of assigning that reach people of ``scope``; rows are (AssignmentGroup,). Nothing is counted: see :func:`progress_of`."""
    query = select(AssignmentGroup).where(ASKED, _reached(scope))
    if text:
        columns = (AssignmentGroup.code, AssignmentGroup.words, AssignmentGroup.made_by)
        named = [func.lower(column).contains(text.lower(), autoescape=True) for column in columns]
        query = query.where(or_(*named, AssignmentGroup.code.in_(codes)))
    standing = AssignmentReason.withdrawn_at.is_(None)
    still, overdue = _reached(scope, Assignment.state == State.OPEN, standing), _reached(scope, shown_as(Shown.OVERDUE, today), standing)
    if state in GROUP_STATES:
        done = _reached(scope, Assignment.state == State.DONE)
        query = query.where({"running": still, "overdue": overdue, "finished": and_(~still, done)}[state])
    return query.order_by(*GROUP_ORDERS.get(order, ()), AssignmentGroup.id.desc())


def progress_of(session: Session, scope: Scope, group_ids: Sequence[int], today: date) -> dict[int, Progress]:
    """How far the people of ``scope`` in each of these groups are; of a group of tens of thousands what was counted within the last ten minutes."""
    scope, large = widened(session, scope), _large(session, group_ids)
    found = _progress(session, scope, [one for one in group_ids if one not in large], today)
    for one in large:
        found |= lately(("progress of assignments", one, str(scope), today), lambda one=one: _progress(session, scope, [one], today))
    return found


def _large(session: Session, group_ids: Sequence[int]) -> set[int]:
    far = select(AssignmentReason.id).where(AssignmentReason.group_id == AssignmentGroup.id).limit(1).offset(LARGE).correlate(AssignmentGroup)
    return set(session.scalars(select(AssignmentGroup.id).where(AssignmentGroup.id.in_(group_ids), far.scalar_subquery().is_not(None))))


def _progress(session: Session, scope: Scope, group_ids: Sequence[int], today: date) -> dict[int, Progress]:
    if not group_ids:
        return {}
    query = select(AssignmentReason.group_id, *_counts(today)).join(Assignment, Assignment.id == AssignmentReason.assignment_id)
    query = query.where(AssignmentReason.group_id.in_(group_ids)).group_by(AssignmentReason.group_id)
    if not scope.everything:
        query = query.join(Official, Official.id == Assignment.official_id).join(Unit, Unit.id == Official.unit_id).where(within(scope))
    return {row.group_id: Progress.of(row) for row in session.execute(query)}


def group_by_ref(session: Session, ref: str) -> AssignmentGroup:
    """Raises NotFound; one's own choices are no group for others."""
    found = session.scalar(select(AssignmentGroup).where(AssignmentGroup.ref == ref, ASKED))
    if found is None:
        raise NotFound
    return found


def waiting_requests(scope: Scope) -> Select[Any]:
    """Requests for more time without an answer: (TimeRequest, Assignment, Official, Unit), the oldest first."""
    query = select(TimeRequest, Assignment, Official, Unit).join(Assignment, Assignment.id == TimeRequest.assignment_id)
    query = query.join(Official, Official.id == Assignment.official_id).join(Unit, Unit.id == Official.unit_id)
    return query.where(*_waiting(scope)).order_by(TimeRequest.id)


def how_many_wait(session: Session, scope: Scope) -> int:
    """How many requests for more time are without an answer."""
    return count(session, select(TimeRequest.id).where(*_waiting(scope)))


def _waiting(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Begun with the few requests that wait: a province has a million open assignments."""
    query = select(Assignment.id).where(Assignment.id == TimeRequest.assignment_id, Assignment.state == State.OPEN).correlate(TimeRequest)
    if not scope.everything:
        query = query.join(Official, Official.id == Assignment.official_id).join(Unit, Unit.id == Official.unit_id).where(within(scope))
    return TimeRequest.answer.is_(None), query.exists()


def by_ref(session: Session, ref: str) -> Assignment:
    """Raises NotFound."""
    found = session.scalar(select(Assignment).where(Assignment.ref == ref))
    if found is None:
        raise NotFound
    return found


def own(session: Session, ref: str, official_id: int | None) -> Assignment:
    """An official's own assignment. Raises NotFound, for others' too."""
    found = by_ref(session, ref)
    if found.official_id != official_id:
        raise NotFound
    return found


def of_official(session: Session, official_id: int, *, asked_only: bool = False) -> Sequence[Assignment]:
    """An official's assignments: open ones first, by due date; then the newest. ``asked_only``: without their own choices."""
    query = select(Assignment).where(Assignment.official_id == official_id)
    if asked_only:
        reasons = select(AssignmentReason.assignment_id).join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id).where(ASKED)
        query = query.where(Assignment.id.in_(reasons))
    order = (Assignment.state != State.OPEN, Assignment.due_on.is_(None), Assignment.due_on, Assignment.id.desc())
    return session.scalars(query.order_by(*order).limit(MOST_OWN)).all()


def open_of(session: Session, official_id: int) -> Sequence[Assignment]:
    """What an official has open, by due date."""
    query = select(Assignment).where(Assignment.official_id == official_id, Assignment.state == State.OPEN)
    return session.scalars(query.order_by(Assignment.due_on.is_(None), Assignment.due_on, Assignment.id).limit(MOST_OWN)).all()


def reasons_of(session: Session, ids: Collection[int]) -> dict[int, list[tuple[AssignmentReason, AssignmentGroup]]]:
    """The standing reasons of assignments, by assignment."""
    query = select(AssignmentReason, AssignmentGroup).join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id)
    found: dict[int, list[tuple[AssignmentReason, AssignmentGroup]]] = {}
    for reason, group in session.execute(query.where(AssignmentReason.assignment_id.in_(ids)).order_by(AssignmentReason.id)):
        found.setdefault(reason.assignment_id, []).append((reason, group))
    return found


def requests_of(session: Session, ids: Collection[int]) -> dict[int, TimeRequest]:
    """The newest request for more time of each assignment."""
    query = select(TimeRequest).where(TimeRequest.assignment_id.in_(ids)).order_by(TimeRequest.id)
    return {request.assignment_id: request for request in session.scalars(query)}


def steps_of(session: Session, assignment_id: int) -> Sequence[AssignmentStep]:
    """What happened to an assignment, in order."""
    return session.scalars(select(AssignmentStep).where(AssignmentStep.assignment_id == assignment_id).order_by(AssignmentStep.seq)).all()


def mail_address(session: Session, official_id: int) -> MailAddress | None:
    """What an official said about mail."""
    return session.get(MailAddress, official_id)


def progress(session: Session, scope: Scope, group_id: int, today: date) -> Progress:
    """How far the people of ``scope`` in one group are. Raises NotFound when nobody of the scope is in it."""
    found = progress_of(session, scope, [group_id], today)
    if group_id not in found:
        raise NotFound
    return found[group_id]
