"""Signing in, and who a request is: one query turns a session token into an Actor."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Connection, Row, bindparam, case, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.access import audit
from lms.access.actor import Actor, Grant
from lms.access.audit import Action
from lms.access.permissions import Role
from lms.core.errors import TooMany
from lms.core.i18n import Bilingual
from lms.people.accommodation_queries import in_force
from lms.people.import_files import today
from lms.people.models import Accommodation, Account, AccountNotice, KnownDevice, Notice, Official, RoleGrant, SignInFailure, SignInSession, Unit
from lms.people.passwords import hash_password, needs_rehash, verify_password
from lms.people.throttle import WINDOW, Failures, wait_seconds


@dataclass(frozen=True, slots=True)
class Door:
    """Where a sign-in comes from: network address, the device's own token if it has one, and its kind in words."""

    address: str
    device_token: str | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: its token for the cookie and the device token to remember."""

    account_ref: str
    token: str
    device_token: str


def digest(token: str) -> str:
    """Tokens are kept as digests only."""
    return hashlib.sha256(token.encode()).hexdigest()


def login_as_stored(session: Session, typed: str) -> str:
    """The login as it is kept, if ``typed`` differs from one only in case: staff numbers are kept in capitals."""
    found = session.scalars(select(Account.login).where(Account.login.in_({typed, typed.upper(), typed.lower()}))).all()
    return typed if typed in found or len(found) != 1 else found[0]


def check_throttle(session: Session, *, login: str, door: Door, now: datetime) -> None:
    """Raise :class:`TooMany` if this login, from this door, has to wait."""
    since = now - WINDOW
    origin, known = _origin(session, login, door)
    pair, by_login, by_address = session.execute(
        select(
            func.count().filter(SignInFailure.login == login, SignInFailure.address == origin),
            func.count().filter(SignInFailure.login == login),
            func.count().filter(SignInFailure.address == door.address),
        ).where(SignInFailure.at > since, or_(SignInFailure.login == login, SignInFailure.address == door.address))
    ).one()
    wait = wait_seconds(Failures(pair, by_login, by_address), known_device=known)
    if wait:
        raise TooMany(_("Too many failed tries. Wait %(n)d minutes, or ask HR for a new one-time code.", n=wait // 60), retry_after=wait)


def _origin(session: Session, login: str, door: Door) -> tuple[str, bool]:
    """What a failure counts against, and whether that is a device known to this login.

    A known device counts by itself: the colleague behind the same router who guesses at the account must not stop it.
    """
    known = bool(door.device_token) and _is_known(session, login, digest(door.device_token))
    return (f"device:{digest(door.device_token)[:40]}", True) if known else (door.address[:64], False)


def _is_known(session: Session, login: str, token_hash: str) -> bool:
    query = select(KnownDevice.id).join(Account).where(Account.login == login, KnownDevice.token_hash == token_hash)
    return session.scalar(query) is not None


def note_failure(session: Session, *, login: str, door: Door, now: datetime) -> None:
    """Count a failure, and forget those older than the window."""
    origin, _known = _origin(session, login, door)
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - WINDOW))
    session.add(SignInFailure(login=login[:80], address=origin, at=now))
    session.flush()


def check_password(session: Session, *, login: str, password: str) -> Account | None:
    """The account whose password this is, or None; takes the same time for unknown logins. Reads only."""
    account = session.scalar(select(Account).where(Account.login == login))
    fits = verify_password(account.password_hash if account else None, password)
    return account if account and fits and account.active else None


def fresh_hash(account: Account, password: str) -> str | None:
    """A stronger hash if the installation's parameters have grown since; computed outside any write transaction."""
    return hash_password(password) if account.password_hash and needs_rehash(account.password_hash) else None


