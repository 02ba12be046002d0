"""Rules of membership: who may hold which role, who may go, what a link to an invitation is worth. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from lms.access.permissions import PARTNER_ROLES, Role
from lms.partners.enums import InvitationState, LinkState

DAYS = 14
CHOICES = (3, 7, 14, 30)
"""For how many days an invitation may hold."""
PRACTITIONER_ROLES = (Role.REVIEWER,)
_POWERS_OVER_PEOPLE = frozenset({Role.UNIT_HEAD, Role.HR, Role.ADMINISTRATOR, Role.AUDITOR, Role.ASSESSOR})


def in_order(roles: Iterable[str]) -> tuple[Role, ...]:
    """The roles of organisations among ``roles``, each once, in their usual order."""
    named = set(roles)
    return tuple(role for role in PARTNER_ROLES if role in named)


def open_to(*, official: bool, held: Collection[Role]) -> tuple[Role, ...]:
    """The roles that somebody may hold in an organisation.

    Who writes for an organisation or speaks for it must not see officials, so officials, and who has powers over them, may only review.
    """
    return PRACTITIONER_ROLES if official or _POWERS_OVER_PEOPLE.intersection(held) else PARTNER_ROLES


def leaves_nobody(coordinators: Collection[int], leaving: int) -> bool:
    """Whether an organisation that has coordinators would have none when ``leaving`` goes."""
    return set(coordinators) == {leaving}


def expiry(now: datetime, days: int) -> datetime:
    """Until when an invitation of that many days holds. Raises ValueError for a number that is not offered."""
    if days not in CHOICES:
        raise ValueError(days)
    return now + timedelta(days=days)


def worth(*, state: str, expires_at: datetime, replaced: bool, closed: bool, now: datetime) -> LinkState:
    """What a link is worth, the reason that helps most first."""
    if state == InvitationState.ACCEPTED:
        return LinkState.USED
    if state == InvitationState.WITHDRAWN:
        return LinkState.WITHDRAWN
    if closed:
        return LinkState.CLOSED
    if replaced:
        return LinkState.REPLACED
    return LinkState.GOOD if now < expires_at else LinkState.EXPIRED
