"""Who is asking: an immutable picture of one account and its grants, made once a request."""

from __future__ import annotations

from dataclasses import dataclass

from lms.access.permissions import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """One role; ``unit_path`` for unit roles (see ``people.units``), ``partner_id`` for partner roles, neither for the rest."""

    role: Role
    unit_path: str | None = None
    partner_id: int | None = None
    unit_code: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the operator's command line) on whose behalf something is done."""

    account_id: int | None
    ref: str
    name: str
    grants: tuple[Grant, ...]
    official_id: int | None = None
    official_ref: str | None = None
    unit_id: int | None = None
    unit_path: str | None = None
    unit_name: object = ""
    position_id: int | None = None
    language: str | None = None
    large_type: bool = False
    unread: int = 0
    """Notices not read yet."""
    session_id: int | None = None
    is_operator: bool = False

    # Flask-Login's protocol: an Actor exists only for a valid session
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.ref

    def has(self, role: Role) -> bool:
        """For words and navigation only; what is allowed is the policy's business."""
        return any(grant.role == role for grant in self.grants)


def operator(name: str = "operator") -> Actor:
    """The command line: whoever may run ``lms`` on the server holds every permission there, and the log says so."""
    return Actor(account_id=None, ref="", name=name, grants=(), is_operator=True)
