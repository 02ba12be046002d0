"""What people do with their own account: see where it is signed in, end that, change the password."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.people import accounts
from lms.people.auth import Door, SignedIn, open_session
from lms.people.models import Account, KnownDevice, SignInSession

_BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone|iPad", "iOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"))


def device_words(user_agent: str) -> str:
    """The kind of device in a few words that its owner recognises, such as ``Chrome, Windows``; empty when it says nothing."""
    found = (next((name for mark, name in table if re.search(mark, user_agent)), "") for table in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)


def open_sessions(session: Session, *, account_id: int, now: datetime, longest: timedelta, limit: int = 50) -> Sequence[SignInSession]:
    """Where an account is signed in, the newest first."""
    query = select(SignInSession).where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None), SignInSession.started_at > now - longest)
    return session.scalars(query.order_by(SignInSession.started_at.desc(), SignInSession.id.desc()).limit(limit)).all()


def end_session(session: Session, *, session_id: int, now: datetime) -> None:
    """End one session: signing out on one device."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id, SignInSession.ended_at.is_(None)).values(ended_at=now))


def end_everywhere(session: Session, *, actor: Actor, now: datetime) -> int:
    """End every session of the actor's account, this one too; returns how many."""
    ended = accounts.end_sessions(session, account_id=actor.account_id, now=now)
    audit.record(session, actor=actor, action=Action.SIGN_OUT_EVERYWHERE, subject=actor.name, official_id=actor.official_id, now=now, sessions=ended)
    return ended


def choose_type(session: Session, *, actor: Actor, large: bool) -> None:
    """Larger letters for the actor on every page and device, or the usual ones. What HR granted stays granted."""
    session.execute(update(Account).where(Account.id == actor.account_id).values(large_type=large))


def replace_password(session: Session, *, actor: Actor, account: Account, password_hash: str, door: Door, now: datetime) -> SignedIn:
    """A new password ends every session and forgets every device; the one at hand starts afresh."""
    accounts.set_password(session, actor=actor, account=account, password_hash=password_hash, now=now)
    # Whoever knew the old password may have left a device that the throttle would treat as the owner's.
    session.execute(delete(KnownDevice).where(KnownDevice.account_id == account.id))
    return open_session(session, account=account, door=Door(door.address, None, door.device), now=now)


def activate(session: Session, *, login: str, code: str, password_hash: str, door: Door, now: datetime) -> SignedIn | None:
    """Use up a one-time code: set the password and sign in. None when the code is not, or no longer, valid."""
    # Two tabs may hold the same code: the second waits here and then finds it used.
    session.scalar(select(Account.id).where(Account.login == login).with_for_update())
    found = accounts.find_code(session, login=login, code=code, now=now)
    if found is None:
        return None
    account, live = found
    actor = Actor(account.id, account.ref, account.name, (), official_id=account.official_id)
    accounts.set_password(session, actor=actor, account=account, password_hash=password_hash, now=now, code=live)
    return open_session(session, account=account, door=door, now=now)
