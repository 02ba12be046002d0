"""Accounts and roles of members, for the room that keeps organisations: it has asked its own rules whether they may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Role
from lms.people import accounts
from lms.people.accounts import code_hash
from lms.people.models import Account, Partner, RoleGrant

__all__ = ["account_of", "add_member", "code_hash", "end_roles", "give_roles"]


def add_member(session: Session, *, login: str, name: str, password_hash: str, language: str, now: datetime) -> Account:
    """An account with a password, opened by its owner. Raises :class:`Conflict` if the login is taken."""
    account = accounts.add_account(session, actor=Actor(None, "", name, ()), login=login, name=name, now=now)
    account.language = language or None
    accounts.set_password(session, actor=account_of(account), account=account, password_hash=password_hash, now=now)
    return account


def account_of(account: Account) -> Actor:
    """The owner of an account as who acts, before anything is granted."""
    return Actor(account.id, account.ref, account.name, (), official_id=account.official_id)


def give_roles(session: Session, *, actor: Actor, account: Account, partner: Partner, roles: Iterable[Role], now: datetime) -> None:
    """Grant roles in an organisation; those held already stay as they are."""
    for role in roles:
        accounts.put_grant(session, actor=actor, account=account, role=role, partner=partner, now=now)


def end_roles(session: Session, *, actor: Actor, account: Account, partner: Partner, roles: Sequence[Role], now: datetime) -> None:
    """End these roles in an organisation, and every session of the account: what it may do is asked anew."""
    live = select(RoleGrant).where(RoleGrant.account_id == account.id, RoleGrant.partner_id == partner.id, RoleGrant.revoked_at.is_(None))
    for grant in session.scalars(live.where(RoleGrant.role.in_(roles)).order_by(RoleGrant.id)).all():
        accounts.take_grant(session, actor=actor, grant=grant, now=now)
    accounts.end_sessions(session, account_id=account.id, now=now)
