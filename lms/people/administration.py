"""What administrators do: open accounts, grant and revoke roles. Partner organisations have a room of their own."""

from __future__ import annotations

import re
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import PARTNER_ROLES, UNIT_ROLES, Permission, Role
from lms.core.errors import Invalid, Refused
from lms.people import account_queries, accounts
from lms.people.accounts import IssuedCode
from lms.people.models import Account, RoleGrant

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,79}")


def open_account(session: Session, *, actor: Actor, login: str, name: str, now: datetime) -> Account:
    """An account of its own, for who is on no roster. Raises :class:`Invalid` or :class:`Conflict`."""
    policy.ensure(actor, Permission.ROLES_GRANT)
    login, name = login.strip(), " ".join(name.split())
    if not LOGIN.fullmatch(login):
        raise Invalid(_("A login has 2 to 80 letters, digits, dots, hyphens or @, and begins with a letter or digit."))
    if not 1 <= len(name) <= 80:
        raise Invalid(_("Enter the person's name, at most 80 characters."))
    return accounts.add_account(session, actor=actor, login=login, name=name, now=now)


def grant(session: Session, *, actor: Actor, account: Account, role: str, scope: str, now: datetime) -> RoleGrant:
    """Grant ``role``; ``scope`` is a unit's or a partner's code, whichever the role needs. Raises :class:`Invalid`."""
    if role not in set(Role):
        raise Invalid(_("Choose a role."))
    scope = scope.strip()
    unit = account_queries.unit_by_code(session, scope) if role in UNIT_ROLES else None
    partner = account_queries.partner_by_code(session, scope) if role in PARTNER_ROLES else None
    if role in UNIT_ROLES and unit is None:
        raise Invalid(_("There is no unit with the code “%(code)s”.", code=scope) if scope else _("This role needs a unit."))
    if role in PARTNER_ROLES and partner is None:
        raise Invalid(_("There is no partner organisation with the code “%(code)s”.", code=scope) if scope else _("This role needs a partner organisation."))
    return accounts.grant_role(session, actor=actor, account=account, role=Role(role), unit=unit, partner=partner, now=now)


def revoke(session: Session, *, actor: Actor, grant: RoleGrant, now: datetime) -> None:
    """End a grant. The last administrator who can sign in stays one: otherwise nobody could grant anything any more."""
    if grant.revoked_at is not None:
        return
    if grant.role == Role.ADMINISTRATOR and not account_queries.other_administrators(session, grant):
        raise Refused(_("This is the last administrator. Grant the role to somebody else first."))
    accounts.revoke_role(session, actor=actor, grant=grant, now=now)


def issue_code(session: Session, *, actor: Actor, account: Account, now: datetime) -> IssuedCode:
    """A one-time code for an account; the old password keeps working until the code is used.

    A code opens an account with all its roles, so only who may grant roles gives one to any account there is; HR gives them to its own officials.
    """
    policy.ensure(actor, Permission.ROLES_GRANT)
    if not account.active:
        raise Refused(_("This account is not active."))
    return accounts.issue_code(session, actor=actor, account=account, now=now)
