"""What is held already, in the shape that a plan compares with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from lms.access.policy import Scope
from lms.people.import_plan import Held, HeldUnit
from lms.people.models import Account, Official, Position, Unit
from lms.people.queries import batches, below, positions, within
from lms.people.roster import Known, positions_by_word

_HELD = (
    select(
        Official.id,
        Official.staff_no,
        Official.name,
        Unit.code.label("unit"),
        Position.code.label("position"),
        Official.grade,
        Official.birth_month,
        Official.phone,
        Official.joined_on,
        Official.retires_on,
        Official.active,
    )
    .join(Unit, Unit.id == Official.unit_id)
    .join(Position, Position.id == Official.position_id)
)


def known(session: Session) -> Known:
    """Units and positions that a roster may name."""
    words = [(position.code, position.name_zh, position.name_en) for position in positions(session)]
    return Known({code: unit.parent for code, unit in held_units(session).items()}, positions_by_word(words))


def held_officials(session: Session, staff_nos: Iterable[str]) -> dict[str, Held]:
    """Officials by staff number, active or not; asks in batches."""
    return {held.staff_no: held for batch in batches(staff_nos) for held in _held(session, _HELD.where(Official.staff_no.in_(batch)))}


def held_official(session: Session, official_id: int) -> Held:
    """One official by id."""
    return next(_held(session, _HELD.where(Official.id == official_id)))


def _held(session: Session, query: Select[Any]) -> Iterator[Held]:
    return (Held(*row) for row in session.execute(query))


def absentees(session: Session, unit: Unit, present: set[str]) -> Iterator[Held]:
    """Active officials of ``unit`` and below whose staff number is not among ``present``, in its order."""
    query = _HELD.where(below(unit), Official.active).order_by(Official.staff_no).execution_options(yield_per=1000)
    return (held for held in _held(session, query) if held.staff_no not in present)


def held_units(session: Session) -> dict[str, HeldUnit]:
    """All units by code."""
    parent = aliased(Unit)
    query = select(Unit.id, Unit.code, Unit.name_zh, Unit.name_en, parent.code.label("parent"), Unit.tier, Unit.connection, Unit.path)
    rows = session.execute(query.outerjoin(parent, parent.id == Unit.parent_id))
    return {row.code: HeldUnit(row.id, row.code, row.name_zh, row.name_en, row.parent or "", row.tier, row.connection, row.path) for row in rows}


def codes_within(session: Session, scope: Scope) -> set[str]:
    """Codes of the units of ``scope``."""
    return set(session.scalars(select(Unit.code).where(within(scope))))


def logins_of_others(session: Session, logins: Iterable[str]) -> set[str]:
    """Those of ``logins`` under which an account without a staff record signs in."""
    query = select(Account.login).where(Account.official_id.is_(None))
    return {login for batch in batches(logins) for login in session.scalars(query.where(Account.login.in_(batch)))}
