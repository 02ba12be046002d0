"""What partner organisations tell other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lms.access.actor import Actor


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """An account no longer holds ``roles`` in an organisation; whoever keeps work of such roles hands it over."""

    account_id: int
    partner_id: int
    roles: frozenset[str]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationClosed:
    """An organisation no longer works with us; its members have left already."""

    partner_id: int
    actor: Actor
    at: datetime
