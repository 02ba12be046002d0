"""Facts about this installation, read once a process and kept."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.db import database
from lms.core.models import InstanceFact

_CACHE = "lms.instance_facts"


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
