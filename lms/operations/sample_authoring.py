"""A course of the sample county in writing: two authors at one lesson, some of it put together, one clash still open."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.authoring import actions, queries
from lms.authoring.enums import EditKind
from lms.authoring.models import CourseDraft
from lms.core.db import database
from lms.courses import queries as courses
from lms.operations import sample_items
from lms.operations.sample_cast import PARTNER
from lms.people.models import Account
from lms.people.queries import actor_of_account, partner_by_code

COURSE, STEM = "internet-and-governance", "03-three-tables"
CHINESE, ENGLISH = f"lessons/{STEM}.zh.md", f"lessons/{STEM}.en.md"
SITUATION = "请你准备半页背景材料。"
WRITTEN = (
    "请你今天下班前准备半页背景材料。",
    "请你今天下班前准备半页背景材料，用中文写。",
    "请你今天下班前准备半页背景材料，用中文写，附上出处。",
)
SECOND = "请你准备一页背景材料，发给翻译。"
TITLE = ("## 情境\n", "## 情境：半页材料\n")
ENGLISH_SITUATION = ("You are asked for half a page of background.", "By the end of the day you are to write half a page of background, with sources.")



def make(now: datetime) -> str:
    """The next version of a course, begun three days ago and written at until an hour ago."""
    with database().writing() as session:
        one, two = (_actor(session, login) for login in ("author", "author-two"))
        revision, began = courses.current_revision(session, COURSE), now - timedelta(days=3)
        partner = partner_by_code(session, PARTNER)
        draft = actions.draft_from_revision(session, actor=one, now=began, revision=revision, partner=partner)
        _write(session, draft, one, two, now)
        sample_items.write(session, draft, two, now - timedelta(hours=3))
    return f"A draft of the next version of {COURSE}, with two authors and a clash to settle."


def _actor(session: Session, login: str) -> Actor:
    return actor_of_account(session, session.scalars(select(Account.id).where(Account.login == login)).one())


def _write(session: Session, draft: CourseDraft, one: Actor, two: Actor, now: datetime) -> None:
    first = queries.file_now(session, draft.id, CHINESE).text or ""
    english = queries.file_now(session, draft.id, ENGLISH).text or ""
    _save(session, draft, one, CHINESE, first.replace(SITUATION, WRITTEN[0]), 1, now - timedelta(hours=26), EditKind.AUTOSAVE)
    _save(session, draft, one, ENGLISH, english.replace(*ENGLISH_SITUATION), 1, now - timedelta(hours=25), EditKind.SAVED)
    # the second author has had the first version open since before: what fits is put together, the rest waits
    _save(session, draft, two, CHINESE, first.replace(*TITLE), 1, now - timedelta(hours=22), EditKind.AUTOSAVE)
    mixed = queries.file_now(session, draft.id, CHINESE)
    for n, new in enumerate(WRITTEN[1:]):
        text = (mixed.text or "").replace(WRITTEN[0], new)
        _save(session, draft, one, CHINESE, text, mixed.number + n, now - timedelta(hours=4, minutes=-4 * n), EditKind.AUTOSAVE)
    _save(session, draft, two, CHINESE, first.replace(SITUATION, SECOND), 1, now - timedelta(hours=1), EditKind.SAVED)


def _save(session: Session, draft: CourseDraft, actor: Actor, path: str, text: str, base: int, at: datetime, kind: EditKind) -> None:
    actions.save(session, actor=actor, now=at, draft=draft, path=path, text=text, base=base, kind=kind)
