"""A county with every course and the project's own register; the first course belongs to the partner university."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.access.actor import Actor
from lms.assessments import suspension_queries
from lms.assessments.models import Item
from lms.core.db import Database
from lms.facts import actions, content, queries
from lms.facts.enums import FlagState
from lms.facts.models import FactFlag
from lms.feedback import actions as comments
from lms.people.models import AccountNotice, Notice
from tests.assessments.conftest import SLUG, accepted, loaded
from tests.support.people import Cast, actor_of, browser_of

__all__ = ["accepted", "loaded"]


@dataclass
class Desk:
    """Where facts are kept."""

    app: Flask
    database: Database
    cast: Cast
    now: datetime

    def actor(self, key: str) -> Actor:
        return actor_of(self.database, self.cast, key)

    def browser(self, key: str, language: str = "en"):
        return browser_of(self.app, self.cast, key, language=language)

    def change(self, code: str, *, at: datetime | None = None, reason: str = "The law was amended.", substance: bool = True, **values: Any) -> None:
        admin = self.actor("admin")
        with self.database.writing() as session:
            said = replace(actions.said_by(queries.fact(session, code)), **values or {"en": f"Amended: {code}"})
            actions.change(session, actor=admin, code=code, said=said, reason=reason, now=at or self.now, substance=substance)

    def look(self, state: FlagState, *codes: str, key: str = "admin", reason: str = "Compared with the new text.") -> int:
        actor = self.actor(key)
        with self.database.writing() as session:
            refs = list(session.scalars(select(FactFlag.ref).where(FactFlag.code.in_(codes), FactFlag.settled_at.is_(None)).order_by(FactFlag.id)))
            return actions.look(session, actor=actor, refs=refs, state=state, reason=reason, now=self.now)

    def flags(self, **where: Any) -> dict[str, str]:
        """State by code."""
        with self.database.reading() as session:
            return {flag.code: flag.state for flag in session.scalars(select(FactFlag).filter_by(**where).order_by(FactFlag.id))}

    def suspended(self, prefix: str = "C01") -> list[str]:
        with self.database.reading() as session:
            held = suspension_queries.suspended(session)
            return list(session.scalars(select(Item.code).where(Item.id.in_(held), Item.parent_id.is_(None), Item.code.startswith(prefix)).order_by(Item.code)))

    def ref(self, code: str) -> str:
        with self.database.reading() as session:
            return session.scalars(select(FactFlag.ref).where(FactFlag.code == code).order_by(FactFlag.id.desc())).first()

    def told(self) -> list[tuple[str, str]]:
        """(who, kind) of every notice about facts and quizzes that closed."""
        names = {account_id: key for key, account_id in self.cast.accounts.items()}
        officials = {official_id: key for key, official_id in self.cast.officials.items()}
        with self.database.reading() as session:
            rows = [(names[one.account_id], one.kind) for one in session.scalars(select(AccountNotice).order_by(AccountNotice.id))]
            rows += [(officials[one.official_id], one.kind) for one in session.scalars(select(Notice).order_by(Notice.id))]
        return [row for row in rows if row[1].startswith(("fact", "quiz"))]


@pytest.fixture
def desk(app, accepted, cast, worlds, now) -> Desk:
    made = Desk(app, accepted, cast, now)

    def load() -> None:
        admin = made.actor("admin")
        with accepted.writing() as session:
            list(content.load(session, now))
            comments.name_owner(session, actor=admin, slug=SLUG, partner_code="U01", now=now)

    worlds.make(accepted, "register of facts", load)
    return made
