"""The auditor reads, filters, verifies and exports the log; nobody else may."""

from __future__ import annotations

import csv
import io

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from lms.access import audit
from lms.access.actor import operator
from lms.access.audit import Action, Event
from lms.access.models import AuditEntry
from lms.cli import lms
from tests.support.people import browser_of


@pytest.fixture
def entries(database, now):
    """Sixty entries about a village, after a first one about a grant."""
    with database.writing() as session:
        audit.record(session, actor=operator("setup"), action=Action.ROLE_GRANTED, subject="root", now=now, role="administrator")
        audit.record_many(session, actor=operator("roster"), now=now, events=[Event(Action.PERSON_ADDED, f"=V{n:03}") for n in range(60)])


@pytest.mark.parametrize("key", ["zhaxi", "hr", "head", "admin", "author"])
def test_only_an_auditor_reads_the_log(app, cast, key):
    browser = browser_of(app, cast, key)
    assert [browser.get(url).status_code for url in ("/admin/audit", "/admin/audit.csv")] == [403, 403]
    assert browser.post("/admin/audit/verify").status_code == 403


def test_entries_come_newest_first_and_page_by_page(app, cast, entries):
    browser = browser_of(app, cast, "auditor")
    first = browser.get("/admin/audit?action=person_added").text
    assert "=V059" in first and "=V010" in first and "=V009" not in first
    older = browser.get("/admin/audit?action=person_added&before=12").text
    assert "=V009" in older and "=V000" in older and "=V011" not in older


def test_filters_narrow_by_action_name_and_day(app, cast, entries):
    browser = browser_of(app, cast, "auditor")
    assert "V000" not in browser.get("/admin/audit?action=role_granted").text
    assert "V007" in browser.get("/admin/audit?text=V007").text
    assert "No entry fits." in browser.get("/admin/audit?text=V0%25").text
    assert "No entry fits." in browser.get("/admin/audit?until=2026-11-22").text
    assert "V059" in browser.get("/admin/audit?since=2026-11-23&until=2026-11-23&action=person_added").text


def test_reading_the_log_is_an_entry_too(app, cast, database, entries):
    browser_of(app, cast, "auditor").get("/admin/audit?text=V007")
    with database.reading() as session:
        last = session.get_one(AuditEntry, 63)
        assert (last.action, last.actor, last.subject) == ("audit_read", "审计员", "text=V007")


def test_the_chain_is_verified_on_the_page(app, cast, database, entries):
    browser = browser_of(app, cast, "auditor")
    assert "The chain is whole." in browser.post("/admin/audit/verify").text
    with database.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seq == 5).values(actor="somebody else"))
    assert "broken at entry 5" in browser.post("/admin/audit/verify").text


def test_the_export_holds_the_chain_in_order_and_no_live_formula(app, cast, entries):
    answer = browser_of(app, cast, "auditor").get("/admin/audit.csv?action=person_added")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["seq"] for row in rows] == [str(n) for n in range(2, 62)]
    assert all(after["prev_hash"] == before["hash"] for before, after in zip(rows, rows[1:], strict=False))
    assert not rows[0]["subject"].startswith("=")


def test_the_command_says_whole_or_names_the_broken_entry(app, database, entries, monkeypatch):
    monkeypatch.setattr("lms.app.create_app", lambda: app)
    assert CliRunner().invoke(lms, ["audit", "verify"]).output == "The audit log is whole: 61 entries.\n"
    with database.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seq == 7).values(detail='{"a": 1}'))
    broken = CliRunner().invoke(lms, ["audit", "verify"])
    assert (broken.exit_code, broken.output) == (1, "The audit log is broken at entry 7: its content was changed.\n")
