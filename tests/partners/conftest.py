"""Two partner organisations beside a small county: U01 with a coordinator, two authors and a practitioner, U02 with its coordinator."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import AuditEntry
from lms.access.permissions import Role
from lms.core.db import Database
from lms.core.ids import new_ref
from lms.partners import actions, queries
from lms.people.models import Account, AccountNotice, Notice, Partner, RoleGrant, SignInSession
from tests.support.people import Cast, actor_of, browser_of

STAFF = (
    ("lin", "lin@u01.example", "林协调", Role.COORDINATOR, "U01"),
    ("wu", "wu@u01.example", "吴作者", Role.AUTHOR, "U01"),
    ("li", "li@u02.example", "李外校", Role.AUTHOR, "U02"),
    ("far", "far@u02.example", "外校协调", Role.COORDINATOR, "U02"),
)


@dataclass
class Office:
    """Where organisations are kept."""

    app: Flask
    database: Database
    cast: Cast
    now: datetime
    refs: dict[str, str] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        return actor_of(self.database, self.cast, key)

    def browser(self, key: str, language: str = "en"):
        return browser_of(self.app, self.cast, key, language=language)

    def page(self, part: str = "", code: str = "U01") -> str:
        return f"/partners/{self.refs[code]}" + (f"/{part}" if part else "")

    def member(self, key: str, part: str = "", code: str = "U01") -> str:
        with self.database.reading() as session:
            ref = session.get_one(Account, self.cast.accounts[key]).ref
        return self.page(f"members/{ref}" + (f"/{part}" if part else ""), code)

    def ref_of(self, key: str) -> str:
        return self.member(key).rsplit("/", 1)[-1]

    def roles(self, key: str, code: str = "U01") -> list[str]:
        with self.database.reading() as session:
            query = select(RoleGrant.role).join(Partner, Partner.id == RoleGrant.partner_id).where(Partner.code == code, RoleGrant.revoked_at.is_(None))
            return sorted(session.scalars(query.where(RoleGrant.account_id == self.cast.accounts[key])))

    def invite(self, key: str = "lin", code: str = "U01", **form: object) -> str:
        """Invite by the page; the address of the link."""
        known = {"name": "周新", "role": ["author"], "days": "14", "language": "zh-Hans"} | form
        answer = self.browser(key).post(self.page("invite", code), data=known)
        assert answer.status_code == 200, answer.text
        return "/invitations/" + re.search(r"/invitations/([a-z0-9-]+)", answer.text).group(1)

    def accept(self, link: str, login: str = "zhou@u01.example", name: str = "周新", password: str = "a short sentence"):
        browser = self.app.test_client()
        browser.set_cookie("language", "en")
        return browser, browser.post(link, data={"login": login, "name": name, "password": password, "again": password})

    def told(self, key: str) -> list[str]:
        """Kinds of the notices of an account, in order."""
        with self.database.reading() as session:
            account = session.get_one(Account, self.cast.accounts[key])
            if account.official_id is None:
                return list(session.scalars(select(AccountNotice.kind).where(AccountNotice.account_id == account.id).order_by(AccountNotice.id)))
            return list(session.scalars(select(Notice.kind).where(Notice.official_id == account.official_id).order_by(Notice.id)))

    def logged(self, *actions: str) -> list[tuple[str, str, str]]:
        with self.database.reading() as session:
            rows = session.execute(select(AuditEntry.action, AuditEntry.actor, AuditEntry.subject).order_by(AuditEntry.seq)).all()
            return [tuple(row) for row in rows if row.action in actions]

    def sessions(self, key: str) -> int:
        with self.database.reading() as session:
            query = select(SignInSession).where(SignInSession.account_id == self.cast.accounts[key], SignInSession.ended_at.is_(None))
            return len(session.scalars(query).all())

    def invitations(self, code: str = "U01") -> list[queries.Invited]:
        with self.database.reading() as session:
            return queries.invitations(session, queries.by_code(session, code).id)


def _join(session, cast: Cast, key: str, login: str, name: str, roles: Iterable[tuple[Role, int]], now: datetime) -> None:
    account = Account(ref=new_ref(), login=login, name=name, active=True, created_at=now)
    session.add(account)
    session.flush()
    cast.accounts[key] = account.id
    for role, partner_id in roles:
        session.add(RoleGrant(ref=new_ref(), account_id=account.id, role=role, partner_id=partner_id, granted_by="test", granted_at=now))


@pytest.fixture
def office(app, database, cast, now) -> Office:
    admin = actor_of(database, cast, "admin")
    with database.writing() as session:
        names = {"name_zh": "远方研究院", "name_en": "Far Institute", "kind": "institute"}
        far = actions.register_partner(session, actor=admin, code="U02", now=now, **names)
        ids = {"U01": cast.partner_id, "U02": far.id}
        refs = dict(session.execute(select(Partner.code, Partner.ref)).all())
        for key, login, name, role, code in STAFF:
            _join(session, cast, key, login, name, [(role, ids[code])], now)
        practitioner = {"account_id": cast.accounts["sun"], "role": Role.REVIEWER, "partner_id": ids["U01"]}
        session.add(RoleGrant(ref=new_ref(), granted_by="test", granted_at=now, **practitioner))
    return Office(app, database, cast, now, refs)