def open_session(session: Session, *, account: Account, door: Door, now: datetime, rehash: str | None = None) -> SignedIn:
    """Start a session for a person who has proved who they are."""
    token, device_token = secrets.token_urlsafe(24), door.device_token or secrets.token_urlsafe(18)
    if rehash:
        account.password_hash = rehash
    session.add(SignInSession(token_hash=digest(token), account_id=account.id, device=door.device[:120], started_at=now))
    origin, _known = _origin(session, account.login, door)
    hashed = digest(device_token)
    device = session.scalar(select(KnownDevice).where(KnownDevice.account_id == account.id, KnownDevice.token_hash == hashed))
    if device:
        device.seen_at = now
    else:
        session.add(KnownDevice(account_id=account.id, token_hash=hashed, seen_at=now))
    session.execute(delete(SignInFailure).where(SignInFailure.login == account.login, SignInFailure.address == origin))
    session.flush()
    actor = Actor(account.id, account.ref, account.name, (), official_id=account.official_id)
    audit.record(session, actor=actor, action=Action.SIGN_IN, subject=account.login, official_id=account.official_id, now=now, device=door.device[:120])
    return SignedIn(account.ref, token, device_token)


_granted_large_type = (
    select(Accommodation.id).where(Accommodation.official_id == Account.official_id, Accommodation.large_type, in_force(bindparam("today"))).exists()
)
_told = select(func.count(Notice.id)).where(Notice.official_id == Account.official_id, Notice.read_at.is_(None)).scalar_subquery()
_told_account = select(func.count(AccountNotice.id)).where(AccountNotice.account_id == Account.id, AccountNotice.read_at.is_(None)).scalar_subquery()
_unread = case((Account.official_id.is_(None), _told_account), else_=_told)
_home = aliased(Unit)
_granted = aliased(Unit)
_ACTOR = (
    select(
        SignInSession.id.label("session_id"),
        SignInSession.started_at,
        Account.id,
        Account.ref,
        Account.name,
        Account.official_id,
        Account.language,
        or_(Account.large_type, _granted_large_type).label("large_type"),
        _unread.label("unread"),
        Official.ref.label("official_ref"),
        Official.active.label("official_active"),
        Official.unit_id,
        Official.position_id,
        _home.path,
        _home.name_zh,
        _home.name_en,
        RoleGrant.role,
        RoleGrant.partner_id,
        _granted.path.label("granted_path"),
        _granted.code.label("granted_code"),
    )
    .join(Account, Account.id == SignInSession.account_id)
    .outerjoin(Official, Official.id == Account.official_id)
    .outerjoin(_home, _home.id == Official.unit_id)
    .outerjoin(RoleGrant, (RoleGrant.account_id == Account.id) & RoleGrant.revoked_at.is_(None))
    .outerjoin(_granted, _granted.id == RoleGrant.unit_id)
    .where(SignInSession.token_hash == bindparam("token_hash"), SignInSession.ended_at.is_(None), Account.active)
    .order_by(RoleGrant.id)
)
"""Made once: every request runs it, and building a statement costs more than SQLite needs to answer it."""


def load_actor(connection: Connection, *, token: str, now: datetime, longest: timedelta) -> Actor | None:
    """The actor behind a session token, unless the session has ended or outlived ``longest``."""
    rows = connection.execute(_ACTOR, {"token_hash": digest(token), "today": today(now)}).all()
    if not rows or rows[0].started_at + longest < now:
        return None
    return _actor(rows)


def _actor(rows: Sequence[Row]) -> Actor:
    first = rows[0]
    grants = [Grant(Role(row.role), row.granted_path, row.partner_id, row.granted_code) for row in rows if row.role]
    if first.official_id is not None and first.official_active:
        grants.insert(0, Grant(Role.OFFICIAL))
    return Actor(
        account_id=first.id,
        ref=first.ref,
        name=first.name,
        grants=tuple(grants),
        official_id=first.official_id,
        official_ref=first.official_ref,
        unit_id=first.unit_id,
        unit_path=first.path,
        unit_name=Bilingual(first.name_zh, first.name_en or first.name_zh) if first.name_zh else "",
        position_id=first.position_id,
        language=first.language,
        large_type=bool(first.large_type),
        unread=first.unread,
        session_id=first.session_id,
    )
