"""Lists of people's assignments, a page at a time: read from whichever set is small, or along the index that has their order.

A province has a million of them. Which way a page takes decides how long it takes, never what it shows.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, or_, select, union_all
from sqlalchemy.orm import Session

from lms.access.policy import Scope
from lms.assignments.enums import Shown, State
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason
from lms.assignments.queries import ASKED, LARGE, shown_as, widened
from lms.core import paging
from lms.core.lately import lately
from lms.people.models import Official, Unit
from lms.people.queries import within

NEAR = 100
"""Up to this page a long list by name is read along the names; whoever goes further waits until all of it is sorted."""
COUNTED = 100_000
"""So far sets are counted to find the smallest; from the members of a larger one no page is read."""
ORDERS: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "due": (Assignment.due_on.asc().nulls_last(), Assignment.id),
    "name": (Official.name, Official.staff_no, Assignment.id),
    "unit": (Unit.code, Official.staff_no, Assignment.id),
    "newest": (Assignment.id.desc(),),
}


class Start(enum.Enum):
    """Where reading a list begins: with the people in reach, those in the group, or all who stand as wished."""

    PEOPLE = enum.auto()
    GROUP = enum.auto()
    STATE = enum.auto()


@dataclass(frozen=True, slots=True)
class Wish:
    """Which assignments: those of ``scope`` that stand as ``state`` on ``today``; whose person or thing holds ``text`` (``codes``: of things so
    titled); of one group. ``order`` is a key of :data:`ORDERS`."""

    scope: Scope
    today: date
    text: str = ""
    codes: Collection[str] = ()
    state: str = ""
    order: str = "due"
    group_id: int | None = None

    @property
    def by(self) -> tuple[ColumnElement[Any], ...]:
        """Its order, which is total."""
        return ORDERS.get(self.order, ORDERS["due"])


def listed(wish: Wish) -> Select[Any]:
    """People's assignments, all of them: (Assignment, Official, Unit). Own choices that nobody else asked for are left out."""
    return _with_people(select(Assignment, Official, Unit)).where(*_chosen(wish, None)).order_by(*wish.by)


def page_listed(session: Session, wish: Wish, number: int, size: int = paging.PAGE_SIZE) -> paging.Page:
    """Page ``number`` of what :func:`listed` gives."""
    wish = replace(wish, scope=widened(session, wish.scope))
    start, held = _smallest(session, wish)
    gathered = _with_people(select(Assignment.id)).where(*_chosen(wish, start)).order_by(*wish.by)
    same = gathered if start or wish.text else _as_many(wish)
    long = held >= LARGE and not wish.text and paging.count(session, same) >= LARGE
    along = _along(wish, number) if long else None
    page = paging.page_of(session, gathered if along is None else along, number=number, size=size, same=same)
    return paging.Page(_rows(session, [row.id for row in page.rows]), page.number, page.total, page.size)


def _with_people(query: Select[Any]) -> Select[Any]:
    return query.join(Official, Official.id == Assignment.official_id).join(Unit, Unit.id == Official.unit_id)


def _chosen(wish: Wish, start: Start | None) -> list[ColumnElement[bool]]:
    """The conditions of a wish, in the form in which the database begins where it should."""
    reach = Assignment.official_id.in_(_people(wish.scope)) if start is Start.PEOPLE else within(wish.scope)
    asked = _asked(wish) if start in (Start.PEOPLE, Start.STATE) else Assignment.id.in_(_reasons(wish))
    found = [reach, asked, *_standing(wish), *_holding(wish)]
    return [Assignment.id.in_(_standing_so(wish)), *found] if start is Start.STATE else found


def _standing_so(wish: Wish) -> Select[Any]:
    return select(Assignment.id).where(*_standing(wish)).correlate(None)


def _people(scope: Scope) -> Select[Any]:
    return select(Official.id).join(Unit, Unit.id == Official.unit_id).where(within(scope)).correlate(None)


def _reasons(wish: Wish) -> Select[Any]:
    query = select(AssignmentReason.assignment_id).join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id).where(ASKED)
    return query if wish.group_id is None else query.where(AssignmentReason.group_id == wish.group_id)


def _asked(wish: Wish) -> ColumnElement[bool]:
    """The same, asked of one assignment after the other."""
    return _reasons(wish).where(AssignmentReason.assignment_id == Assignment.id).correlate(Assignment).exists()


