"""Reading partner organisations: the list, one of them, its members and its invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import PARTNER_ROLES, Role
from lms.access.permissions import Permission as P
from lms.core.errors import NotFound
from lms.partners.enums import InvitationState
from lms.partners.membership import in_order
from lms.partners.models import Invitation, InvitationCode, PartnerProfile
from lms.people.models import Account, Partner, RoleGrant

ENDING_DAYS = 60
"""So many days before its end an agreement is said to be ending."""

_live = RoleGrant.revoked_at.is_(None), RoleGrant.role.in_(PARTNER_ROLES)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the list shows: words that occur, a state (open, ending, closed, all), a kind, and the order."""

    text: str = ""
    state: str = "open"
    kind: str = ""
    order: str = "name"


def _count(*more: ColumnElement[bool]) -> Any:
    query = select(func.count(func.distinct(RoleGrant.account_id))).where(RoleGrant.partner_id == Partner.id, *_live, *more)
    return query.correlate(Partner).scalar_subquery()


members_of = _count().label("members")
coordinators_of = _count(RoleGrant.role == Role.COORDINATOR).label("coordinators")
ORDERS = {
    "name": (Partner.name_zh, Partner.id),
    "name_en": (Partner.name_en, Partner.id),
    "code": (Partner.code, Partner.id),
    "members": (members_of.desc(), Partner.id),
    "agreement": (PartnerProfile.agreement_until.is_(None), PartnerProfile.agreement_until, Partner.id),
    "newest": (Partner.created_at.desc(), Partner.id.desc()),
}


def organisations(choice: Choice, *, today: date) -> Select[Any]:
    """Rows (Partner, PartnerProfile or None, members, coordinators)."""
    query = select(Partner, PartnerProfile, members_of, coordinators_of).outerjoin(PartnerProfile, PartnerProfile.partner_id == Partner.id)
    if choice.text:
        columns = (Partner.name_zh, Partner.name_en, Partner.code, PartnerProfile.contact_name, PartnerProfile.contact_mail)
        query = query.where(or_(*(func.lower(column).contains(choice.text.lower(), autoescape=True) for column in columns)))
    if choice.kind:
        query = query.where(Partner.kind == choice.kind)
    if choice.state == "closed":
        query = query.where(Partner.closed_at.is_not(None))
    elif choice.state != "all":
        query = query.where(Partner.closed_at.is_(None))
    if choice.state == "ending":
        query = query.where(PartnerProfile.agreement_until <= today + timedelta(days=ENDING_DAYS))
    return query.order_by(*ORDERS.get(choice.order, ORDERS["name"]))


def ending(session: Session, *, today: date) -> int:
    """How many open organisations have an agreement that ends soon, or has ended."""
    query = select(func.count(Partner.id)).join(PartnerProfile, PartnerProfile.partner_id == Partner.id)
    return session.scalar(query.where(Partner.closed_at.is_(None), PartnerProfile.agreement_until <= today + timedelta(days=ENDING_DAYS))) or 0


def own(session: Session, actor: Actor) -> Sequence[Partner]:
    """The organisations in which ``actor`` holds a role, by code."""
    ids = {grant.partner_id for grant in actor.grants if grant.partner_id is not None}
    return session.scalars(select(Partner).where(Partner.id.in_(ids)).order_by(Partner.code)).all()


def is_member(actor: Actor, partner_id: int) -> bool:
    """Whether ``actor`` holds a role in the organisation."""
    return any(grant.partner_id == partner_id for grant in actor.grants)


def may_manage(actor: Actor, partner_id: int) -> bool:
    """Whether ``actor`` invites members of the organisation and ends memberships."""
    return policy.scope(actor, P.MEMBERS_INVITE).covers_partner(partner_id)


