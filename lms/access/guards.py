"""Every route says who may come in: ``@requires(Permission.X)`` or ``@public``. A test proves that none is silent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core.errors import Forbidden, SignInNeeded

View = Callable[..., Any]


def current_actor() -> Actor:
    """The signed-in actor. Raises :class:`SignInNeeded` for a stranger."""
    actor = g.get("actor")
    if actor is None:
        raise SignInNeeded
    return actor


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Let in who holds one of ``permissions`` for anything; the action then asks about the very object."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if not any(policy.may(actor, permission) for permission in permissions):
                raise Forbidden
            return view(*args, **kwargs)

        guarded.guard = permissions  # type: ignore[attr-defined]
        return guarded

    return guard


def signed_in(view: View) -> View:
    """Let in anyone who is signed in: pages about oneself."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        current_actor()
        return view(*args, **kwargs)

    guarded.guard = "signed_in"  # type: ignore[attr-defined]
    return guarded


def public(view: View) -> View:
    """Let in everyone, signed in or not."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view