def _standing(wish: Wish) -> list[ColumnElement[bool]]:
    return [shown_as(wish.state, wish.today)] if wish.state in list(Shown) else []


def _holding(wish: Wish) -> list[ColumnElement[bool]]:
    if not wish.text:
        return []
    text = wish.text.lower()
    named = (func.lower(Official.name).contains(text, autoescape=True), Official.staff_no.contains(text.upper(), autoescape=True))
    return [or_(*named, func.lower(Assignment.code).contains(text, autoescape=True), Assignment.code.in_(wish.codes))]


def _smallest(session: Session, wish: Wish) -> tuple[Start | None, int]:
    """The smallest of the sets in which all of a list lie, and how many it holds; none, if each is larger than is counted."""
    sizes: dict[Start, int] = {}
    if not wish.scope.everything:
        sizes[Start.PEOPLE] = _size(session, ("people", wish.scope.paths), _people(wish.scope))
    if wish.group_id is not None:
        sizes[Start.GROUP] = _size(session, ("group", wish.group_id), select(AssignmentReason.id).where(AssignmentReason.group_id == wish.group_id))
    if _standing(wish):
        sizes[Start.STATE] = _size(session, ("state", wish.state, wish.today), _standing_so(wish))
    start, held = min(sizes.items(), key=lambda one: one[1], default=(None, COUNTED + 1))
    return (start if held <= COUNTED else None), held


def _size(session: Session, key: Hashable, query: Select[Any]) -> int:
    """How many there are, as far as it matters. A choice of the way is right for ten minutes."""
    counted = select(func.count()).select_from(query.limit(COUNTED + 1).subquery())
    return int(lately(("size of a list of assignments", key), lambda: session.scalar(counted)))


def _as_many(wish: Wish) -> Select[Any]:
    """As many rows as the list of ``wish`` (without a text), with nothing that counting them does not need."""
    if wish.group_id is None and wish.scope.everything and not _standing(wish):
        return _reasons(wish).distinct()
    if wish.group_id is None:
        query = select(Assignment.id).where(_asked(wish), *_standing(wish))
    else:
        query = select(AssignmentReason.id).where(AssignmentReason.group_id == wish.group_id)
        if not wish.scope.everything or _standing(wish):
            query = query.join(Assignment, Assignment.id == AssignmentReason.assignment_id).where(*_standing(wish))
    return query if wish.scope.everything else _with_people(query).where(within(wish.scope))


def _along(wish: Wish, number: int) -> Select[Any] | CompoundSelect[Any] | None:
    """A long list along the index that has its order, without sorting it. None where no index has it, or where the way would be far."""
    if wish.order == "name":
        return _by_name(wish) if number <= NEAR else None
    if not wish.scope.everything or wish.group_id is not None:  # whom one reaches, and who is in a group, may all stand at the end
        return None
    if wish.order == "newest":
        return select(Assignment.id).where(_asked(wish), *_standing(wish)).order_by(*wish.by)
    return _by_date(wish) if wish.order == "due" else None


def _by_name(wish: Wish) -> Select[Any]:
    """Along the names of officials; what is added up is sought in no index, so that the database begins with the names."""
    query = select(Assignment.id).join(Official, Official.id + 0 == Assignment.official_id).where(_asked(wish), *_standing(wish))
    if not wish.scope.everything:
        query = query.where((Official.unit_id + 0).in_(select(Unit.id).where(within(wish.scope))))
    return query.order_by(*wish.by)


def _by_date(wish: Wish) -> Select[Any] | CompoundSelect[Any]:
    """By due date: the index holds the dates of each state in order, and the database puts the states together."""
    columns, conditions = (Assignment.id, Assignment.due_on), (_asked(wish), *_standing(wish))
    if wish.state in list(Shown):
        return select(*columns).where(*conditions).order_by(*wish.by)
    found = union_all(*(select(*columns).where(Assignment.state == state, *conditions) for state in State))
    return found.order_by(found.selected_columns.due_on.asc().nulls_last(), found.selected_columns.id)


def _rows(session: Session, ids: Sequence[int]) -> list[Any]:
    """(Assignment, Official, Unit) of a page, in its order."""
    found = {row[0].id: row for row in session.execute(_with_people(select(Assignment, Official, Unit)).where(Assignment.id.in_(ids)))}
    return [found[one] for one in ids]
