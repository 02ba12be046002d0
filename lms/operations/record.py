"""Everything held about one person, found through the tables themselves, so that a new table can't be forgotten.

A row is a person's if it points to their official or account, or to a row that is (an attempt's steps). Secrets (hashes,
tokens) and inner keys stay inside; keys of shared things are given as the codes that people know.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, ColumnElement, Table, false, func, select
from sqlalchemy.orm import Session

from lms import models
from lms.core import sheets
from lms.core.db import Base

TITLES: Mapping[str, LazyString] = {
    "official": _l("Staff record"),
    "account": _l("Account"),
    "role_grant": _l("Roles granted"),
    "activation_code": _l("One-time codes handed out"),
    "sign_in_session": _l("Signed-in devices"),
    "known_device": _l("Devices known from earlier"),
    "sign_in_failure": _l("Failed tries to sign in"),
    "roster_import": _l("Files you imported"),
    "job": _l("Long tasks you started"),
    "evidence_acceptance": _l("Courses you accepted for evidence"),
    "audit_entry": _l("Who looked at or changed your record"),
    "enrolment": _l("Courses begun"),
    "lesson_done": _l("Lessons done"),
    "completion": _l("Courses completed, with class hours"),
    "attempt": _l("Quizzes taken"),
    "attempt_step": _l("Steps of quizzes: every saved answer"),
    "response": _l("Answers that count, with their marks"),
    "proficiency": _l("Estimates of your skills"),
    "state_change": _l("Changes of state"),
    "notice": _l("Notices sent to you"),
    "accommodation": _l("Accommodations in quizzes"),
    "retake_permission": _l("Leave to take a quiz again early"),
    "placement_sitting": _l("Placements taken"),
    "placement_step": _l("Steps of placements: every saved answer"),
    "submission": _l("Work handed in"),
    "work_file": _l("Files of work handed in"),
    "judgement": _l("Results of work handed in"),
    "certificate": _l("Certificates recognised"),
    "declaration": _l("Levels you declared yourself"),
    "attendance_row": _l("Organised training you took part in"),
    "hours_standing": _l("Your class hours by year"),
    "hours_stale": _l("Class hours waiting to be worked out"),
    "remark": _l("Answers marked anew after a correction"),
    "correction_effect": _l("What corrections changed for you"),
    "appeal": _l("Appeals"),
    "appeal_step": _l("Steps of appeals"),
    "learner_comment": _l("Your comments on lessons and questions"),
    "learner_comment_step": _l("What happened to your comments"),
    "mark": _l("Marks you gave"),
    "marking_conflict": _l("Conflicts of interest you declared"),
    "panel_seat": _l("Panels you sat on"),
    "correction": _l("Corrections you began"),
    "attendance_import": _l("Lists of attendance you imported"),
    "issued_certificate": _l("Certificates issued to you"),
    "report": _l("Reports you had made"),
    "report_schedule": _l("Schedules of reports you set up"),
    "dual_standing": _l("Your standing in both strands, as of last night"),
    "strong_level": _l("Competencies in which you have proven level 3 or above"),
    "decision": _l("Decisions you recorded"),
    "decision_person": _l("Decisions that considered a transfer of yours"),
    "yearly_plan": _l("Yearly plans you wrote"),
    "yearly_goal": _l("Goals of yearly plans you wrote"),
    "yearly_step": _l("Steps of yearly plans you wrote"),
    "assignment": _l("Assignments to you"),
    "assignment_reason": _l("Reasons of your assignments"),
    "assignment_step": _l("Steps of your assignments"),
    "assignment_reminder": _l("Reminders given to you"),
    "time_request": _l("Requests for more time"),
    "mail_address": _l("Where reminders are mailed to you"),
    "mail_message": _l("Mails to you"),
    "post_arrival": _l("When you came to a post"),
    "recommendation_answer": _l("Your answers to recommendations"),
    "target_version": _l("Targets set for you yourself"),
    "target_line": _l("Levels of targets set for you"),
    "target_signature": _l("Targets you signed"),
    "plan": _l("Training plans you made"),
    "plan_item": _l("Courses that training plans have for you"),
    "training_order_person": _l("Training orders on whose list you are"),
    "touched": _l("Changes that tonight's figures take up"),
    "account_notice": _l("Notices to your account"),
    "partner_invitation": _l("Invitations you accepted"),
    "file_edit": _l("Versions of course files you wrote"),
    "file_conflict": _l("Texts of yours that could not be merged"),
    "bank_import": _l("Files of questions you imported"),
    "review_round": _l("Courses you submitted for review"),
    "reviewer": _l("Reviews you were named for"),
    "review_comment": _l("Your comments in reviews"),
    "review_verdict": _l("Your findings in reviews"),
    "review_answer": _l("Your answers in reviews"),
    "fact_revision": _l("Versions of facts you wrote"),
    "fact_flag_step": _l("What you did about flagged lessons and questions"),
    "library_reuse": _l("Where you use what others share"),
}
"""Every table that holds rows about a person; a test compares this with the tables there are."""

LEFT_OUT: Mapping[str, str] = {
    "partner_invitation_code": "hashes of links, and who made them; the invitation itself is in the record",
    "bank_import_picture": "pictures of questions: the draft's, and gone when the import ends",
}
"""Tables below a person's rows that say nothing more about the person, each with the reason."""

WITHHELD: Mapping[str, frozenset[str]] = {
    # A file is written by several people and may be a bank with its keys; it is read on the draft's pages, by whoever still may.
    "file_edit": frozenset({"text", "content", "hash"}),
    "file_conflict": frozenset({"text"}),
    "bank_import": frozenset({"outcome"}),
    # The lines that were commented on are the authors'; who settled the comment, and who named a reviewer, is about somebody else.
    "review_comment": frozenset({"quote", "resolved_by"}),
    "reviewer": frozenset({"named_by"}),
    "partner_invitation": frozenset({"inviter_account_id"}),
}
"""Columns that stay inside although their row is the person's: work of others, keys of banks, names of others."""