def by_ref(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> Partner:
    """An organisation that ``actor`` belongs to or manages. Raises NotFound, for the others too."""
    query = select(Partner).where(Partner.ref == ref)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None or not (is_member(actor, found.id) or may_manage(actor, found.id)):
        raise NotFound
    return found


def managed(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> Partner:
    """An organisation whose members ``actor`` manages. Raises NotFound."""
    found = by_ref(session, actor, ref, lock=lock)
    if not may_manage(actor, found.id):
        raise NotFound
    return found


def by_code(session: Session, code: str) -> Partner | None:
    """The organisation with that code."""
    return session.scalar(select(Partner).where(Partner.code == code))


def profile(session: Session, partner_id: int) -> PartnerProfile | None:
    """Contact and agreement, if anything was ever noted."""
    return session.get(PartnerProfile, partner_id)


@dataclass(slots=True)
class Member:
    """Somebody who holds roles in an organisation, or held them. Officials are never named to it: ``practitioner``."""

    account: Account
    since: datetime
    roles: tuple[Role, ...] = ()
    until: datetime | None = None
    grants: list[RoleGrant] = field(default_factory=list)

    @property
    def practitioner(self) -> bool:
        return self.account.official_id is not None


def _grants(session: Session, partner_id: int, *, limit: int = 2000) -> Sequence[Any]:
    query = select(RoleGrant, Account).join(Account, Account.id == RoleGrant.account_id)
    query = query.where(RoleGrant.partner_id == partner_id, RoleGrant.role.in_(PARTNER_ROLES))
    return session.execute(query.order_by(RoleGrant.granted_at, RoleGrant.id).limit(limit)).all()


def members(session: Session, partner_id: int) -> tuple[list[Member], list[Member]]:
    """Who belongs to an organisation, and who did, each in the order of joining."""
    found: dict[int, Member] = {}
    for grant, account in _grants(session, partner_id):
        found.setdefault(account.id, Member(account, grant.granted_at)).grants.append(grant)
    for one in found.values():
        live = [grant for grant in one.grants if grant.revoked_at is None]
        one.roles = in_order(grant.role for grant in live or one.grants)
        one.since = min(grant.granted_at for grant in live or one.grants)
        one.until = None if live else max(grant.revoked_at for grant in one.grants if grant.revoked_at)
    return [one for one in found.values() if one.until is None], [one for one in found.values() if one.until is not None]


def member(session: Session, partner_id: int, ref: str) -> Member:
    """A present member by the account's reference. Raises NotFound."""
    for one in members(session, partner_id)[0]:
        if one.account.ref == ref:
            return one
    raise NotFound


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation in a list; ``official``: who accepted is an official, whose name the organisation does not see."""

    invitation: Invitation
    official: bool

    def expired(self, now: datetime) -> bool:
        """Whether it is still open but too old."""
        return self.invitation.state == InvitationState.OPEN and self.invitation.expires_at <= now


def invitations(session: Session, partner_id: int, *, limit: int = 200) -> list[Invited]:
    """The invitations of an organisation: those not answered first, then the newest first."""
    query = select(Invitation, Account.official_id).outerjoin(Account, Account.id == Invitation.account_id).where(Invitation.partner_id == partner_id)
    rows = session.execute(query.order_by(Invitation.state != InvitationState.OPEN, Invitation.invited_at.desc(), Invitation.id.desc()).limit(limit))
    return [Invited(one, official_id is not None) for one, official_id in rows]


def invitation(session: Session, partner_id: int, ref: str, *, lock: bool = False) -> Invitation:
    """An invitation of the organisation. Raises NotFound."""
    query = select(Invitation).where(Invitation.ref == ref, Invitation.partner_id == partner_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def by_link(session: Session, code_hash: str, *, lock: bool = False) -> tuple[Invitation, InvitationCode] | None:
    """The invitation to which a code leads, whatever it is worth."""
    query = select(Invitation, InvitationCode).join(InvitationCode, InvitationCode.invitation_id == Invitation.id)
    query = query.where(InvitationCode.code_hash == code_hash)
    found = session.execute(query.with_for_update(of=Invitation) if lock else query).one_or_none()
    return (found[0], found[1]) if found else None


def unanswered(session: Session, partner_ids: Sequence[int], *, now: datetime) -> int:
    """How many invitations of these organisations have expired without an answer."""
    query = select(func.count(Invitation.id)).where(Invitation.partner_id.in_(partner_ids), Invitation.state == InvitationState.OPEN)
    return session.scalar(query.where(Invitation.expires_at <= now)) or 0
