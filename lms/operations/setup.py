"""Making or upgrading an instance: secret, database, content, first administrator."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.access.permissions import Role
from lms.competency import rebuild
from lms.config import SECRET_FILE, Settings
from lms.core.db import database
from lms.operations import migrate
from lms.people import accounts
from lms.people.accounts import IssuedCode
from lms.people.models import Account, RoleGrant

Loader = Callable[[Session, datetime], Iterable[str]]

CONTENT_LOADERS = (
    "lms.competency.content",
    "lms.assessments.content",
    "lms.courses.content",
    "lms.portfolio.content",
    "lms.hours.content",
    "lms.facts.content",  # after what cites facts: a changed one flags it
)
"""Modules whose ``load(session, now)`` brings the project's content into the database and yields what it did."""

FIRST_ADMINISTRATOR = "admin"


def prepare_instance(settings: Settings) -> None:
    """Make the instance folder and its secret key, private to the user who runs the service."""
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.instance / "uploads").mkdir(exist_ok=True, mode=0o700)
    key = settings.instance / SECRET_FILE
    if not key.exists() and not settings.secret_key:
        handle = os.open(key, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    _keep_database_private(settings)


def _keep_database_private(settings: Settings) -> None:
    """A folder that somebody else made may be open to all users of the server; SQLite's files beside the database have its mode."""
    url = make_url(settings.url)
    if url.get_backend_name() == "sqlite" and url.database:
        path = Path(url.database)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)


def upgrade_database() -> None:
    """Apply missing migrations to the current application's database."""
    migrate.upgrade(database())


def load_content(now: datetime) -> list[str]:
    """Load framework, positions, item banks and courses that have changed; returns lines that say what was done."""
    lines: list[str] = []
    for name in CONTENT_LOADERS:
        if find_spec(name):
            with database().writing() as session:
                lines += import_module(name).load(session, now)
    return lines


def renew_estimates(now: datetime) -> list[str]:
    """Make every estimate anew when they were made with constants that are no longer in force; says so."""
    with database().writing() as session:
        if not rebuild.made_otherwise(session):
            return []
        written = rebuild.rebuild(session, now=now)
    return [f"estimates made anew with the model now in force: {sum(written.values())} rows"]


def first_administrator(now: datetime) -> IssuedCode | None:
    """The first administrator's one-time code, as long as no administrator has ever set a password."""
    with database().writing() as session:
        query = select(Account).join(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None))
        administrators = session.scalars(query).all()
        if any(account.password_hash for account in administrators):
            return None
        actor = operator("setup")
        account = administrators[0] if administrators else accounts.add_account(session, actor=actor, login=FIRST_ADMINISTRATOR, name="Administrator", now=now)
        accounts.grant_role(session, actor=actor, account=account, role=Role.ADMINISTRATOR, now=now)
        return accounts.issue_code(session, actor=actor, account=account, now=now)


def settings() -> Settings:
    """The current application's settings."""
    return current_app.config["SETTINGS"]
