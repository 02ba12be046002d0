"""Accounts, their roles and partner organisations as administration sees them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from lms.access.permissions import Role
from lms.core.errors import NotFound
from lms.core.paging import Page, page_of
from lms.people.models import Account, Partner, RoleGrant, Unit


def accounts(session: Session, *, text: str = "", number: int = 1) -> Page:
    """A page of accounts: those whose login or name begins with ``text``; without one, those that hold a granted role."""
    held = select(RoleGrant.id).where(RoleGrant.account_id == Account.id, RoleGrant.revoked_at.is_(None)).exists()
    query = select(Account).options(*_grants()).order_by(Account.login)
    begins = or_(Account.login.startswith(text, autoescape=True), Account.name.startswith(text, autoescape=True))
    return page_of(session, query.where(begins if text else held), number=number)


def _grants() -> tuple:
    grants = selectinload(Account.grants)
    return grants.selectinload(RoleGrant.unit), grants.selectinload(RoleGrant.partner), selectinload(Account.official)


def account(session: Session, ref: str) -> Account:
    """The account ``ref`` with its grants, ended ones too. Raises :class:`NotFound`."""
    found = session.scalar(select(Account).options(*_grants()).where(Account.ref == ref))
    if found is None:
        raise NotFound
    return found


def grant(session: Session, ref: str) -> RoleGrant:
    """The role grant ``ref``. Raises :class:`NotFound`."""
    found = session.scalar(select(RoleGrant).where(RoleGrant.ref == ref))
    if found is None:
        raise NotFound
    return found


def other_administrators(session: Session, grant: RoleGrant) -> int:
    """How many active accounts would be administrators still if ``grant`` ended."""
    query = select(func.count(func.distinct(RoleGrant.account_id))).join(Account, Account.id == RoleGrant.account_id)
    active = (RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None), Account.active, Account.password_hash.is_not(None))
    return session.scalar(query.where(*active, RoleGrant.account_id != grant.account_id)) or 0


def unit_by_code(session: Session, code: str) -> Unit | None:
    """The unit with that code."""
    return session.scalar(select(Unit).where(Unit.code == code))


def partners(session: Session, *, limit: int = 500) -> Sequence[Partner]:
    """Partner organisations by code."""
    return session.scalars(select(Partner).order_by(Partner.code).limit(limit)).all()


def partner(session: Session, ref: str) -> Partner:
    """The partner organisation ``ref``. Raises :class:`NotFound`."""
    found = session.scalar(select(Partner).where(Partner.ref == ref))
    if found is None:
        raise NotFound
    return found


def partner_by_code(session: Session, code: str) -> Partner | None:
    """The partner organisation with that code."""
    return session.scalar(select(Partner).where(Partner.code == code))
