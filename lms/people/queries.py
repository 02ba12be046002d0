"""Reading people: units, officials and positions, as far as a scope of the policy reaches."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, collate, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from lms.access.actor import Actor, Grant
from lms.access.permissions import Role
from lms.access.policy import Scope
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual
from lms.core.lately import lately
from lms.people.models import Account, Official, Partner, Position, RoleGrant, Unit

LAST = "\U0010ffff"
BATCH = 500  # ids or codes in one IN list: SQLite takes at most 32,766


DIGITS = frozenset("0123456789")
LARGE = 5000
"""From so many officials on, heads are counted every ten minutes, not for every page."""


HOLDS_ROLE = select(RoleGrant.id).where(RoleGrant.account_id == Account.id, RoleGrant.revoked_at.is_(None)).exists()
"""Whether an account holds a role that somebody granted."""


def within(scope: Scope, path: ColumnElement[str] | None = None) -> ColumnElement[bool]:
    """The units of ``scope``, as a condition on ``Unit.path`` (or on ``path``)."""
    column = Unit.path if path is None else path
    if scope.everything:
        return true()
    return or_(*(column.startswith(prefix, autoescape=True) for prefix in scope.paths)) if scope.paths else false()


def below(unit: Unit) -> ColumnElement[bool]:
    """``unit`` and all units under it."""
    return Unit.path.startswith(unit.path, autoescape=True)


def unit_by_code(session: Session, code: str) -> Unit:
    """Raises :class:`NotFound`."""
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise NotFound
    return unit


def partner_by_code(session: Session, code: str) -> Partner:
    """Raises :class:`NotFound`."""
    partner = session.scalar(select(Partner).where(Partner.code == code))
    if partner is None:
        raise NotFound
    return partner


def official_by_ref(session: Session, ref: str) -> Official:
    """Raises :class:`NotFound`."""
    official = session.scalar(select(Official).where(Official.ref == ref))
    if official is None:
        raise NotFound
    return official


def account_of(session: Session, official: Official) -> Account | None:
    """The account an official signs in with."""
    return session.scalar(select(Account).where(Account.official_id == official.id))


def scope_roots(session: Session, scope: Scope) -> Sequence[Unit]:
    """The topmost units of ``scope``: where its trees begin."""
    if scope.everything:
        return session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.code)).all()
    tops = [path for path in scope.paths if not any(path != other and path.startswith(other) for other in scope.paths)]
    return session.scalars(select(Unit).where(Unit.path.in_(tops)).order_by(Unit.code)).all()


def ancestors(session: Session, unit: Unit) -> Sequence[Unit]:
    """The units above ``unit``, from the root down."""
    ids = [int(part) for part in unit.path.strip("/").split("/")[:-1]]
    return session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(func.length(Unit.path))).all() if ids else []


def units_in(scope: Scope, *, text: str = "", parent: Unit | None = None) -> Select[Any]:
    """Units of ``scope`` in the order of their codes: those whose code or name holds ``text``, or the children of ``parent``."""
    query = select(Unit).where(within(scope)).order_by(Unit.code)
    if parent is not None:
        query = query.where(Unit.parent_id == parent.id)
    if text:
        query = query.where(or_(Unit.code.startswith(text, autoescape=True), *(_holds(column, text) for column in (Unit.name_zh, Unit.name_en))))
    return query


def unit_choices(session: Session, scope: Scope, limit: int) -> list[tuple[str, str, str]]:
    """(code, Chinese name, English name) of the first ``limit`` units of ``scope``, parents before children."""
    rows = session.execute(select(Unit.code, Unit.name_zh, Unit.name_en).where(within(scope)).order_by(Unit.code).limit(limit))
    return [(row.code, row.name_zh, row.name_en or row.name_zh) for row in rows]


def unit_names(session: Session, codes: Iterable[str]) -> dict[str, Bilingual]:
    """Names by code."""
    rows = [row for batch in batches(codes) for row in session.execute(select(Unit.code, Unit.name_zh, Unit.name_en).where(Unit.code.in_(batch)))]
    return {row.code: Bilingual(row.name_zh, row.name_en or row.name_zh) for row in rows}


def counted(session: Session, key: Hashable, count: Callable[[], Any]) -> Any:
    """What ``count`` gives; on a large roster, what it gave within the last ten minutes."""
    large = session.execute(select(Official.id).order_by(Official.id).limit(1).offset(LARGE)).first() is not None
    return lately(key, count) if large else count()


def people_below(session: Session, units: Sequence[Unit]) -> dict[int, int]:
    """How many active officials each of ``units`` has, those of all units under it included; by the unit's id."""
    found: dict[int, int] = counted(session, ("people below", *(unit.id for unit in units)), lambda: _people_below(session, units))
    return found


