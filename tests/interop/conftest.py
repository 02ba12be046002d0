"""A draft of a course at the partner university, and its author."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from lms.authoring import actions, queries
from lms.authoring.models import CourseDraft
from lms.core.db import Database
from lms.interop.models import BankImport
from lms.people.models import Partner
from tests.support.people import Cast, actor_of, browser_of


@dataclass
class Study:
    """Where a course is written."""

    app: Flask
    database: Database
    cast: Cast
    now: datetime
    ref: str = ""

    def browser(self, key: str = "author", language: str = "en"):
        return browser_of(self.app, self.cast, key, language=language)

    def bank(self) -> str:
        with self.database.reading() as session:
            return self.files(session)["bank.yaml"].text

    def files(self, session):
        return queries.files(session, session.scalars(select(CourseDraft.id).where(CourseDraft.ref == self.ref)).one())

    def send(self, name: str, data: bytes, key: str = "author", language: str = "en", **form: str):
        form = {"file": (io.BytesIO(data), name), **form}
        return self.browser(key, language).post(f"/author/drafts/{self.ref}/import", data=form, content_type="multipart/form-data")

    def read(self, name: str, data: bytes, **form: str) -> str:
        """Upload a file that is taken; the address of its page."""
        answer = self.send(name, data, **form)
        assert answer.status_code == 303, answer.text
        return answer.location

    def imports(self) -> list[BankImport]:
        with self.database.reading() as session:
            return list(session.scalars(select(BankImport).order_by(BankImport.id)))


@pytest.fixture
def study(app, database, cast, now) -> Study:
    made = Study(app, database, cast, now)
    author = actor_of(database, cast, "author")
    with database.writing() as session:
        partner = session.scalars(select(Partner).where(Partner.code == "U01")).one()
        names = {"code": "C21", "slug": "town-networks", "title_zh": "乡镇网络", "title_en": "Town networks"}
        made.ref = actions.create_draft(session, actor=author, now=now, partner=partner, **names).ref
    return made
