"""A county where the first course's quiz was taken for evidence, its answers ready to be contested."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.access.permissions import Role
from lms.assessments import actions as assessments
from lms.assessments import queries
from lms.cases import actions
from lms.cases.enums import Finding, Outcome
from lms.cases.models import Case
from lms.core.db import Database
from lms.core.ids import new_ref
from lms.people.models import RoleGrant
from tests.assessments.conftest import accepted, loaded, start
from tests.support.people import Cast, actor_of, browser_of

__all__ = ["accepted", "loaded"]


@dataclass
class Desk:
    """The office where appeals are made and answered."""

    app: Flask
    database: Database
    cast: Cast
    now: datetime
    attempt: str

    def actor(self, key: str) -> Actor:
        return actor_of(self.database, self.cast, key)

    def browser(self, key: str, language: str = "en"):
        return browser_of(self.app, self.cast, key, language=language)

    def appeal(self, position: int | None = None, key: str = "zhaxi") -> str:
        actor = self.actor(key)
        with self.database.writing() as session:
            text = "The line was down."
            return actions.open_case(session, actor=actor, attempt_ref=self.attempt, position=position, text=text, now=self.now).ref

    def appeal_work(self, ref: str, key: str = "zhaxi") -> str:
        actor = self.actor(key)
        with self.database.writing() as session:
            return actions.open_work_case(session, actor=actor, work_ref=ref, text="Annex 2 was not read.", now=self.now).ref

    def take_up(self, ref: str, key: str = "hr") -> None:
        actor = self.actor(key)
        with self.database.writing() as session:
            actions.take_up(session, actor=actor, ref=ref, now=self.now)

    def withdraw(self, ref: str, key: str = "zhaxi") -> None:
        actor = self.actor(key)
        with self.database.writing() as session:
            actions.withdraw(session, actor=actor, ref=ref, now=self.now)

    def answer(self, ref: str, finding=Finding.NOT_UPHELD, outcome=Outcome.NO_CHANGE, *, reason="Looked at.", correction="", key="hr") -> None:
        actor = self.actor(key)
        with self.database.writing() as session:
            said = actions.Answer(finding, outcome, reason, correction)
            actions.answer(session, actor=actor, ref=ref, said=said, now=self.now)

    def write(self, ref: str, text: str, key: str = "zhaxi") -> None:
        actor = self.actor(key)
        with self.database.writing() as session:
            actions.write(session, actor=actor, ref=ref, text=text, now=self.now)

    def reply(self, ref: str, text: str, key: str = "hr") -> None:
        actor = self.actor(key)
        with self.database.writing() as session:
            actions.reply(session, actor=actor, ref=ref, text=text, now=self.now)

    def make_hr(self, key: str, unit: str = "513399") -> None:
        """An official who is HR of a unit as well."""
        with self.database.writing() as session:
            known = {"account_id": self.cast.accounts[key], "unit_id": self.cast.units[unit]}
            session.add(RoleGrant(ref=new_ref(), role=Role.HR, granted_by="test", granted_at=self.now, **known))

    def put_due(self, ref: str, day: date) -> None:
        with self.database.writing() as session:
            session.execute(update(Case).where(Case.ref == ref).values(due_on=day))

    def case(self, ref: str) -> Case:
        with self.database.reading() as session:
            return session.scalars(select(Case).where(Case.ref == ref)).one()


@pytest.fixture
def desk(app, accepted, cast, now) -> Desk:
    zhaxi = actor_of(accepted, cast, "zhaxi")
    head = start(accepted, zhaxi, now)
    with accepted.reading() as session:
        first = queries.all_asked(session, head.form)[0].question
    with accepted.writing() as session:
        given = first.options[0].key if first.type in ("single", "truefalse") else first.answer
        assessments.record_answer(session, attempt=head, position=1, answer=given, token="t", now=now)
    with accepted.writing() as session:
        assessments.submit(session, actor=zhaxi, ref=head.ref, now=now)
    return Desk(app, accepted, cast, now, head.ref)
