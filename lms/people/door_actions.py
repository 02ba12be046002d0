"""The door for pages of other rooms that let somebody in: limits on guessing, a first password, the signed-in answer."""

from __future__ import annotations

from datetime import datetime

from flask import Response, g, make_response, redirect, request
from sqlalchemy.orm import Session

from lms.people import auth, own_account, passwords
from lms.people.auth import Door, SignedIn, open_session
from lms.people.models import Account
from lms.people.passwords import check_strength
from lms.people.request_actor import DEVICE_COOKIE, remember_device, sign_in_cookie

__all__ = ["check_strength", "check_tries", "door", "hashed", "let_in", "note_try", "open_session", "to_page"]


def door() -> Door:
    """Where this request comes from."""
    return Door(request.remote_addr or "", request.cookies.get(DEVICE_COOKIE), own_account.device_words(request.user_agent.string))


def check_tries(session: Session, what: str, *, now: datetime) -> None:
    """Raise :class:`TooMany` when this address has guessed at ``what`` too often."""
    auth.check_throttle(session, login=what, door=door(), now=now)


def note_try(session: Session, what: str, *, now: datetime) -> None:
    """Count a wrong guess."""
    auth.note_failure(session, login=what, door=door(), now=now)


def hashed(password: str) -> str:
    """The hash to store; call it outside any write transaction."""
    return passwords.hash_password(password)


def let_in(session: Session, account: Account, *, now: datetime) -> SignedIn:
    """A session for who has just proved who they are."""
    return open_session(session, account=account, door=door(), now=now)


def to_page(signed: SignedIn, target: str) -> Response:
    """Go on to ``target``, signed in."""
    sign_in_cookie(signed, g.now)
    response = make_response(redirect(target, 303))
    remember_device(response, signed.device_token)
    return response
