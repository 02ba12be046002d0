"""What administrators do: open accounts, grant and revoke roles, register partner organisations and invite their members."""

from __future__ import annotations

import re
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import PARTNER_ROLES, UNIT_ROLES, Permission, Role
from lms.core.errors import Conflict, Invalid, Refused
from lms.core.ids import new_ref
from lms.people import account_queries, accounts
from lms.people.accounts import IssuedCode
from lms.people.enums import PartnerKind
from lms.people.models import Account, Partner, RoleGrant

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,79}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


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
    """A one-time code for an account; the old password keeps working until the code is used."""
    policy.ensure(actor, Permission.CODES_ISSUE)
    if not account.active:
        raise Refused(_("This account is not active."))
    return accounts.issue_code(session, actor=actor, account=account, now=now)


def register_partner(session: Session, *, actor: Actor, code: str, name_zh: str, name_en: str, kind: str, now: datetime) -> Partner:
    """Add a partner organisation. Raises :class:`Invalid` or :class:`Conflict`."""
    policy.ensure(actor, Permission.PARTNERS_EDIT)
    code, name_zh, name_en = code.strip(), " ".join(name_zh.split()), " ".join(name_en.split())
    if not CODE.fullmatch(code):
        raise Invalid(_("A code has letters, digits, dots and hyphens, such as U01."))
    if not (1 <= len(name_zh) <= 120 and 1 <= len(name_en) <= 160):
        raise Invalid(_("Enter the name in both languages."))
    if kind not in set(PartnerKind):
        raise Invalid(_("Choose the kind of organisation."))
    if account_queries.partner_by_code(session, code):
        raise Conflict(_("The code “%(code)s” is taken.", code=code))
    partner = Partner(ref=new_ref(), code=code, name_zh=name_zh, name_en=name_en, kind=kind, created_at=now)
    session.add(partner)
    session.flush()  # the address needs it
    audit.record(session, actor=actor, action=Action.PARTNER_ADDED, subject=code, now=now)
    return partner


def invite(session: Session, *, actor: Actor, partner: Partner, login: str, name: str, role: str, now: datetime) -> IssuedCode:
    """Invite a member of a partner organisation: account, role, and the code for the letter. An existing member gets the further role."""
    policy.ensure(actor, Permission.PARTNERS_EDIT)
    if role not in PARTNER_ROLES:
        raise Invalid(_("Choose a role."))
    account = account_queries.account_by_login(session, login.strip())
    if account is not None and account.official_id is not None:
        raise Conflict(_("This login belongs to an official. Members of partner organisations have accounts of their own."))
    account = account or open_account(session, actor=actor, login=login, name=name, now=now)
    accounts.grant_role(session, actor=actor, account=account, role=Role(role), partner=partner, now=now)
    return issue_code(session, actor=actor, account=account, now=now)
