"""Everything held about a person is in their record, by construction; nothing of anybody else, and no secret."""

from __future__ import annotations

import csv
import io
import json
import zipfile

from lms.access import audit
from lms.access.audit import Action
from lms.assessments.models import Attempt, AttemptStep
from lms.operations import record
from lms.operations.record import Subject
from lms.people import own_account
from tests.support.banks import sample_bank
from tests.support.people import actor_of, browser_of


def test_every_table_about_people_has_a_title_and_no_title_is_left_over():
    assert {table.name for table in record.personal_tables()} == set(record.TITLES)


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
