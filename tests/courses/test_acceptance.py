"""An unreviewed course gives evidence only by a recorded decision (course format, rule 9)."""

import pytest
from sqlalchemy import select

from lms.access.actor import operator
from lms.access.models import AuditEntry
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.courses import actions, content, queries
from tests.courses.folder import Folder
from tests.support.people import actor_of, browser_of

REASON = "The county school has read it; the pilot needs it."


@pytest.fixture
def revision(database, tmp_path, now):
    with database.writing() as session:
        (loaded,) = content.load_folders(session, [Folder(tmp_path / "content").path], actor=operator(), now=now)
        return loaded.revision


def accept(database, revision, actor, now, reason=REASON):
    with database.writing() as session:
        found = queries.current_revision(session, "known-course")
        actions.accept_for_evidence(session, revision=found, reason=reason, actor=actor, now=now)


def counts(database, revision, *, sample=False):
    with database.reading() as session:
        return queries.gives_evidence(session, revision.id, sample=sample)


def test_an_unreviewed_revision_counts_in_a_sample_or_once_accepted(database, cast, revision, now):
    assert (counts(database, revision), counts(database, revision, sample=True)) == (False, True)
    accept(database, revision, actor_of(database, cast, "admin"), now)
    assert counts(database, revision)


def test_the_decision_is_recorded_with_its_reason(database, cast, revision, now):
    accept(database, revision, actor_of(database, cast, "admin"), now)
    with database.reading() as session:
        acceptance = queries.acceptance_of(session, revision.id)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
    assert (acceptance.reason, acceptance.accepted_by, acceptance.accepted_at) == (REASON, "管理员", now)
    assert (entry.action, entry.subject) == ("course_accepted", "known-course 1.0.0")
    assert REASON in entry.detail and revision.hash in entry.detail


@pytest.mark.parametrize("who", ["hr", "author", "auditor", "zhaxi"])
def test_nobody_else_decides(database, cast, revision, now, who):
    with pytest.raises(Forbidden):
        accept(database, revision, actor_of(database, cast, who), now)
    assert not counts(database, revision)


def test_a_reason_must_say_something(database, cast, revision, now):
    with pytest.raises(Invalid):
        accept(database, revision, actor_of(database, cast, "admin"), now, reason="  ok      ")


def test_once_decided_is_decided(database, cast, revision, now):
    accept(database, revision, actor_of(database, cast, "admin"), now)
    with pytest.raises(Conflict):
        accept(database, revision, actor_of(database, cast, "admin"), now)


def test_the_next_revision_is_decided_anew(database, cast, revision, tmp_path, now):
    accept(database, revision, actor_of(database, cast, "admin"), now)
    folder = Folder(tmp_path / "second")
    folder.replace("course.yaml", 'version: "1.0.0"\nstatus', 'version: "1.1.0"\nstatus')
    folder.append("course.yaml", '- {version: "1.1.0", date: "2026-11-24", zh: 修订, en: Revised}\n')
    with database.writing() as session:
        (loaded,) = content.load_folders(session, [folder.path], actor=operator(), now=now)
    assert (counts(database, revision), counts(database, loaded.revision)) == (True, False)


def test_the_administrator_decides_on_a_page(app, database, cast, revision, now):
    browser = browser_of(app, cast, "admin")
    page = browser.get("/admin/courses").get_data(as_text=True)
    assert "/admin/courses/known-course/accept" in page
    assert browser.post("/admin/courses/known-course/accept", data={"reason": "short"}).status_code == 422
    assert browser.post("/admin/courses/known-course/accept", data={"reason": REASON}).status_code == 302
    assert counts(database, revision)
    assert REASON in browser.get("/admin/courses/known-course/accept").get_data(as_text=True)


@pytest.mark.parametrize(("who", "status"), [("zhaxi", 403), ("hr", 403), ("author", 403), (None, (302, 401))])
def test_the_page_is_the_administrators(app, cast, revision, who, status):
    browser = browser_of(app, cast, who) if who else app.test_client()
    assert browser.get("/admin/courses").status_code in (status if isinstance(status, tuple) else (status,))
