"""Changing people and units: one way to write them, for a file of a hundred thousand rows as for one form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core import events
from lms.core.errors import Conflict, Forbidden, Invalid, Refused
from lms.core.ids import new_ref
from lms.people import accounts, import_queries, queries
from lms.people.accounts import IssuedCode
from lms.people.events import OfficialMoved, OfficialsMoved, Placement, UnitsMoved
from lms.people.import_plan import PERSON_FIELDS, UNIT_FIELDS, ChangeKind, Held, HeldUnit, PersonChange, UnitChange, person_change, unit_change
from lms.people.models import Account, Official, Position, SignInSession, Unit
from lms.people.roster import OfficialRow, UnitRow
from lms.people.units import codes_in_cycles, parents_first

BATCH = 2000  # rows in one statement
NEWS = 25_000  # moves in one event: listeners add them up before they write, so few and large is quick
MOST_CODES = 1000  # on one sheet


def save_official(session: Session, *, actor: Actor, row: OfficialRow, held: Held | None, now: datetime) -> Official:
    """Add one official, or make ``held`` what ``row`` says: data, unit and position; an inactive one becomes active again."""
    touched = {row.unit, held.unit} if held else {row.unit}
    for code in touched:
        policy.ensure_unit(actor, Permission.PEOPLE_EDIT, queries.unit_by_code(session, code).path)
    if held is None and import_queries.held_officials(session, [row.staff_no]):
        raise Conflict(_("The staff number %(staff_no)s is taken.", staff_no=row.staff_no))
    change = person_change(row, held, PERSON_FIELDS)
    if change:
        write_people(session, actor=actor, changes=[change], now=now)
    return session.scalars(select(Official).where(Official.staff_no == row.staff_no)).one()


def deactivate_official(session: Session, *, actor: Actor, held: Held, now: datetime) -> None:
    """Take somebody off the roster: sign-in closed, record kept."""
    policy.ensure_unit(actor, Permission.PEOPLE_EDIT, queries.unit_by_code(session, held.unit).path)
    if held.active:
        write_people(session, actor=actor, changes=[PersonChange(None, held)], now=now)


def save_unit(session: Session, *, actor: Actor, row: UnitRow, held: HeldUnit | None, now: datetime) -> Unit:
    """Add one unit, or make ``held`` what ``row`` says: names, tier, connection and the unit above."""
    _ensure_unit_change(session, actor, row, held)
    change = unit_change(row, held, UNIT_FIELDS)
    if change:
        write_units(session, actor=actor, changes=[change], now=now)
    return queries.unit_by_code(session, row.code)


def _ensure_unit_change(session: Session, actor: Actor, row: UnitRow, held: HeldUnit | None) -> None:
    scope = policy.scope(actor, Permission.UNITS_EDIT)
    touched = [held.code] if held else []
    if held is None or held.parent != row.parent:
        touched += [row.parent, *([held.parent] if held else [])]
    for code in touched:
        if not scope.covers_unit(queries.unit_by_code(session, code).path if code else None):
            raise Forbidden
    if held is None and row.code in import_queries.held_units(session):
        raise Conflict(_("The unit code %(code)s is taken.", code=row.code))


def issue_sheet(session: Session, *, actor: Actor, unit: Unit, everyone: bool, now: datetime) -> list[tuple[IssuedCode, Official, Unit]]:
    """One-time codes for the officials of ``unit`` and below: for those without a password, or for ``everyone``.

    A code opens an account with all its roles, so who may not grant roles gives none to accounts that hold one.
    """
    policy.ensure_unit(actor, Permission.CODES_ISSUE, unit.path)
    query = select(Account, Official, Unit).join(Official, Account.official_id == Official.id).join(Unit, Official.unit_id == Unit.id)
    query = query.where(queries.below(unit), Official.active, Account.active).order_by(Unit.code, Official.staff_no).limit(MOST_CODES + 1)
    if not policy.may(actor, Permission.ROLES_GRANT):
        query = query.where(~queries.HOLDS_ROLE)
    rows = session.execute(query if everyone else query.where(Account.password_hash.is_(None))).all()
    if len(rows) > MOST_CODES:
        raise Invalid(_("More than %(n)d people: choose a smaller unit.", n=MOST_CODES))
    issued = accounts.issue_codes(session, actor=actor, accounts=[row[0] for row in rows], now=now)
    return [(code, row[1], row[2]) for code, row in zip(issued, rows, strict=True)]


def issue_code(session: Session, *, actor: Actor, official: Official, now: datetime) -> IssuedCode:
    """A new one-time code for somebody who forgot theirs, or their password."""
    policy.ensure_unit(actor, Permission.CODES_ISSUE, official.unit.path)
    account = queries.account_of(session, official)
    if account is None or not official.active:
        raise Conflict(_("This person is not active and can't sign in."))
    if not policy.may(actor, Permission.ROLES_GRANT) and session.scalar(select(Account.id).where(Account.id == account.id, queries.HOLDS_ROLE)):
        raise Refused(_("This account holds a granted role: its codes come from an administrator."))
    return accounts.issue_code(session, actor=actor, account=account, now=now)


def write_people(session: Session, *, actor: Actor, changes: Sequence[PersonChange], now: datetime) -> None:
    """Write a plan whose permission was asked for: officials, accounts, news to others, audit. Raises :class:`Conflict`, with
    nothing kept, if somebody changed the same people since the plan was made."""
    unit_ids = dict(session.execute(select(Unit.code, Unit.id)).all())
    position_ids = dict(session.execute(select(Position.code, Position.id)).all())
    ids: dict[str, int] = {}
    for batch in queries.batches(changes, BATCH):
        _ensure_fresh(session, batch)
        ids |= _insert_officials(session, batch, unit_ids, position_ids, now)
        _update_officials(session, batch, unit_ids, position_ids, now)
        _update_accounts(session, batch, ids, now)
    moves = (move for change in changes if (move := _move(change, ids, unit_ids, position_ids)))
    for batch in queries.batches(moves, NEWS):
        events.publish(session, OfficialsMoved(batch))
    # last: on PostgreSQL the log's lock keeps everybody else's entries waiting
    for batch in queries.batches(_person_events(changes, ids), BATCH):
        audit.record_many(session, actor=actor, now=now, events=batch)
    session.flush()
    session.expire_all()  # the statements above went past the session's objects


def _ensure_fresh(session: Session, batch: Sequence[PersonChange]) -> None:
    expected = {change.held.staff_no: change.held for change in batch if change.held}
    if import_queries.held_officials(session, expected) != expected:
        raise Conflict(_("Somebody changed these people in the meantime. Look at them again."))


def _insert_officials(session: Session, batch: Sequence[PersonChange], units: dict[str, int], positions: dict[str, int], now: datetime) -> dict[str, int]:
    rows = [
        {"ref": new_ref(), "staff_no": change.staff_no, "active": True, "created_at": now, **_columns(change, PERSON_FIELDS, units, positions)}
        for change in batch
        if change.held is None
    ]
    if not rows:
        return {}
    try:
        found = session.execute(insert(Official).returning(Official.staff_no, Official.id), rows)
    except IntegrityError as error:
        raise Conflict(_("Somebody added one of these people in the meantime. Look at them again.")) from error
    return {row.staff_no: row.id for row in found}


def _columns(change: PersonChange, names: Iterable[str], units: dict[str, int], positions: dict[str, int]) -> dict[str, Any]:
    columns = {name: getattr(change.row, name) for name in names}
    if "unit" in columns:
        columns["unit_id"] = units[columns.pop("unit")]
    if "position" in columns:
        columns["position_id"] = positions[columns.pop("position")]
    return columns


def _update_officials(session: Session, batch: Sequence[PersonChange], units: dict[str, int], positions: dict[str, int], now: datetime) -> None:
    rows = []
    for change in batch:
        if change.held is None:
            continue
        active = change.row is not None
        columns = _columns(change, change.fields, units, positions)
        if active != change.held.active:
            columns |= {"active": active, "deactivated_at": None if active else now}
        rows.append({"id": change.held.id, **columns})
    if rows:
        session.execute(update(Official), rows)


def _update_accounts(session: Session, batch: Sequence[PersonChange], ids: dict[str, int], now: datetime) -> None:
    """Accounts follow: made for who comes, renamed, closed for who leaves, opened again for who returns."""
    returned = [change.held.id for change in batch if change.held and change.row and not change.held.active]
    accounts.ensure_accounts(session, official_ids=[*(ids[change.staff_no] for change in batch if change.held is None), *returned], now=now)
    _set_active(session, returned, True)
    left = [change.held.id for change in batch if change.row is None]
    _set_active(session, left, False)
    for some in queries.batches(left):
        theirs = select(Account.id).where(Account.official_id.in_(some))
        session.execute(update(SignInSession).where(SignInSession.account_id.in_(theirs), SignInSession.ended_at.is_(None)).values(ended_at=now))
    for change in batch:
        if "name" in change.fields:
            session.execute(update(Account).where(Account.official_id == change.held.id).values(name=change.name))


def _set_active(session: Session, official_ids: Sequence[int], active: bool) -> None:
    for some in queries.batches(official_ids):
        session.execute(update(Account).where(Account.official_id.in_(some)).values(active=active))


def _move(change: PersonChange, ids: dict[str, int], units: dict[str, int], positions: dict[str, int]) -> OfficialMoved | None:
    held = change.held
    before = Placement(units[held.unit], positions[held.position]) if held and held.active else None
    after = Placement(units[change.value("unit")], positions[change.value("position")]) if change.row else None
    return OfficialMoved(held.id if held else ids[change.staff_no], before, after) if before != after else None


_PERSON_ACTIONS = {
    ChangeKind.CREATED: Action.PERSON_ADDED,
    ChangeKind.DEACTIVATED: Action.PERSON_DEACTIVATED,
    ChangeKind.REACTIVATED: Action.PERSON_REACTIVATED,
    ChangeKind.MOVED: Action.PERSON_MOVED,
    ChangeKind.REPOSTED: Action.PERSON_MOVED,
    ChangeKind.CHANGED: Action.PERSON_CHANGED,
}


def _person_events(changes: Iterable[PersonChange], ids: dict[str, int]) -> Iterator[audit.Event]:
    """What the log says: places before and after, names of other fields, never their values."""
    for change in changes:
        official_id = change.held.id if change.held else ids[change.staff_no]
        for action in dict.fromkeys(_PERSON_ACTIONS[kind] for kind in change.kinds):
            yield audit.Event(action, change.staff_no, official_id, _detail(change, action))


def _detail(change: PersonChange, action: Action) -> dict[str, Any] | None:
    if action is Action.PERSON_MOVED:
        return {name: [before, after] for name, before, after in change.differences() if name in ("unit", "position")}
    if action is Action.PERSON_CHANGED:
        return {"fields": [name for name in change.fields if name not in ("unit", "position")]}
    return {"unit": change.row.unit} if action is Action.PERSON_ADDED else None


def write_units(session: Session, *, actor: Actor, changes: Sequence[UnitChange], now: datetime) -> None:
    """Write a plan whose permission was asked for: units, their place in the tree, news to others, audit. Raises
    :class:`Conflict` if somebody changed the same units since the plan was made."""
    held = import_queries.held_units(session)
    if any(held.get(change.row.code) != change.held for change in changes):
        raise Conflict(_("Somebody changed these units in the meantime. Look at them again."))
    for change in changes:
        if change.held is None:
            session.add(Unit(code=change.row.code, path="", created_at=now, **_unit_columns(change, UNIT_FIELDS)))
    session.flush()  # the tree below needs their ids
    for change in changes:
        if change.held and (columns := _unit_columns(change, change.fields)):
            session.execute(update(Unit).where(Unit.id == change.held.id).values(**columns))
    hung = {change.row.code: change.row.parent for change in changes if change.held is None or "parent" in change.fields}
    _hang(session, hung)
    moved = [change.held.id for change in changes if "parent" in change.fields]
    if moved:
        events.publish(session, UnitsMoved(moved))
    audit.record_many(session, actor=actor, now=now, events=_unit_events(changes))
    session.flush()
    session.expire_all()  # the statements above went past the session's objects


def _unit_columns(change: UnitChange, names: Iterable[str]) -> dict[str, str]:
    return {name: getattr(change.row, name) for name in names if name != "parent"}


def _hang(session: Session, parents: dict[str, str]) -> None:
    """Give units new parents, and everything below them its new path."""
    if not parents:
        return
    held = import_queries.held_units(session)
    tree = {code: unit.parent for code, unit in held.items()} | parents
    if codes_in_cycles(tree):
        raise Conflict(_("Following the units above would lead in a circle."))
    paths: dict[str, str] = {}
    rows = []
    for code in parents_first(tree):
        unit, parent = held[code], tree[code]
        paths[code] = f"{paths.get(parent, '/')}{unit.id}/"
        if paths[code] != unit.path or code in parents:
            rows.append({"id": unit.id, "path": paths[code], "parent_id": held[parent].id if parent else None})
    session.execute(update(Unit), rows)


def _unit_events(changes: Iterable[UnitChange]) -> Iterator[audit.Event]:
    for change in changes:
        if change.held is None:
            yield audit.Event(Action.UNIT_ADDED, change.row.code, None, {"parent": change.row.parent})
            continue
        if "parent" in change.fields:
            yield audit.Event(Action.UNIT_MOVED, change.row.code, None, {"parent": [change.held.parent, change.row.parent]})
        others = [name for name in change.fields if name != "parent"]
        if others:
            yield audit.Event(Action.UNIT_CHANGED, change.row.code, None, {"fields": others})
