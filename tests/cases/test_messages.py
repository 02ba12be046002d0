"""Both sides write in an appeal; what was said is shown in order, kept, part of the official's record, and nobody else's."""

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.cases.models import CaseStep
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.people.models import Notice


def said(desk):
    with desk.database.reading() as session:
        return [tuple(row) for row in session.execute(select(CaseStep.kind, CaseStep.by_official, CaseStep.by, CaseStep.text).order_by(CaseStep.seq))]


def test_messages_of_both_sides_stand_in_order_and_are_told(desk):
    ref = desk.appeal()
    desk.write(ref, "The line was down from 9.")
    desk.take_up(ref)
    desk.reply(ref, "Which room was it?")
    desk.write(ref, "Room 203.")
    assert said(desk) == [
        ("opened", True, "", "The line was down."),
        ("message", True, "", "The line was down from 9."),
        ("taken_up", False, "人事", ""),
        ("message", False, "人事", "Which room was it?"),
        ("message", True, "", "Room 203."),
    ]
    mine = desk.browser("zhaxi").get(f"/me/appeals/{ref}").text
    assert mine.index("The line was down from 9.") < mine.index("Which room was it?") < mine.index("Room 203.")
    assert "A message about your appeal" in desk.browser("zhaxi").get("/me/notices").text
    with desk.database.reading() as session:
        logged = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == ref).order_by(AuditEntry.seq)).all()
    assert logged.count("appeal_message") == 3


def test_on_the_pages_both_write_and_an_empty_message_is_asked_again(desk):
    ref = desk.appeal(1)
    mine, admin = desk.browser("zhaxi"), desk.browser("admin")
    assert mine.post(f"/me/appeals/{ref}/messages", data={"text": " "}).status_code == 422
    assert admin.post(f"/cases/{ref}/messages", data={"text": ""}).status_code == 422
    assert "Your message is added" in mine.post(f"/me/appeals/{ref}/messages", data={"text": "Option b says the same."}, follow_redirects=True).text
    page = admin.post(f"/cases/{ref}/messages", data={"text": "Where does it say so?"}, follow_redirects=True).text
    assert "Option b says the same." in page and "Where does it say so?" in page and "扎西" not in page


def test_nobody_else_writes_and_nothing_is_added_once_it_is_closed(desk):
    ref = desk.appeal()
    for key in ("hr_neighbour", "admin", "head"):
        with pytest.raises(Forbidden):
            desk.reply(ref, "x", key=key)
    with pytest.raises(NotFound):
        desk.write(ref, "x", key="meng")
    with pytest.raises(Invalid):
        desk.write(ref, "x" * 4001)
    desk.withdraw(ref)
    for later in (desk.write, desk.reply):
        with pytest.raises(Conflict):
            later(ref, "x")
    assert "Add the message" not in desk.browser("zhaxi").get(f"/me/appeals/{ref}").text
    assert "closed" in desk.browser("zhaxi").post(f"/me/appeals/{ref}/messages", data={"text": "x"}, follow_redirects=True).text


def test_whoever_took_it_up_is_told_of_a_message_where_they_are_officials(desk):
    desk.make_hr("sun")
    ref = desk.appeal()
    desk.take_up(ref, key="sun")
    desk.write(ref, "Room 203.")
    with desk.database.reading() as session:
        told = session.execute(select(Notice.official_id, Notice.kind).order_by(Notice.id)).all()
    assert [tuple(row) for row in told] == [(desk.cast.officials["zhaxi"], "appeal_taken_up"), (desk.cast.officials["sun"], "appeal_message_to_owner")]
    sun = desk.browser("sun")
    assert "A message in an appeal that you answer for" in sun.get("/me/notices").text
    with desk.database.reading() as session:
        notice = session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()
    assert sun.post(f"/me/notices/{notice}/read").location == f"/cases/{ref}"


def test_the_record_one_takes_along_holds_every_step(desk):
    ref = desk.appeal()
    desk.reply(ref, "Which room was it?")
    mine = desk.browser("zhaxi")
    file = zipfile.ZipFile(io.BytesIO(mine.get("/me/record.zip").data))
    held = json.loads(file.read("record.json"))["held"]
    assert [(one["kind"], one["text"]) for one in held["appeal_step"]] == [("opened", "The line was down."), ("message", "Which room was it?")]
    assert held["appeal"][0]["ref"] == ref and "owner_account_id" not in held["appeal"][0]
