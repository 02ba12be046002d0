"""A package becomes a revision once; its identity decides, and nothing is half-loaded."""

import re

import pytest
from sqlalchemy import func, select

from lms.access.actor import operator
from lms.access.models import AuditEntry
from lms.core.errors import Invalid, NotFound, Refused
from lms.courses import content, queries
from lms.courses.export import find_revision, write_package
from lms.courses.models import Course, CourseRevision, SearchTerm
from tests.courses.folder import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "content")


def load(database, now, *folders):
    with database.writing() as session:
        return [(loaded.new, loaded.revision.version) for loaded in content.load_folders(session, [f.path for f in folders], actor=operator(), now=now)]


def raise_version(folder, version="1.1.0"):
    folder.replace("course.yaml", 'version: "1.0.0"\nstatus', f'version: "{version}"\nstatus')
    folder.append("course.yaml", f'- {{version: "{version}", date: "2026-11-24", zh: 修订, en: Revised}}\n')


def test_loading_twice_changes_nothing(database, folder, now):
    assert load(database, now, folder) == [(True, "1.0.0")]
    folder.replace("course.yaml", "schema:", "# a remark\nschema:")
    assert load(database, now, folder) == [(False, "1.0.0")]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CourseRevision)) == 1


def test_lessons_are_found_by_the_competency_that_they_serve(database, folder, now):
    load(database, now, folder)
    with database.reading() as session:
        assert [code for code, _title in queries.lessons_serving(session, "NET-1")] == ["C90-L1", "C90-L2"]
        assert queries.lessons_serving(session, "GOV-4") == []


def test_same_version_with_other_content_is_refused_with_both_hashes(database, folder, now):
    load(database, now, folder)
    folder.replace("lessons/01-names.en.md", "for people", "for humans")
    with pytest.raises(Refused) as refusal:
        load(database, now, folder)
    with database.reading() as session:
        stored = session.scalar(select(CourseRevision.hash))
    loaded, offered = map(str, refusal.value.details)
    assert stored in loaded
    assert stored not in offered and re.search(r"\b[0-9a-f]{64}\b", offered)


def test_a_higher_version_becomes_the_current_revision(database, folder, now):
    load(database, now, folder)
    raise_version(folder)
    assert load(database, now, folder) == [(True, "1.1.0")]
    with database.reading() as session:
        assert queries.current_revision(session, "known-course").version == "1.1.0"
        assert [r.version for r in session.scalars(select(CourseRevision).order_by(CourseRevision.id))] == ["1.0.0", "1.1.0"]


def test_an_older_version_is_refused(database, folder, now):
    load(database, now, folder)
    raise_version(folder, "0.9.0")
    with pytest.raises(Refused):
        load(database, now, folder)


def test_one_faulty_package_holds_all_back(database, folder, tmp_path, now):
    other = Folder(tmp_path / "other")
    other.replace("lessons/02-certificates.zh.md", "# 证书", "# 印章")
    with pytest.raises(Invalid) as refusal:
        load(database, now, folder, other)
    assert [problem.what for problem in refusal.value.details] == ["The title '印章' differs from the front matter's '证书'"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Course)) == 0


def test_the_hash_is_in_the_audit_log(database, folder, now):
    load(database, now, folder)
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject) == ("course_loaded", "known-course 1.0.0")
        assert session.scalar(select(CourseRevision.hash)) in entry.detail


def test_what_is_written_back_is_the_same_package(database, folder, tmp_path, now):
    folder.show_picture(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    load(database, now, folder)
    with database.reading() as session:
        write_package(session, find_revision(session, "known-course", None), tmp_path / "out" / "courses" / "known-course")
    assert load(database, now, folder) == [(False, "1.0.0")]
    with database.writing() as session:
        again = content.load_folders(session, [tmp_path / "out" / "courses" / "known-course"], actor=operator(), now=now)
        assert [loaded.new for loaded in again] == [False]


def test_nothing_is_written_over_an_existing_folder(database, folder, now):
    load(database, now, folder)
    with database.reading() as session, pytest.raises(Refused):
        write_package(session, find_revision(session, "known-course", "1.0.0"), folder.path)


def test_an_unknown_version_is_not_found(database, folder, now):
    load(database, now, folder)
    with database.reading() as session, pytest.raises(NotFound):
        find_revision(session, "known-course", "7.0.0")


def test_lessons_are_rendered_with_addresses_that_work_below_any_path(database, folder, now):
    folder.append("lessons/01-names.zh.md", "\n见[下一课](C90-L2)。\n")
    folder.show_picture(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    load(database, now, folder)
    with database.reading() as session:
        html = queries.contents(session, queries.current_revision(session, "known-course").ref).texts["01-names", "zh"].html
    assert '<a href="02-certificates">下一课</a>' in html
    assert '<img alt="图" loading="lazy" src="assets/' in html
    assert "<h1" not in html and '<h2 id="s1">怎样解析</h2>' in html


@pytest.mark.parametrize(("query", "found"), [
    ("域名", ["C90-L1", "C90-L2"]),  # the course's title counts for all its lessons, the lesson's own for more
    ("小锁", ["C90-L2"]),
    ("padlock", ["C90-L2"]),
    ("PAD", ["C90-L2"]),
    ("锁", ["C90-L2"]),
    ("解析 地址", ["C90-L1"]),
    ("小锁 地址", []),
    ("100%", []),
    ("_", []),
    ("", []),
])
def test_search(database, folder, now, query, found):
    load(database, now, folder)
    with database.reading() as session:
        assert [hit.code for hit in queries.search(session, query)] == found


def test_search_knows_the_current_revision_only(database, folder, now):
    load(database, now, folder)
    raise_version(folder)
    folder.replace("lessons/02-certificates.zh.md", "小锁说明什么", "锁头说明什么")
    for _ in range(2):
        folder.replace("lessons/02-certificates.zh.md", "小锁保护传输", "锁头保护传输")
    load(database, now, folder)
    with database.reading() as session:
        assert queries.search(session, "小锁") == []
        revisions = select(func.count(func.distinct(SearchTerm.lesson_id)))
        assert session.scalar(revisions) == 2
