"""Facts about this installation, read once a process and kept."""

from __future__ import annotations

import time
from datetime import timedelta

from flask import current_app, has_app_context
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.core.db import database
from lms.core.models import InstanceFact

_CACHE = "lms.instance_facts"
_DAYS_AHEAD = "sample_clock_days"
FRESH = 5.0
"""Seconds for which a served process may miss that the sample's clock was moved."""


def fact(session: Session, name: str) -> str | None:
    """The stored value of ``name``, fresh from the database."""
    return session.scalar(select(InstanceFact.value).where(InstanceFact.name == name))


def set_fact(session: Session, name: str, value: str) -> None:
    """Store ``value`` under ``name``."""
    session.merge(InstanceFact(name=name, value=value))
    session.flush()


def is_sample() -> bool:
    """Whether this installation holds an invented county. Set by ``lms setup --sample`` alone, before serving."""
    cache = current_app.extensions.setdefault(_CACHE, {})
    if "sample" not in cache:
        with database().reading() as session:
            cache["sample"] = fact(session, "sample") == "yes"
    return cache["sample"]


def forget() -> None:
    """Drop what the process remembers; after setup and between tests."""
    current_app.extensions.pop(_CACHE, None)


def days_ahead(session: Session) -> int:
    """By how many days the clock of this sample instance was moved on."""
    return int(fact(session, _DAYS_AHEAD) or 0)


def move_clock(session: Session, *, days: int) -> None:
    """Move the sample's clock on by further ``days``; nothing moves it back."""
    assert days > 0 and fact(session, "sample") == "yes", "only a sample's clock moves, and only onwards"
    set_fact(session, _DAYS_AHEAD, str(days_ahead(session) + days))


def ahead() -> timedelta:
    """How far the clock of a sample instance runs ahead; nothing on any other, nor before there is a database."""
    try:
        return timedelta(days=_days_kept()) if has_app_context() and is_sample() else timedelta()
    except DBAPIError:
        return timedelta()


def _days_kept() -> int:
    cache = current_app.extensions.setdefault(_CACHE, {})
    if time.monotonic() > cache.get("look again", 0.0):
        with database().reading() as session:
            cache["days ahead"], cache["look again"] = days_ahead(session), time.monotonic() + FRESH
    return cache["days ahead"]
