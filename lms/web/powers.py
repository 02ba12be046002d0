"""The public list of powers, drawn from the policy's own rows."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.access.permissions import PERMISSION_NAMES, REACH_NAMES, ROLE_NAMES, Role
from lms.access.policy import ROWS


@dataclass(frozen=True, slots=True)
class Power:
    """One thing a role may do, and how far."""

    what: LazyString
    reach: LazyString


@dataclass(frozen=True, slots=True)
class RolePowers:
    """A role with its powers, how one comes to it, and on what ground."""

    code: str
    name: LazyString
    granted: LazyString
    powers: tuple[Power, ...]


_BY_ADMINISTRATOR = _l("Granted and revoked by an administrator, for a named unit; every grant is logged.")
_BY_INVITATION = _l("Granted by an administrator to invited members of a partner organisation; every grant is logged.")
_PERSONALLY = _l("Granted and revoked by an administrator; every grant is logged.")

GRANTED = {
    Role.OFFICIAL: _l("Comes with the staff record; nobody grants it."),
    Role.UNIT_HEAD: _BY_ADMINISTRATOR,
    Role.HR: _BY_ADMINISTRATOR,
    Role.ASSESSOR: _PERSONALLY,
    Role.AUTHOR: _BY_INVITATION,
    Role.REVIEWER: _BY_INVITATION,
    Role.COORDINATOR: _BY_INVITATION,
    Role.ADMINISTRATOR: _PERSONALLY,
    Role.AUDITOR: _PERSONALLY,
}


def by_role() -> list[RolePowers]:
    """Every role in its order with all rows of the policy about it."""
    return [RolePowers(role.value, ROLE_NAMES[role], GRANTED[role], _powers(role)) for role in Role]


def _powers(role: Role) -> tuple[Power, ...]:
    return tuple(Power(PERMISSION_NAMES[row.permission], REACH_NAMES[row.reach]) for row in ROWS if row.role == role)
