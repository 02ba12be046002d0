"""What happens to partner organisations: registered, changed, closed; members get and lose roles, and leave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission, Role
from lms.core import events
from lms.core.errors import Conflict, Invalid, Refused
from lms.core.ids import new_ref
from lms.partners import membership, queries
from lms.partners.enums import InvitationState
from lms.partners.events import MemberLeft, OrganisationClosed
from lms.partners.models import Invitation, PartnerProfile
from lms.people import member_actions, notice_actions
from lms.people.enums import PartnerKind
from lms.people.holder_queries import holders
from lms.people.models import Account, Partner, RoleGrant

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>]{2,}")


@dataclass(frozen=True, slots=True)
class Names:
    """How an organisation is called, and what it is."""

    name_zh: str
    name_en: str
    kind: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Whom to ask, and from when to when the agreement holds."""

    contact_name: str = ""
    contact_mail: str = ""
    contact_phone: str = ""
    agreement_from: date | None = None
    agreement_until: date | None = None
    agreement_note: str = ""


def register_partner(session: Session, *, actor: Actor, code: str, name_zh: str, name_en: str, kind: str, now: datetime, terms: Terms | None = None) -> Partner:
    """Add a partner organisation. Raises :class:`Invalid` or :class:`Conflict`."""
    policy.ensure(actor, Permission.PARTNERS_EDIT)
    code = code.strip()
    if not CODE.fullmatch(code):
        raise Invalid(_("A code has letters, digits, dots and hyphens, such as U01."))
    if queries.by_code(session, code):
        raise Conflict(_("The code “%(code)s” is taken.", code=code))
    names = _sound(Names(name_zh, name_en, kind))
    _ensure_terms(terms or Terms())
    partner = Partner(ref=new_ref(), code=code, name_zh=names.name_zh, name_en=names.name_en, kind=names.kind, created_at=now)
    session.add(partner)
    session.flush()  # the address needs it
    if terms is not None:
        _keep(session, partner, actor, terms, now)
    audit.record(session, actor=actor, action=Action.PARTNER_ADDED, subject=code, now=now)
    return partner


def _sound(names: Names) -> Names:
    zh, en = " ".join(names.name_zh.split()), " ".join(names.name_en.split())
    if not (1 <= len(zh) <= 120 and 1 <= len(en) <= 160):
        raise Invalid(_("Enter the name in both languages."))
    if names.kind not in set(PartnerKind):
        raise Invalid(_("Choose the kind of organisation."))
    return Names(zh, en, names.kind)


def _ensure_terms(terms: Terms) -> None:
    if terms.contact_mail and not MAIL.fullmatch(terms.contact_mail):
        raise Invalid(_("This is not a mail address. Write it like name@example.cn."))
    if terms.agreement_from and terms.agreement_until and terms.agreement_until < terms.agreement_from:
        raise Invalid(_("The agreement ends before it begins."))


def _keep(session: Session, partner: Partner, actor: Actor, terms: Terms, now: datetime) -> dict[str, Any]:
    """Store contact and agreement; answers what has changed."""
    profile = _profile(session, partner, now)
    wanted = {
        "contact_name": terms.contact_name.strip()[:80],
        "contact_mail": terms.contact_mail[:160],
        "contact_phone": terms.contact_phone.strip()[:40],
        "agreement_from": terms.agreement_from,
        "agreement_until": terms.agreement_until,
        "agreement_note": terms.agreement_note.strip()[:400],
    }
    changed = {name: value for name, value in wanted.items() if getattr(profile, name) != value}
    for name, value in changed.items():
        setattr(profile, name, value)
    if changed:
        profile.changed_by, profile.changed_at = actor.name[:120], now
    session.flush()
    return changed


def _profile(session: Session, partner: Partner, now: datetime) -> PartnerProfile:
    profile = queries.profile(session, partner.id)
    if profile is None:
        empty = dict.fromkeys(("contact_name", "contact_mail", "contact_phone", "agreement_note", "close_reason", "closed_by", "changed_by"), "")
        profile = PartnerProfile(partner_id=partner.id, changed_at=now, **empty)
        session.add(profile)
    return profile