CODES = {
    "unit": "code",
    "position": "code",
    "partner": "code",
    "course": "slug",
    "course_revision": "version",
    "assessment": "slug",
    "item": "code",
    "item_revision": "version",
    "attempt": "ref",
    "decision": "ref",
    "training_order": "ref",
    "course_draft": "ref",
    "draft_file": "path",
    "review": "ref",
    "reviewer": "ref",
    "review_comment": "ref",
    "fact": "code",
    "fact_flag": "ref",
    "library_entry": "ref",
}
OWNERS = ("official", "account")
INSIDE = {"id", "official_id", "account_id", "owner_account_id", "bank_id", "enrolment_id"}
SECRET_ENDINGS = ("_hash", "token", "seed")


@dataclass(frozen=True, slots=True)
class Subject:
    """The person: their ids (either may be missing) and login."""

    official_id: int | None
    account_id: int | None
    login: str


@dataclass(frozen=True, slots=True)
class Part:
    """One table's rows about the person: its name, its title, and how many rows there are."""

    name: str
    title: LazyString
    count: int


def personal_tables() -> list[Table]:
    """Tables with rows about a person, parents first."""
    assert models  # importing them is what fills the metadata
    return [table for table in Base.metadata.sorted_tables if _is_personal(table) and table.name not in LEFT_OUT]


def _is_personal(table: Table) -> bool:
    return table.name in (*OWNERS, "sign_in_failure") or bool({"official_id", "account_id"} & set(table.c.keys())) or bool(_parents(table))


def _parents(table: Table) -> list[tuple[Column[Any], Table]]:
    """Personal tables whose rows this table's rows belong to."""
    pairs = [(key.parent, key.column.table) for key in table.foreign_keys]
    return [(column, parent) for column, parent in pairs if parent.name not in OWNERS and parent is not table and _is_personal(parent)]


def _mine(table: Table, subject: Subject) -> ColumnElement[bool]:
    if table.name in OWNERS:
        return _is(table.c.id, subject.official_id if table.name == "official" else subject.account_id)
    if table.name == "sign_in_failure":
        return table.c.login == subject.login
    # About me first: an audit entry's account is who acted, which tells of others.
    for owner in ("official_id", "account_id"):
        if owner in table.c:
            return _is(table.c[owner], getattr(subject, owner))
    column, parent = _parents(table)[0]
    return column.in_(select(parent.c.id).where(_mine(parent, subject)))


def _is(column: Column[Any], owner: int | None) -> ColumnElement[bool]:
    """Whoever has no staff record (or no account) owns nothing through it; rows that belong to nobody are not theirs."""
    return false() if owner is None else column == owner


def parts(session: Session, subject: Subject) -> list[Part]:
    """What is held, table by table; only tables with rows."""
    counted = [(table, session.scalar(select(func.count()).select_from(table).where(_mine(table, subject))) or 0) for table in personal_tables()]
    return [Part(table.name, TITLES.get(table.name, table.name), count) for table, count in counted if count]


def rows(session: Session, subject: Subject, name: str, *, newest: int | None = None) -> list[dict[str, Any]]:
    """The rows about the person in table ``name``, oldest first; ``newest`` limits them to the last so many, newest first."""
    table = Base.metadata.tables[name]
    order = list(table.primary_key.columns)
    query = select(table).where(_mine(table, subject)).order_by(*(column.desc() for column in order) if newest else order).limit(newest)
    found = session.execute(query).mappings().all()
    known = {column.name: _codes(session, column, {row[column.name] for row in found}) for column in table.c if _code_of(column) is not None}
    return [dict(_shown(table, row, known)) for row in found]


def _code_of(column: Column[Any]) -> Column[Any] | None:
    for key in column.foreign_keys:
        if key.column.table.name in CODES:
            return key.column.table.c[CODES[key.column.table.name]]
    return None


def _codes(session: Session, column: Column[Any], ids: set[Any]) -> dict[Any, Any]:
    code = _code_of(column)
    ids = ids - {None}
    if code is None or not ids:
        return {}
    listed, found = sorted(ids), {}
    for start in range(0, len(listed), 500):
        found |= dict(session.execute(select(code.table.c.id, code).where(code.table.c.id.in_(listed[start : start + 500]))).all())
    return found


def _shown(table: Table, row: Mapping[str, Any], known: Mapping[str, Mapping[Any, Any]]) -> Iterator[tuple[str, Any]]:
    withheld = WITHHELD.get(table.name, frozenset())
    for column in table.c:
        if column.name in withheld:
            continue
        if column.name in known:
            yield column.name.removesuffix("_id"), known[column.name].get(row[column.name], "")
        elif column.name not in INSIDE and not column.name.endswith(SECRET_ENDINGS):
            yield column.name, row[column.name]


def archive(session: Session, subject: Subject, *, now: datetime) -> bytes:
    """A ZIP with everything: ``record.json``, and the same as one CSV a table."""
    held = {part.name: rows(session, subject, part.name) for part in parts(session, subject)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        whole = {"made_at": now.isoformat(), "held": held}
        packed.writestr("record.json", json.dumps(whole, ensure_ascii=False, indent=1, default=_plain))
        for name, found in held.items():
            packed.writestr(f"{name}.csv", sheets.write_csv([list(found[0]), *([_cell(value) for value in row.values()] for row in found)]))
    return file.getvalue()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return value if isinstance(value, int | float | str) else "" if value is None else _plain(value)
