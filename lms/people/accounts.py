"""Accounts: adding them, granting roles, handing out one-time codes, activating."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import PARTNER_ROLES, UNIT_ROLES, Permission, Role
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_code, new_ref
from lms.people.models import Account, ActivationCode, Official, Partner, RoleGrant, SignInSession, Unit

CODE_DAYS = 30


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code in clear, to be printed once and never stored: who it is for and until when."""

    login: str
    name: str
    code: str
    expires_at: datetime


def code_hash(code: str) -> str:
    """Codes are random (60 bits), so a plain digest is enough; spacing and case are forgiven."""
    plain = "".join(ch for ch in code.lower() if ch.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def add_account(session: Session, *, actor: Actor, login: str, name: str, now: datetime, official_id: int | None = None) -> Account:
    """A new account without password. Raises :class:`Conflict` if the login is taken."""
    if session.scalar(select(Account.id).where(Account.login == login)):
        raise Conflict(_("The login “%(login)s” is taken.", login=login))
    account = Account(ref=new_ref(), login=login, name=name, official_id=official_id, created_at=now, active=True)
    session.add(account)
    session.flush()  # the grant and the code need its id
    audit.record(session, actor=actor, action=Action.ACCOUNT_ADDED, subject=login, official_id=official_id, now=now)
    return account


def grant_role(
    session: Session, *, actor: Actor, account: Account, role: Role, now: datetime, unit: Unit | None = None, partner: Partner | None = None
) -> RoleGrant:
    """Grant ``role``; unit roles need a unit, partner roles an organisation, the others neither. Granting twice is one grant."""
    policy.ensure(actor, Permission.ROLES_GRANT)
    return put_grant(session, actor=actor, account=account, role=role, unit=unit, partner=partner, now=now)


def put_grant(
    session: Session, *, actor: Actor, account: Account, role: Role, now: datetime, unit: Unit | None = None, partner: Partner | None = None
) -> RoleGrant:
    """Write a grant down; the caller has asked the policy. Granting twice is one grant."""
    _check_scope(role, unit, partner)
    unit_id, partner_id = unit and unit.id, partner and partner.id
    query = select(RoleGrant).where(
        RoleGrant.account_id == account.id,
        RoleGrant.role == role,
        RoleGrant.unit_id == unit_id,
        RoleGrant.partner_id == partner_id,
        RoleGrant.revoked_at.is_(None),
    )
    if existing := session.scalar(query):
        return existing
    grant = RoleGrant(ref=new_ref(), account_id=account.id, role=role, unit_id=unit_id, partner_id=partner_id, granted_by=actor.name, granted_at=now)
    session.add(grant)
    session.flush()  # unique constraints speak now
    where = unit.code if unit else partner.code if partner else ""
    audit.record(session, actor=actor, action=Action.ROLE_GRANTED, subject=account.login, official_id=account.official_id, now=now, role=role, scope=where)
    return grant


def _check_scope(role: Role, unit: Unit | None, partner: Partner | None) -> None:
    if role == Role.OFFICIAL:
        raise Invalid(_("The role official comes with the roster and can't be granted."))
    if role in UNIT_ROLES and unit is None:
        raise Invalid(_("This role needs a unit."))
    if role in PARTNER_ROLES and partner is None:
        raise Invalid(_("This role needs a partner organisation."))
    if partner is not None and partner.closed_at is not None:
        raise Invalid(_("This organisation is closed. Nobody can be given a role in it."))
    if (unit and role not in UNIT_ROLES) or (partner and role not in PARTNER_ROLES):
        raise Invalid(_("This role has no scope of that kind."))


def revoke_role(session: Session, *, actor: Actor, grant: RoleGrant, now: datetime) -> None:
    """End a grant; it stays on record."""
    policy.ensure(actor, Permission.ROLES_GRANT)
    take_grant(session, actor=actor, grant=grant, now=now)


def take_grant(session: Session, *, actor: Actor, grant: RoleGrant, now: datetime) -> None:
    """Write down that a grant has ended; the caller has asked the policy."""
    grant.revoked_at = now
    account = session.get_one(Account, grant.account_id)
    audit.record(session, actor=actor, action=Action.ROLE_REVOKED, subject=account.login, official_id=account.official_id, now=now, role=grant.role)


def issue_code(session: Session, *, actor: Actor, account: Account, now: datetime) -> IssuedCode:
    """A fresh one-time code for ``account``; earlier ones end. The caller has asked the policy about the person."""
    return issue_codes(session, actor=actor, accounts=[account], now=now)[0]


def issue_codes(session: Session, *, actor: Actor, accounts: Sequence[Account], now: datetime) -> list[IssuedCode]:
    """Codes for a sheet, in the given order."""
    if not accounts:
        return []
    ids = [account.id for account in accounts]
    session.execute(
        update(ActivationCode)
        .where(ActivationCode.account_id.in_(ids), ActivationCode.used_at.is_(None), ActivationCode.ended_at.is_(None))
        .values(ended_at=now)
    )
    expires = now + timedelta(days=CODE_DAYS)
    issued = [IssuedCode(account.login, account.name, new_code(), expires) for account in accounts]
    rows = [
        {"account_id": account.id, "code_hash": code_hash(one.code), "issued_by": actor.name, "issued_at": now, "expires_at": expires}
        for account, one in zip(accounts, issued, strict=True)
    ]
    session.execute(insert(ActivationCode), rows)
    events = [audit.Event(Action.CODE_ISSUED, account.login, account.official_id) for account in accounts]
    audit.record_many(session, actor=actor, now=now, events=events)
    return issued


def find_code(session: Session, *, login: str, code: str, now: datetime) -> tuple[Account, ActivationCode] | None:
    """The account and its live code, if ``login`` and ``code`` belong together."""
    query = (
        select(Account, ActivationCode)
        .join(ActivationCode, ActivationCode.account_id == Account.id)
        .where(Account.login == login, Account.active, ActivationCode.code_hash == code_hash(code))
        .where(ActivationCode.used_at.is_(None), ActivationCode.ended_at.is_(None), ActivationCode.expires_at > now)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def set_password(session: Session, *, actor: Actor, account: Account, password_hash: str, now: datetime, code: ActivationCode | None = None) -> None:
    """Store a new password and end every session of the account; ``code``, if given, is used up."""
    account.password_hash = password_hash
    account.password_set_at = now
    if code is not None:
        code.used_at = now
    end_sessions(session, account_id=account.id, now=now)
    audit.record(session, actor=actor, action=Action.PASSWORD_SET, subject=account.login, official_id=account.official_id, now=now)


def end_sessions(session: Session, *, account_id: int, now: datetime, keep: int | None = None) -> int:
    """End all sessions of an account, but ``keep``; returns how many."""
    query = update(SignInSession).where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
    if keep is not None:
        query = query.where(SignInSession.id != keep)
    return session.execute(query.values(ended_at=now)).rowcount


def ensure_accounts(session: Session, *, official_ids: Iterable[int], now: datetime) -> int:
    """Give every listed official an account (login = staff number) if they have none; returns how many were made."""
    have = select(Account.official_id).where(Account.official_id == Official.id).exists()
    made = 0
    ids = list(official_ids)
    for start in range(0, len(ids), 500):
        query = select(Official.id, Official.staff_no, Official.name).where(Official.id.in_(ids[start : start + 500]), ~have)
        rows = [
            {"ref": new_ref(), "login": staff_no, "name": name, "official_id": official_id, "created_at": now, "active": True}
            for official_id, staff_no, name in session.execute(query)
        ]
        if rows:
            session.execute(insert(Account), rows)
            made += len(rows)
    return made