def change(session: Session, *, actor: Actor, ref: str, names: Names, terms: Terms, now: datetime) -> Partner:
    """Names, kind, contact and agreement of an organisation. Raises NotFound, Forbidden, Invalid."""
    policy.ensure(actor, Permission.PARTNERS_EDIT)
    partner = queries.by_ref(session, actor, ref, lock=True)
    names = _sound(names)
    _ensure_terms(terms)
    before = (partner.name_zh, partner.name_en, partner.kind)
    partner.name_zh, partner.name_en, partner.kind = names.name_zh, names.name_en, names.kind
    changed = _keep(session, partner, actor, terms, now)
    if changed or before != (names.name_zh, names.name_en, names.kind):
        named = sorted(changed) + (["names"] if before != (names.name_zh, names.name_en, names.kind) else [])
        audit.record(session, actor=actor, action=Action.PARTNER_CHANGED, subject=partner.code, now=now, changed=named)
    return partner


def close(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> Partner:
    """An organisation no longer works with us: memberships and invitations end, its work stays. Raises NotFound, Forbidden, Invalid, Conflict."""
    policy.ensure(actor, Permission.PARTNERS_EDIT)
    partner = queries.by_ref(session, actor, ref, lock=True)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 400:
        raise Invalid(_("Give the reason in at most %(n)d characters; it stays on record.", n=400))
    if partner.closed_at is not None:
        raise Conflict(_("This organisation is closed already."))
    partner.closed_at = now
    profile = _profile(session, partner, now)
    profile.close_reason, profile.closed_by = reason, actor.name[:120]
    present, _past = queries.members(session, partner.id)
    about = {"zh": partner.name_zh, "en": partner.name_en, "reason": reason}
    notice_actions.tell_accounts(session, kind="organisation_closed", facts={one.account.id: about for one in present}, now=now)
    for one in present:
        _end(session, actor, partner, one.account, one.roles, now, reason="closed")
    open_ones = Invitation.partner_id == partner.id, Invitation.state == InvitationState.OPEN
    session.execute(update(Invitation).where(*open_ones).values(state=InvitationState.WITHDRAWN, ended_by=actor.name[:120], ended_at=now))
    audit.record(session, actor=actor, action=Action.PARTNER_CLOSED, subject=partner.code, now=now, reason=reason, members=len(present))
    events.publish(session, OrganisationClosed(partner.id, actor, now))
    return partner


def reopen(session: Session, *, actor: Actor, ref: str, now: datetime) -> Partner:
    """It works with us again; its members are invited anew. Raises NotFound, Forbidden, Conflict."""
    policy.ensure(actor, Permission.PARTNERS_EDIT)
    partner = queries.by_ref(session, actor, ref, lock=True)
    if partner.closed_at is None:
        raise Conflict(_("This organisation is open already."))
    partner.closed_at = None
    audit.record(session, actor=actor, action=Action.PARTNER_REOPENED, subject=partner.code, now=now)
    return partner


def held_roles(session: Session, account_id: int) -> set[Role]:
    """All roles that an account holds, anywhere."""
    query = select(RoleGrant.role).where(RoleGrant.account_id == account_id, RoleGrant.revoked_at.is_(None))
    return {Role(role) for role in session.scalars(query)}


def ensure_open_to(session: Session, account: Account, roles: Iterable[Role]) -> None:
    """Raise :class:`Refused` unless ``account`` may hold ``roles`` in an organisation."""
    allowed = membership.open_to(official=account.official_id is not None, held=held_roles(session, account.id))
    if not set(roles) <= set(allowed):
        raise Refused(_("Officials, and who has powers over them, may only review for an organisation. For other roles use an account of its own."))


def set_roles(session: Session, *, actor: Actor, ref: str, member_ref: str, roles: Iterable[str], now: datetime) -> None:
    """The roles that a member holds from now on. Raises NotFound, Invalid without a role, Refused for the last coordinator."""
    partner = queries.managed(session, actor, ref, lock=True)
    one = queries.member(session, partner.id, member_ref)
    wanted = membership.in_order(roles)
    if not wanted:
        raise Invalid(_("Choose at least one role, or end the membership."))
    lost = tuple(role for role in one.roles if role not in wanted)
    new = tuple(role for role in wanted if role not in one.roles)
    if Role.COORDINATOR in lost:
        _ensure_coordinator_stays(session, actor, partner, one.account.id)
    ensure_open_to(session, one.account, new)
    member_actions.give_roles(session, actor=actor, account=one.account, partner=partner, roles=new, now=now)
    if lost:
        _end(session, actor, partner, one.account, lost, now, reason="roles")
    if lost or new:
        about = {one.account.id: _named(partner) | {"roles": [str(role) for role in wanted]}}
        notice_actions.tell_accounts(session, kind="member_roles", facts=about, now=now)


def end_membership(session: Session, *, actor: Actor, ref: str, member_ref: str, reason: str, now: datetime) -> None:
    """A coordinator or the administrator ends somebody's membership. Raises NotFound, Invalid, Refused for the last coordinator."""
    partner = queries.managed(session, actor, ref, lock=True)
    one = queries.member(session, partner.id, member_ref)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 400:
        raise Invalid(_("Give the reason in at most %(n)d characters; it stays on record.", n=400))
    if Role.COORDINATOR in one.roles:
        _ensure_coordinator_stays(session, actor, partner, one.account.id)
    _end(session, actor, partner, one.account, one.roles, now, reason=reason)
    notice_actions.tell_accounts(session, kind="membership_ended", facts={one.account.id: _named(partner) | {"reason": reason}}, now=now)
    _tell_coordinators(session, partner, one.account, "member_left", now)


def leave(session: Session, *, actor: Actor, ref: str, successor: str, now: datetime) -> Partner:
    """A member goes by him- or herself; the last coordinator names a successor among the members. Raises NotFound, Invalid."""
    partner = queries.by_ref(session, actor, ref, lock=True)
    one = queries.member(session, partner.id, actor.ref)
    if Role.COORDINATOR in one.roles and membership.leaves_nobody(holders(session, Role.COORDINATOR, partner_ids=[partner.id]), one.account.id):
        _succeed(session, actor, partner, one.account, successor, now)
    _end(session, actor, partner, one.account, one.roles, now, reason="left")
    _tell_coordinators(session, partner, one.account, "member_left", now)
    return partner


def _succeed(session: Session, actor: Actor, partner: Partner, leaving: Account, successor: str, now: datetime) -> None:
    present, _past = queries.members(session, partner.id)
    found = next((one for one in present if one.account.ref == successor and one.account.id != leaving.id), None)
    if found is None:
        raise Invalid(_("You are the last coordinator. Name a member who coordinates from now on, or ask the administrator."))
    ensure_open_to(session, found.account, [Role.COORDINATOR])
    member_actions.give_roles(session, actor=actor, account=found.account, partner=partner, roles=[Role.COORDINATOR], now=now)
    roles = membership.in_order([*found.roles, Role.COORDINATOR])
    about = {found.account.id: _named(partner) | {"roles": [str(role) for role in roles]}}
    notice_actions.tell_accounts(session, kind="member_roles", facts=about, now=now)


def _ensure_coordinator_stays(session: Session, actor: Actor, partner: Partner, account_id: int) -> None:
    if policy.may(actor, Permission.PARTNERS_EDIT):
        return
    if membership.leaves_nobody(holders(session, Role.COORDINATOR, partner_ids=[partner.id]), account_id):
        raise Refused(_("This is the last coordinator. Let another member coordinate first, or ask the administrator."))


def _end(session: Session, actor: Actor, partner: Partner, account: Account, roles: Iterable[Role], now: datetime, *, reason: str) -> None:
    roles = tuple(roles)
    member_actions.end_roles(session, actor=actor, account=account, partner=partner, roles=roles, now=now)
    known = {"partner": partner.code, "roles": [str(role) for role in roles], "reason": reason}
    audit.record(session, actor=actor, action=Action.MEMBERSHIP_ENDED, subject=account.login, official_id=account.official_id, now=now, **known)
    events.publish(session, MemberLeft(account.id, partner.id, frozenset(str(role) for role in roles), actor, now))


def _named(partner: Partner) -> dict[str, Any]:
    return {"ref": partner.ref, "zh": partner.name_zh, "en": partner.name_en}


def _tell_coordinators(session: Session, partner: Partner, about: Account, kind: str, now: datetime) -> None:
    facts: Mapping[str, Any] = _named(partner) | {"name": "" if about.official_id is not None else about.name}
    told = [one for one in holders(session, Role.COORDINATOR, partner_ids=[partner.id]) if one != about.id]
    notice_actions.tell_accounts(session, kind=kind, facts=dict.fromkeys(told, facts), now=now)


def tell_joined(session: Session, partner: Partner, account: Account, now: datetime) -> None:
    """Tell the coordinators that somebody has accepted an invitation."""
    _tell_coordinators(session, partner, account, "member_joined", now)