def _people_below(session: Session, units: Sequence[Unit]) -> dict[int, int]:
    here = select(Official.unit_id, func.count().label("n")).where(Official.active).group_by(Official.unit_id).subquery()
    top = aliased(Unit)
    query = select(top.id, func.sum(here.c.n)).join(Unit, Unit.path.startswith(top.path)).join(here, here.c.unit_id == Unit.id).group_by(top.id)
    found = dict(session.execute(query.where(top.id.in_([unit.id for unit in units]))).all())
    return {unit.id: int(found.get(unit.id, 0)) for unit in units}


ORDERS: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "staff_no": (Official.staff_no,),
    "name": (Official.name, Official.staff_no),
    "unit": (Unit.code, Official.staff_no),
    "position": (Position.code, Official.staff_no),
    "grade": (Official.grade, Official.staff_no),
}


def beginning(session: Session, text: str) -> ColumnElement[bool] | None:
    """A condition for the staff numbers that begin with ``text``, if any do: those lie together in an index, whatever the size of the roster."""
    start = text.strip().upper()
    if not any(c in DIGITS for c in start):
        return None
    number = Official.staff_no if session.get_bind().dialect.name == "sqlite" else collate(Official.staff_no, "C")
    found = and_(number >= start, number < start + LAST)
    return found if session.scalar(select(Official.id).where(found).limit(1)) is not None else None


def officials(
    scope: Scope,
    *,
    text: str = "",
    unit: Unit | None = None,
    state: str = "active",
    order: str = "staff_no",
    named: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """Officials of ``scope``, optionally of ``unit``'s subtree, whose name or staff number holds ``text``; ``state`` is ``active``,
    ``inactive`` or ``all``; ``order`` a key of :data:`ORDERS`; ``named``: how to seek ``text``, see :func:`beginning`.
    Rows are (Official, Unit, Position)."""
    query = select(Official, Unit, Position).join(Unit, Official.unit_id == Unit.id).join(Position, Official.position_id == Position.id)
    query = query.where(within(scope)).order_by(*ORDERS.get(order, ORDERS["staff_no"]))
    if unit is not None:
        query = query.where(below(unit))
    if state in ("active", "inactive"):
        query = query.where(Official.active.is_(state == "active"))
    if text:
        query = query.where(_named(text) if named is None else named)
    return query


def _named(text: str) -> ColumnElement[bool]:
    """Names and staff numbers that hold ``text``; what has digits is looked for among the numbers, which an index keeps together."""
    number = Official.staff_no.contains(text.upper(), autoescape=True)
    return number if any(c in DIGITS for c in text) else or_(_holds(Official.name, text), number)


def _holds(column: Any, text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text.lower(), autoescape=True)


def positions(session: Session) -> Sequence[Position]:
    """All positions in the order of their codes."""
    return session.scalars(select(Position).order_by(Position.code)).all()


def actor_of_account(session: Session, account_id: int) -> Actor | None:
    """The actor on whose behalf background work runs: the account's grants as they are now. None if it was closed."""
    account = session.get(Account, account_id)
    if account is None or not account.active:
        return None
    granted = aliased(Unit)
    query = select(RoleGrant.role, RoleGrant.partner_id, granted.path, granted.code).outerjoin(granted, granted.id == RoleGrant.unit_id)
    rows = session.execute(query.where(RoleGrant.account_id == account_id, RoleGrant.revoked_at.is_(None)))
    grants = tuple(Grant(Role(row.role), row.path, row.partner_id, row.code) for row in rows)
    return Actor(account.id, account.ref, account.name, grants, official_id=account.official_id)


def batches(values: Iterable[Any], size: int = BATCH) -> Iterable[list[Any]]:
    """``values`` in lists of at most ``size``."""
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
