"""A county that has read the first course, and its partner university; comments are made and answered."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from lms.access.actor import Actor
from lms.assessments import actions as assessments
from lms.assessments import queries
from lms.core.db import Database
from lms.feedback import about_queries, actions
from lms.feedback.enums import CommentState, Kind
from lms.feedback.models import Comment, CommentStep
from lms.people.models import Notice
from tests.assessments.conftest import SLUG, accepted, loaded, start
from tests.support.people import Cast, actor_of, browser_of

__all__ = ["accepted", "loaded"]

LESSON = "C01-L1"


@dataclass
class Office:
    """Where comments are made and answered."""

    app: Flask
    database: Database
    cast: Cast
    now: datetime

    def actor(self, key: str) -> Actor:
        return actor_of(self.database, self.cast, key)

    def browser(self, key: str, language: str = "en"):
        return browser_of(self.app, self.cast, key, language=language)

    def say(self, kind: Kind = Kind.ERROR, text: str = "", *, key="zhaxi", may_show=False, at: datetime | None = None, **place: str) -> str:
        actor = self.actor(key)
        with self.database.writing() as session:
            about = about_queries.find(session, place or {"course": SLUG, "lesson": LESSON}, official_id=actor.official_id)
            said = actions.Said(kind, text, may_show)
            return actions.comment(session, actor=actor, about=about, said=said, now=at or self.now).ref

    def give_to_partner(self, code: str = "U01") -> None:
        admin = self.actor("admin")
        with self.database.writing() as session:
            actions.name_owner(session, actor=admin, slug=SLUG, partner_code=code, now=self.now)

    def reply(self, ref: str, state=CommentState.ANSWERED, text="Put right.", *, key="admin", at: datetime | None = None, **more) -> None:
        actor = self.actor(key)
        with self.database.writing() as session:
            actions.reply(session, actor=actor, ref=ref, said=actions.Reply(state, text, **more), now=at or self.now)

    def hide(self, ref: str, reason="It names a citizen.", key="admin") -> None:
        actor = self.actor(key)
        with self.database.writing() as session:
            actions.hide(session, actor=actor, ref=ref, reason=reason, now=self.now)

    def handed_in(self, key="zhaxi") -> str:
        """The reference of an evidence quiz that was handed in with its first question answered."""
        actor = self.actor(key)
        head = start(self.database, actor, self.now)
        with self.database.reading() as session:
            first = queries.all_asked(session, head.form)[0].question
        with self.database.writing() as session:
            given = first.options[0].key if first.type in ("single", "truefalse") else first.answer
            assessments.record_answer(session, attempt=head, position=1, answer=given, token="t", now=self.now)
        with self.database.writing() as session:
            assessments.submit(session, actor=actor, ref=head.ref, now=self.now)
        return head.ref

    def comment(self, ref: str) -> Comment:
        with self.database.reading() as session:
            return session.scalars(select(Comment).where(Comment.ref == ref)).one()

    def steps(self, ref: str) -> list[str]:
        with self.database.reading() as session:
            query = select(CommentStep.kind).join(Comment, Comment.id == CommentStep.comment_id).where(Comment.ref == ref)
            return list(session.scalars(query.order_by(CommentStep.seq)))

    def told(self, key: str) -> list[str]:
        with self.database.reading() as session:
            return list(session.scalars(select(Notice.kind).where(Notice.official_id == self.cast.officials[key]).order_by(Notice.id)))


@pytest.fixture
def office(app, accepted, cast, now) -> Office:
    return Office(app, accepted, cast, now)
