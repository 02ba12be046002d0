"""Three years after somebody left nothing but the audit log tells who they were; before that, and of anybody else, nothing changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.access import audit
from lms.access.actor import operator
from lms.assignments.models import MailAddress, MailMessage, RecommendationAnswer
from lms.cases.models import Case, CaseStep
from lms.core.db import Base
from lms.core.errors import Refused
from lms.credentials.models import IssuedCertificate
from lms.feedback.models import Comment, CommentStep
from lms.people import cli, forgetting_actions
from lms.people.auth import Door, open_session
from lms.people.models import Accommodation, Account, Notice, Official
from lms.portfolio import files
from lms.portfolio.models import Declaration, WorkFile
from tests.support.people import Cast

MARK = "Written-by-Tashi"
LEFT = timedelta(days=3 * 366)
DAY = date(2023, 1, 1)


def _words(database) -> dict[str, str]:
    """Everything that stands in each table but the audit log."""
    with database.reading() as session:
        return {table.name: repr(session.execute(select(table)).all()) for table in Base.metadata.sorted_tables if table.name != "audit_entry"}


def _traces(session, cast: Cast, key: str, now) -> None:
    """What an official leaves behind in every room."""
    who = cast.officials[key]
    titles = {"title_zh": MARK, "title_en": MARK}
    case = Case(ref="case", official_id=who, subject="result", subject_ref="a", title_zh="题", title_en="T", state="closed", opened_at=now, due_on=DAY)
    asked = {"subject": "lesson", "code": "C90-L1", "title_zh": "课", "title_en": "L", "kind": "hard", "state": "open", "opened_at": now, "due_on": DAY}
    comment = Comment(ref="comment", official_id=who, text=MARK, answer=MARK, **asked)
    shown = Comment(ref="shown", official_id=who, text="The link is dead", answer="Mended", shown=True, **asked)
    session.add_all([case, comment, shown])
    session.flush()
    paper = {"check_code": "c", "kind": "level", "name": MARK, "shows_name": True, "version": "1", "issuer_zh": "县", "issuer_en": "County"}
    session.add_all(
        [
            CaseStep(case_id=case.id, seq=1, kind="opened", by_official=True, text=MARK, at=now),
            CommentStep(comment_id=comment.id, seq=1, kind="made", text=MARK, due_on=DAY, at=now),
            IssuedCertificate(ref="paper", official_id=who, earned_on=DAY, issued_at=now, **paper, **titles),
            Accommodation(official_id=who, reason=MARK, granted_by="HR", granted_at=now),
            Notice(official_id=who, kind="x", facts={"reason": MARK}, at=now),
            MailAddress(official_id=who, address=MARK, wanted=True, at=now),
            MailMessage(official_id=who, day=DAY, address=MARK, subject=MARK, body=MARK, state="sent", at=now),
            RecommendationAnswer(official_id=who, kind="lesson", code="C90-L1", accepted=False, words=MARK, at=now),
            Declaration(official_id=who, competency="NET-1", level=2, declared_at=now),
            WorkFile(official_id=who, place=1, name=MARK, kind="pdf", size=1, sha256="0" * 64, stored_as=f"{key}.pdf", added_at=now),
        ]
    )
    open_session(session, account=session.get_one(Account, cast.accounts[key]), door=Door("127.0.0.1"), now=now)


@pytest.fixture
def gone(app, database, cast: Cast, now):
    """Zhaxi left three years and some days ago, and Meng yesterday."""
    with database.writing() as session:
        _traces(session, cast, "zhaxi", now)
        for key, ago in (("zhaxi", LEFT), ("meng", timedelta(days=1))):
            person = session.get_one(Official, cast.officials[key])
            person.active, person.deactivated_at = False, now - ago
    (files.folder() / "zhaxi.pdf").write_bytes(b"%PDF")
    return cast


def test_nothing_tells_who_a_forgotten_person_was(database, gone: Cast, now):
    assert sum(MARK in text for text in _words(database).values()) == 10
    with database.writing() as session:
        found = forgetting_actions.due(session, left_by=forgetting_actions.latest(now.date()), now=now)
        assert [one.staff_no for one in found] == ["YX000001"]
        forgetting_actions.forget(session, actor=operator(), people=found, now=now)
    words = _words(database)
    assert {name for name, text in words.items() if MARK in text or "YX000001" in text or "'扎西'" in text} == set()
    assert "The link is dead" in words["learner_comment"]
    assert not (files.folder() / "zhaxi.pdf").exists()
    with database.reading() as session:
        account = session.get_one(Account, gone.accounts["zhaxi"])
        assert (account.active, account.password_hash, account.login) == (False, None, account.ref)
        assert session.get_one(Official, gone.officials["meng"]).name != forgetting_actions.NOBODY
        assert audit.entries_about(session, gone.officials["zhaxi"])[0].action == "person_forgotten"
        assert forgetting_actions.due(session, left_by=DAY, now=now) == []


def test_before_three_years_nobody_is_forgotten(database, gone: Cast, now):
    with database.reading() as session, pytest.raises(Refused, match="2023-11-23"):
        forgetting_actions.due(session, left_by=date(2023, 11, 24), now=now)
    assert forgetting_actions.latest(date(2028, 2, 29)) == date(2025, 2, 28)


def test_the_command_names_whom_it_would_reach_and_acts_only_when_told(app, database, gone: Cast, monkeypatch):
    monkeypatch.setattr("lms.app.create_app", lambda: app)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    before = _words(database)
    said = CliRunner().invoke(cli.people, ["forget"])
    assert said.exit_code == 0 and "YX000001, left on" in said.output and "Nothing was changed" in said.output
    assert _words(database) == before
    said = CliRunner().invoke(cli.people, ["forget", "--apply"])
    assert said.exit_code == 0 and "Forgotten: 1" in said.output
    assert "Forgotten: 0" in CliRunner().invoke(cli.people, ["forget", "--apply"]).output
