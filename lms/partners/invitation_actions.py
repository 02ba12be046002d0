"""Invitations: made, sent again with a new code, withdrawn, accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Role
from lms.core.errors import Conflict, Invalid, Refused
from lms.core.i18n import LANGUAGES, Bilingual
from lms.core.ids import new_code, new_ref
from lms.partners import membership, queries
from lms.partners.actions import MAIL, ensure_open_to, tell_joined
from lms.partners.enums import INVITATION_FLOW, InvitationState, LinkState
from lms.partners.models import Invitation, InvitationCode
from lms.people import member_actions
from lms.people.models import Account, Partner

GROUPS = 6
"""A code has so many groups of four: about 118 random bits, for nobody types what a link carries."""
MOST_OPEN = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is invited, as what, for how long, and in which language the mail is written."""

    name: str
    mail: str
    roles: tuple[str, ...]
    days: int = membership.DAYS
    language: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A code in clear, to be mailed or shown once and never stored."""

    ref: str
    code: str
    name: str
    mail: str
    language: str
    partner: Bilingual
    expires_at: datetime


def invite(session: Session, *, actor: Actor, ref: str, wish: Wish, now: datetime) -> Issued:
    """Ask somebody to join. Raises NotFound, Invalid, Conflict when the address has an open invitation, Refused for a closed organisation."""
    partner = queries.managed(session, actor, ref, lock=True)
    if partner.closed_at is not None:
        raise Refused(_("This organisation is closed. Nobody can be given a role in it."))
    name, mail, roles = " ".join(wish.name.split())[:80], wish.mail.strip(), membership.in_order(wish.roles)
    if not name and not mail:
        raise Invalid(_("Say whom you invite: a name, a mail address, or both."))
    if mail and (not MAIL.fullmatch(mail) or len(mail) > 160):
        raise Invalid(_("This is not a mail address. Write it like name@example.cn."))
    if not roles:
        raise Invalid(_("Choose at least one role."))
    _ensure_room(session, partner, mail, now)
    until = _until(now, wish.days)
    language = wish.language if wish.language in LANGUAGES else ""
    by = {"invited_by": actor.name[:120], "inviter_account_id": actor.account_id, "invited_at": now}
    made = Invitation(
        ref=new_ref(), partner_id=partner.id, name=name, mail=mail, roles=list(roles), language=language, state=InvitationState.OPEN, expires_at=until, **by
    )
    session.add(made)
    session.flush()
    audit.record(session, actor=actor, action=Action.MEMBER_INVITED, subject=partner.code, now=now, invitation=made.ref, roles=list(roles), mail=mail)
    return _issue(session, actor, partner, made, now)


def _until(now: datetime, days: int) -> datetime:
    try:
        return membership.expiry(now, days)
    except ValueError:
        raise Invalid(_("Choose for how long the invitation holds.")) from None


def _ensure_room(session: Session, partner: Partner, mail: str, now: datetime) -> None:
    waiting = [one for one in queries.invitations(session, partner.id) if one.invitation.state == InvitationState.OPEN and not one.expired(now)]
    if mail and any(one.invitation.mail.lower() == mail.lower() for one in waiting):
        raise Conflict(_("This address has an open invitation. Send that one again, or withdraw it."))
    if len(waiting) >= MOST_OPEN:
        raise Refused(_("%(n)d invitations wait for an answer. Withdraw some of them first.", n=len(waiting)))


def _issue(session: Session, actor: Actor, partner: Partner, invitation: Invitation, now: datetime) -> Issued:
    """A fresh code; earlier ones are replaced."""
    live = update(InvitationCode).where(InvitationCode.invitation_id == invitation.id, InvitationCode.replaced_at.is_(None))
    session.execute(live.values(replaced_at=now))
    code = new_code(GROUPS)
    hashed = member_actions.code_hash(code)
    row = InvitationCode(invitation_id=invitation.id, code_hash=hashed, made_by=actor.name[:120], made_at=now, expires_at=invitation.expires_at)
    session.add(row)
    session.flush()
    names = Bilingual(partner.name_zh, partner.name_en)
    return Issued(invitation.ref, code, invitation.name, invitation.mail, invitation.language, names, invitation.expires_at)


def resend(session: Session, *, actor: Actor, ref: str, invitation_ref: str, now: datetime) -> Issued:
    """A new code for an open invitation, as long again as the first; the old link ends. Raises NotFound, Conflict, Refused."""
    partner = queries.managed(session, actor, ref, lock=True)
    found = _open_one(session, partner, invitation_ref)
    if partner.closed_at is not None:
        raise Refused(_("This organisation is closed. Nobody can be given a role in it."))
    days = (found.expires_at - found.invited_at).days
    found.invited_at, found.expires_at = now, membership.expiry(now, days if days in membership.CHOICES else membership.DAYS)
    audit.record(session, actor=actor, action=Action.INVITATION_RENEWED, subject=partner.code, now=now, invitation=found.ref)
    return _issue(session, actor, partner, found, now)


def withdraw(session: Session, *, actor: Actor, ref: str, invitation_ref: str, now: datetime) -> Invitation:
    """The invitation no longer holds. Raises NotFound, Conflict when it was answered or withdrawn before."""
    partner = queries.managed(session, actor, ref, lock=True)
    found = _open_one(session, partner, invitation_ref)
    _end(found, InvitationState.WITHDRAWN, actor, now)
    audit.record(session, actor=actor, action=Action.INVITATION_WITHDRAWN, subject=partner.code, now=now, invitation=found.ref)
    return found


def _open_one(session: Session, partner: Partner, invitation_ref: str) -> Invitation:
    found = queries.invitation(session, partner.id, invitation_ref, lock=True)
    if found.state != InvitationState.OPEN:
        raise Conflict(_("This invitation was answered or withdrawn in the meantime."))
    return found


def _end(found: Invitation, state: InvitationState, actor: Actor, now: datetime) -> None:
    if state not in INVITATION_FLOW[InvitationState(found.state)]:
        raise Conflict(_("This invitation was answered or withdrawn in the meantime."))
    found.state, found.ended_by, found.ended_at = state, actor.name[:120], now


def link(session: Session, code: str, *, now: datetime, lock: bool = False) -> tuple[Invitation, LinkState] | None:
    """The invitation behind a code and what the code is worth now; None for a code that never was."""
    found = queries.by_link(session, member_actions.code_hash(code), lock=lock)
    if found is None:
        return None
    invitation, row = found
    known = {"state": invitation.state, "expires_at": row.expires_at, "replaced": row.replaced_at is not None}
    return invitation, membership.worth(**known, closed=invitation.partner.closed_at is not None, now=now)


def _good(session: Session, code: str, now: datetime) -> Invitation:
    found = link(session, code, now=now, lock=True)
    if found is None or found[1] is not LinkState.GOOD:
        raise Conflict(_("This invitation was answered or withdrawn in the meantime."))
    return found[0]


def accept(session: Session, *, actor: Actor, code: str, now: datetime) -> Partner:
    """The signed-in account joins. Raises Conflict when the code is no longer good, Refused when it may not hold these roles."""
    invitation = _good(session, code, now)
    return _join(session, invitation, session.get_one(Account, actor.account_id), actor, now)


def accept_anew(session: Session, *, code: str, login: str, name: str, password_hash: str, now: datetime) -> tuple[Account, Partner]:
    """Somebody without an account opens one and joins. Raises Conflict when the code is no longer good or the login is taken."""
    invitation = _good(session, code, now)
    account = member_actions.add_member(session, login=login, name=name, password_hash=password_hash, language=invitation.language, now=now)
    return account, _join(session, invitation, account, member_actions.account_of(account), now)


def _join(session: Session, invitation: Invitation, account: Account, actor: Actor, now: datetime) -> Partner:
    roles, partner = [Role(role) for role in invitation.roles], invitation.partner
    ensure_open_to(session, account, roles)
    member_actions.give_roles(session, actor=actor, account=account, partner=partner, roles=roles, now=now)
    invitation.account_id = account.id
    _end(invitation, InvitationState.ACCEPTED, actor, now)
    known = {"invitation": invitation.ref, "invited_by": invitation.invited_by, "roles": invitation.roles}
    official = account.official_id
    audit.record(session, actor=actor, action=Action.INVITATION_ACCEPTED, subject=partner.code, official_id=official, now=now, **known)
    tell_joined(session, partner, account, now)
    return partner
