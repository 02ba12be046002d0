"""A partner's draft of a whole course, with two experts and a practitioner who may review it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from lms.access.permissions import Role
from lms.authoring import actions as drafts
from lms.authoring import queries
from lms.core.db import Database
from lms.core.framework import content_root
from lms.core.i18n import speaking
from lms.core.ids import new_ref
from lms.courses.queries import current_revision
from lms.people.models import Account, Partner, RoleGrant
from lms.reviewing import actions, release_actions, submission_actions
from lms.reviewing.enums import Capacity, Change, Verdict
from lms.reviewing.models import Review
from tests.support.people import Cast, actor_of

SLUG = "internet-and-governance"
REASONS = "I read all of it; it is right."


KEYS = ("author", "admin", "hr", "expert", "desk", "other", "auditor")


class World:
    """Who takes part. ``expert`` belongs to the authors' organisation, ``desk`` and ``other`` to another."""

    def __init__(self, database: Database, cast: Cast, now: datetime) -> None:
        self.database, self.cast, self.now = database, cast, now
        self.actors = {key: actor_of(database, cast, key) for key in KEYS}

    def act(self, action: Callable[..., Any], key: str, **known: Any) -> Any:
        """One action of one person in a transaction of its own; answers what it returned, or the reference of that."""
        with self.database.writing() as session, speaking("en"):
            made = action(session, actor=self.actors[key], now=known.pop("now", self.now), **known)
            return getattr(made, "ref", made)

    def ref(self, key: str) -> str:
        """The reference of somebody's account."""
        with self.database.reading() as session:
            return session.get_one(Account, self.cast.accounts[key]).ref

    def draft(self, found: dict[str, bytes], *, key: str = "author") -> str:
        """A draft of the partner with these files."""
        with self.database.writing() as session, speaking("en"):
            partner = session.get_one(Partner, self.cast.partner_id)
            return drafts.draft_from_files(session, actor=self.actors[key], now=self.now, partner=partner, files=found).ref

    def next_draft(self, *, hot_fix: bool = False) -> str:
        """A draft that begins with the live revision."""
        with self.database.writing() as session, speaking("en"):
            partner, revision = session.get_one(Partner, self.cast.partner_id), current_revision(session, SLUG)
            known = {"actor": self.actors["author"], "now": self.now, "revision": revision, "partner": partner}
            return drafts.draft_from_revision(session, hot_fix=hot_fix, **known).ref

    def write(self, draft: str, path: str, old: str, new: str, *, key: str = "author") -> None:
        """Replace words in a file of a draft."""
        with self.database.writing() as session, speaking("en"):
            found = queries.by_ref(session, draft)
            now = queries.file_now(session, found.id, path)
            assert old in now.text, (path, old)
            text = now.text.replace(old, new, 1)
            drafts.save(session, actor=self.actors[key], now=self.now, draft=found, path=path, text=text, base=now.number)

    def submit(self, draft: str, *, change: Change = Change.MINOR, words: str = "Please look at lesson 2.", **more: Any) -> str:
        said = submission_actions.Submission(words, change, "补充例子", "Examples added", **more)
        return self.act(submission_actions.submit, "author", draft_ref=draft, said=said)

    def name(self, review: str, key: str, capacity: Capacity) -> str:
        return self.act(actions.name_reviewer, "admin", ref=review, account_ref=self.ref(key), capacity=capacity)

    def declare(self, review: str, key: str, *, conflict: bool = False, words: str = "") -> None:
        self.act(actions.declare, key, ref=review, conflict=conflict, words=words)

    def judge(self, review: str, key: str, verdict: Verdict = Verdict.ACCEPT, reasons: str = REASONS) -> None:
        self.act(actions.judge, key, ref=review, verdict=verdict, reasons=reasons)

    def in_reading(self, draft: str) -> str:
        """Submitted, both reviewers named, no conflict declared."""
        review = self.submit(draft)
        for key, capacity in (("expert", Capacity.SUBJECT_EXPERT), ("desk", Capacity.PRACTITIONER)):
            self.name(review, key, capacity)
            self.declare(review, key)
        return review

    def released(self, draft: str) -> str:
        """All the way."""
        review = self.in_reading(draft)
        self.judge(review, "expert")
        self.judge(review, "desk")
        self.act(release_actions.release, "admin", ref=review)
        return review

    def state(self, review: str) -> str:
        with self.database.reading() as session:
            return session.scalars(select(Review.state).where(Review.ref == review)).one()


def files() -> dict[str, bytes]:
    """The package of the test content with named authors and a licence."""
    folder = content_root() / "courses" / SLUG
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found["bank.yaml"] = (content_root() / "assessments" / f"{SLUG}.yaml").read_bytes()
    head = found["course.yaml"].decode()
    head = head.replace('"(to be named)"', "李老师").replace('"(owner to decide)"', '"CC BY 4.0"')
    found["course.yaml"] = head.encode()
    return found


@pytest.fixture
def world(database, cast, now) -> World:
    with database.writing() as session:
        other = Partner(ref=new_ref(), code="E01", name_zh="某企业", name_en="A company", kind="enterprise", created_at=now)
        session.add(other)
        session.flush()
        people = (("expert", "专家", cast.partner_id), ("desk", "窗口主任", other.id), ("other", "工程师", other.id))
        for key, name, partner_id in people:
            account = Account(ref=new_ref(), login=key, name=name, active=True, created_at=now)
            session.add(account)
            session.flush()
            grant = {"role": Role.REVIEWER, "partner_id": partner_id, "granted_by": "test", "granted_at": now}
            session.add(RoleGrant(ref=new_ref(), account_id=account.id, **grant))
            cast.accounts[key] = account.id
    return World(database, cast, now)


@pytest.fixture
def draft(world) -> str:
    """A draft that passes every check."""
    return world.draft(files())
