"""Who holds a role: whom a room tells of its work."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from lms.access.permissions import Role
from lms.people.models import Account, RoleGrant, Unit


def holders(session: Session, *roles: Role, partner_ids: Iterable[int] | None = None, over: Unit | None = None) -> list[int]:
    """Ids, in their order, of the open accounts that hold one of ``roles``.

    ``partner_ids``: in one of these organisations only; ``over``: only those whose role is for this unit or for one above it.
    """
    query = select(Account.id).join(RoleGrant, RoleGrant.account_id == Account.id)
    query = query.where(Account.active, RoleGrant.revoked_at.is_(None), RoleGrant.role.in_(roles))
    if partner_ids is not None:
        query = query.where(RoleGrant.partner_id.in_(list(partner_ids)))
    if over is not None:
        query = query.join(Unit, Unit.id == RoleGrant.unit_id).where(literal(over.path).startswith(Unit.path))
    return list(session.scalars(query.distinct().order_by(Account.id)))
