"""Everything held about a person is in their record, by construction; nothing of anybody else, and no secret."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import select

from lms.access import audit
from lms.access.actor import operator
from lms.access.audit import Action
from lms.assessments.models import Attempt, AttemptStep
from lms.authoring.models import CourseDraft, DraftFile, FileConflict, FileEdit
from lms.core.db import Base
from lms.interop.models import BankImport, ImportPicture
from lms.operations import record
from lms.operations.record import Subject
from lms.partners.models import Invitation, InvitationCode
from lms.people import own_account
from lms.people.models import Partner
from lms.reviewing.models import CommentAnswer, LineComment, Review, Reviewer, ReviewRound, ReviewVerdict
from lms.web.privacy import HOLDINGS
from tests.support.banks import sample_bank
from tests.support.people import actor_of, browser_of


def test_every_table_about_people_has_a_title_and_no_title_is_left_over():
    assert {table.name for table in record.personal_tables()} == set(record.TITLES)


def test_the_privacy_notice_speaks_of_every_table_about_people_once():
    told = [name for holding in HOLDINGS for name in holding.tables]
    assert sorted(told) == sorted(table.name for table in record.personal_tables())


def test_shared_tables_are_not_personal():
    assert {table.name for table in record.personal_tables()}.isdisjoint({"unit", "course", "item", "snapshot_cell", "leaf_rollup", "target"})


def unpack(answer) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}


def test_the_page_shows_the_staff_record_and_who_looked(app, cast, database, now):
    hr = actor_of(database, cast, "hr")
    with database.writing() as session:
        audit.record(session, actor=hr, action=Action.RECORD_READ, subject="YX000001", official_id=cast.officials["zhaxi"], now=now)
    mine = browser_of(app, cast, "zhaxi").get("/me/record").text
    assert all(word in mine for word in ("YX000001", "扎西", "County service centre", "Counter clerk", "人事", "opened the record"))
    assert "人事" not in browser_of(app, cast, "meng").get("/me/record").text


def test_what_no_account_did_is_told_without_internal_names(app, cast, database, now):
    with database.writing() as session:
        for name in ("operator", "course gains", "Tashi"):
            audit.record(session, actor=operator(name), action=Action.RECORD_READ, subject="YX000001", official_id=cast.officials["zhaxi"], now=now)
    mine = browser_of(app, cast, "zhaxi").get("/me/record").text
    assert all(word in mine for word in (">somebody at the server<", ">the platform itself<", ">Tashi<"))
    assert ">operator<" not in mine and "course gains" not in mine


def test_who_is_on_no_roster_has_a_record_too(app, cast):
    page = browser_of(app, cast, "auditor").get("/me/record")
    assert page.status_code == 200
    assert "Signed-in devices" in page.text


def test_the_export_holds_the_same_as_json_and_csv(app, cast):
    files = unpack(browser_of(app, cast, "zhaxi").get("/me/record.zip"))
    held = json.loads(files["record.json"])["held"]
    assert set(files) - {"record.json"} == {f"{name}.csv" for name in held}
    assert held["official"][0] | {"created_at": ""} == {
        "ref": cast.refs["zhaxi"], "staff_no": "YX000001", "name": "扎西", "unit": "513399101", "position": "P01", "grade": "", "birth_month": "",
        "phone": "10000000000", "joined_on": None, "retires_on": None, "active": True, "created_at": "", "deactivated_at": None,
    }  # fmt: skip
    assert next(csv.DictReader(io.StringIO(files["official.csv"])))["staff_no"] == "YX000001"


def test_taking_the_export_is_logged(app, cast, database):
    browser_of(app, cast, "zhaxi").get("/me/record.zip")
    with database.reading() as session:
        newest = audit.entries_about(session, cast.officials["zhaxi"], limit=1)[0]
        assert (newest.action, newest.actor) == ("record_exported", "扎西")


def test_no_hash_token_or_inner_key_leaves(app, cast, database, now):
    with database.writing() as session:
        own_account.end_session(session, session_id=0, now=now)
    text = json.dumps([json.loads(text) for name, text in unpack(browser_of(app, cast, "zhaxi").get("/me/record.zip")).items() if name == "record.json"])
    assert all(word not in text for word in ("password_hash", "token_hash", "code_hash", "official_id", "account_id", "$argon2"))


def test_steps_of_an_attempt_belong_to_who_took_it(cast, database, now):
    with database.writing() as session:
        bank = sample_bank(session, now)
        for key in ("zhaxi", "meng"):
            where = {"assessment_id": bank.assessment_id, "bank_id": bank.id, "purpose": "evidence", "form": [], "seed": "s"}
            attempt = Attempt(ref=f"a-{key}", official_id=cast.officials[key], started_at=now, **where)
            session.add(attempt)
            session.flush()
            session.add(AttemptStep(attempt_id=attempt.id, seq=1, kind="answered", place=1, answer={"chosen": key}, token="t", at=now))
    with database.reading() as session:
        steps = record.rows(session, Subject(cast.officials["zhaxi"], cast.accounts["zhaxi"], "YX000001"), "attempt_step")
        assert [(step["attempt"], step["answer"]) for step in steps] == [("a-zhaxi", {"chosen": "zhaxi"})]
        assert "token" not in steps[0]


@pytest.fixture
def review(cast, database, now) -> dict[str, Subject]:
    """A draft with a bank that an author and somebody else write; a reviewer commented on it and was answered. The two as subjects."""
    author, reader = cast.accounts["author"], cast.accounts["auditor"]
    with database.writing() as session:

        def add(row):
            session.add(row)
            session.flush()
            return row.id

        titles = {"slug": "trial", "code": "T1", "title_zh": "试", "title_en": "Trial"}
        draft = add(CourseDraft(ref="d-1", state="in_review", created_by=author, created_at=now, changed_at=now, **titles))
        file = add(DraftFile(draft_id=draft, path="bank.yaml", number=2, removed=False))
        for number, who in ((1, author), (2, None)):
            add(FileEdit(file_id=file, number=number, parent=0, kind="write", text="key: B", hash="h", account_id=who, author="x", at=now))
        add(FileConflict(ref="f-1", file_id=file, base=1, theirs=2, text="key: C", account_id=author, author="作者", at=now))
        taken = {"found": 1, "carried": 1, "lossy": 0, "left": 0, "outcome": {"rows": ["key: D"]}, "taken": {}}
        bank = add(BankImport(ref="i-1", draft_id=draft, account_id=author, by="作者", filename="q.gift", format="gift", why="", state="open", at=now, **taken))
        add(ImportPicture(import_id=bank, name="p.png", content=b"picture"))
        change = {"change": "minor", "change_zh": "", "change_en": ""}
        found = add(Review(ref="r-1", draft_id=draft, state="reading", round=1, opened_at=now, due_on=now.date(), **titles, **change))
        add(ReviewRound(review_id=found, number=1, account_id=author, submitted_by="作者", words="look", files={"bank.yaml": 1}, at=now))
        known = {"review_id": found, "partner_id": None, "capacity": "expert", "named_by": "管理员", "named_at": now, "due_on": now.date()}
        named = add(Reviewer(ref="v-1", account_id=reader, name="审计员", **known))
        add(ReviewVerdict(reviewer_id=named, round=1, verdict="accept", reasons="sound", at=now))
        lines = {"path": "bank.yaml", "edit": 1, "first_line": 1, "last_line": 1, "quote": "key: B", "weight": "must", "resolved_by": "作者"}
        comment = add(LineComment(ref="c-1", review_id=found, reviewer_id=named, round=1, name="审计员", text="why?", at=now, **lines))
        add(CommentAnswer(comment_id=comment, account_id=author, name="作者", text="because", at=now))
        invitation = {"name": "作者", "roles": ["author"], "state": "accepted", "invited_by": "管理员", "invited_at": now, "expires_at": now}
        partner = session.scalar(select(Partner.id))
        asked = add(Invitation(ref="n-1", partner_id=partner, inviter_account_id=cast.accounts["admin"], account_id=author, **invitation))
        add(InvitationCode(invitation_id=asked, code_hash="abc", made_by="管理员", made_at=now, expires_at=now))
    return {"author": Subject(None, author, "author"), "reader": Subject(None, reader, "auditor")}


def held_of(database, subject: Subject) -> dict[str, list[dict]]:
    with database.reading() as session:
        return {part.name: record.rows(session, subject, part.name) for part in record.parts(session, subject)}


def test_an_author_and_a_reviewer_each_hold_their_own_part_of_a_review(database, review):
    author, reader = held_of(database, review["author"]), held_of(database, review["reader"])
    new = {"file_edit", "file_conflict", "bank_import", "review_round", "review_answer", "partner_invitation"}
    assert {name for name in author if name.startswith(("review", "file", "bank", "partner"))} == new
    assert {name for name in reader if name.startswith(("review", "file", "bank", "partner"))} == {"reviewer", "review_verdict", "review_comment"}
    assert [(row["file"], row["number"]) for row in author["file_edit"]] == [("bank.yaml", 1)]
    assert [(row["comment"], row["text"]) for row in author["review_answer"]] == [("c-1", "because")]
    assert [(row["review"], row["text"]) for row in reader["review_comment"]] == [("r-1", "why?")]
    assert [(row["reviewer"], row["verdict"]) for row in reader["review_verdict"]] == [("v-1", "accept")]


def test_nothing_of_others_no_key_of_a_bank_and_no_code_stands_in_either(database, review):
    author, reader = (json.dumps(held_of(database, review[key]), ensure_ascii=False, default=str) for key in ("author", "reader"))
    assert all(word not in author for word in ("key:", "sound", "why?", "审计员", "abc", "picture", "inviter_account"))
    assert all(word not in reader for word in ("key:", "because", "作者", "管理员", "look"))


def test_who_has_no_staff_record_owns_no_row_that_belongs_to_nobody(app, cast, database, now):
    with database.writing() as session:
        audit.record(session, actor=actor_of(database, cast, "hr"), action=Action.RECORD_READ, subject="secret-of-others", now=now)
    for key in ("auditor", "author"):
        assert "secret-of-others" not in "".join(unpack(browser_of(app, cast, key).get("/me/record.zip")).values())
    with database.reading() as session:
        assert [part.name for part in record.parts(session, Subject(None, None, "nobody"))] == []


def test_what_is_left_out_is_there_and_what_is_withheld_too():
    tables = Base.metadata.tables
    assert set(record.LEFT_OUT) <= set(tables) and set(record.LEFT_OUT).isdisjoint(record.TITLES)
    assert all(columns <= set(tables[name].c.keys()) for name, columns in record.WITHHELD.items())
