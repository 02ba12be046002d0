"""What was loaded comes back byte for byte; what was released here is not overwritten by files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from lms.access.actor import operator
from lms.assessments import content as banks
from lms.assessments import source_queries
from lms.assessments.models import Assessment, BankRevision
from lms.core.framework import content_root
from lms.courses import content
from lms.courses.models import Course, CourseRevision, CourseSource
from lms.courses.release_text import Entry, ReviewedBy, next_version, released
from lms.courses.source_queries import package_files
from tests.courses.folder import COURSE, TODAY, Folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".gitkeep"}


def test_what_an_older_installation_did_not_keep_is_filled_by_loading_again(database, tmp_path, now):
    folder = Folder(tmp_path / "content")
    folder.show_picture(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    load = lambda session: content.load_folders(session, [folder.path], actor=operator(), now=now)  # noqa: E731
    with database.writing() as session:
        revision = load(session)[0].revision
        session.execute(delete(CourseSource))
        written = package_files(session, revision)
        assert sorted(written) == sorted(files(folder.path)) and written["course.yaml"] != files(folder.path)["course.yaml"]
    folder.replace("course.yaml", "schema:", "# a remark\nschema:")
    with database.writing() as session:
        (again,) = load(session)
        assert (again.new, package_files(session, again.revision)) == (False, files(folder.path))


def set_up(database, now) -> list[str]:
    with database.writing() as session:
        return [*banks.load(session, now), *content.load(session, now)]


SLUG = "internet-and-governance"
QUESTION = "What does the domain name system (DNS) do?"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A content folder of one's own: (course.yaml, bank)."""
    root = tmp_path / "content"
    shutil.copytree(content_root(), root)
    monkeypatch.setenv("LMS_CONTENT", str(root))
    return root / "courses" / SLUG / "course.yaml", root / "assessments" / f"{SLUG}.yaml"


def versioned(head: str, version: str, words: str) -> str:
    """The head of a course with a new version; nobody has reviewed it."""
    entry = Entry(version, TODAY, words, words)
    return released(head, reviewers=[], entry=entry).replace("status: released", "status: draft")


def asked(bank: str, version: int, question: str) -> str:
    """The bank with another first question."""
    return bank.replace("version: 1\n", f"version: {version}\n", 1).replace(QUESTION, question, 1)


def test_setup_leaves_alone_what_was_released_here(database, own, now, english):
    """Version 1.1.0 of course and bank was released here; the files are older, say otherwise, and are newer at last."""
    head, bank = own
    old_head, old_bank = head.read_text(), bank.read_text()
    set_up(database, now)
    head.write_text(versioned(old_head, "1.1.0", "Ours"))
    bank.write_text(asked(old_bank, 2, "What is the DNS for?"))
    set_up(database, now)
    with database.writing() as session:  # as a release leaves it
        session.scalars(select(CourseRevision).where(CourseRevision.version == "1.1.0")).one().review_ref = "r"
        live = session.scalars(select(BankRevision).join(Assessment, Assessment.current_bank_id == BankRevision.id)).one()
        live.review_ref, live.course_version = "r", "1.1.0"

    head.write_text(old_head)
    bank.write_text(old_bank)
    assert set_up(database, now)[:2] == [
        f"assessment {SLUG}: left alone, the bank released here with version 1.1.0 of its course is live",
        f"course {SLUG} 1.0.0: left alone, 1.1.0 is live",
    ]
    head.write_text(versioned(old_head, "1.1.0", "Theirs"))
    assert set_up(database, now)[1].startswith(f"course {SLUG} 1.1.0: left alone, {SLUG} 1.1.0 is live (")
    head.write_text(versioned(old_head, "1.2.0", "Theirs"))
    bank.write_text(asked(old_bank, 2, "What is a domain name?"))
    said = set_up(database, now)
    assert said[0].startswith(f"assessment {SLUG}: left alone, the file can't follow the bank released here: C01-Q01 ")
    assert said[1].startswith(f"course {SLUG} 1.2.0: loaded")
    bank.write_text(asked(old_bank, 3, "What is a domain name?"))
    assert set_up(database, now)[0] == f"assessment {SLUG}: 18 items, loaded"
    with database.reading() as session:
        assert session.scalars(select(Course)).one().current.version == "1.2.0"
        assert source_queries.bank_file(session, SLUG) == bank.read_bytes()


def test_a_release_touches_four_places_of_the_head_and_no_other_byte():
    reviewers = [ReviewedBy("王: \"主任\"", "practitioner", TODAY, ("某企业", "A company"))]
    after = released(COURSE, reviewers=reviewers, entry=Entry("1.1.0", TODAY, "改,正", "Mended: all"))
    kept = [line for line in COURSE.splitlines() if not line.startswith(("version:", "status:", "reviewers:"))]
    assert [line for line in after.splitlines() if line in kept] == kept
    assert [line for line in after.splitlines() if line not in kept] == [
        'version: "1.1.0"', "status: released", "reviewers:",
        '- {name: "王: \\"主任\\"", org: {zh: "某企业", en: "A company"}, role: practitioner, date: "2026-11-23"}',
        '- {version: "1.1.0", date: "2026-11-23", zh: "改,正", en: "Mended: all"}',
    ]  # fmt: skip
    assert released(after, reviewers=reviewers, entry=Entry("1.1.0", TODAY, "改,正", "Mended: all")) == after


@pytest.mark.parametrize(("live", "written", "change", "version"), [
    (None, "0.1.0", "major", "0.1.0"),
    ("1.4.2", "1.4.2", "patch", "1.4.3"),
    ("1.4.2", "1.4.2", "minor", "1.5.0"),
    ("1.4.2", "1.4.2", "major", "2.0.0"),
    ("1.4.2", "1.6.0", "patch", "1.6.0"),
    ("1.4.2", "1.3.0", "patch", "1.4.3"),
])  # fmt: skip
def test_numbers_of_versions(live, written, change, version):
    assert next_version(live, written, change) == version
