"""Every course of the project through the database, a draft, its release, and back: not a byte differs but those a release writes."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from lms.access.actor import operator
from lms.assessments import content as banks
from lms.assessments import source_queries
from lms.authoring import actions as drafts
from lms.authoring import queries
from lms.courses import content
from lms.courses.canonical import COURSE_KEYS, format_lesson, format_yaml
from lms.courses.export import find_revision, write_package
from lms.courses.models import Course
from lms.courses.source_queries import package_files
from lms.people.models import Partner
from tests.reviewing.conftest import SLUG, files

PROJECT = Path(__file__).resolve().parents[2]


def read(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".gitkeep"}


def package(slug: str) -> dict[str, bytes]:
    return read(PROJECT / "courses" / slug) | {"bank.yaml": (PROJECT / "assessments" / f"{slug}.yaml").read_bytes()}


def test_all_courses_come_back_byte_for_byte_from_the_database_and_from_drafts(world, monkeypatch, tmp_path):
    monkeypatch.setenv("LMS_CONTENT", str(PROJECT))
    with world.database.writing() as session:
        list(banks.load(session, world.now))
        list(content.load(session, world.now))
        partner = session.get_one(Partner, world.cast.partner_id)
        courses = session.scalars(select(Course).order_by(Course.code)).all()
        assert len(courses) == 16
        for course in courses:
            wanted = package(course.slug)
            write_package(session, find_revision(session, course.slug, None), tmp_path / course.slug)
            assert read(tmp_path / course.slug) | {"bank.yaml": source_queries.bank_file(session, course.slug)} == wanted, course.slug
            known = {"actor": operator(), "now": world.now, "partner": partner}
            begun = drafts.draft_from_revision(session, revision=course.current, **known)
            sent = drafts.draft_from_files(session, files=wanted, **known)
            for draft in (begun, sent):
                assert queries.package_bytes(session, draft.id) == wanted, course.slug


def test_the_courses_are_in_canonical_form():
    for head in (PROJECT / "courses").glob("*/course.yaml"):
        assert format_yaml(head.read_text("utf-8"), COURSE_KEYS) == head.read_text("utf-8"), head
        assert all(format_lesson(path.read_text("utf-8")) == path.read_text("utf-8") for path in head.parent.glob("lessons/*.md")), head


def test_a_released_draft_comes_back_with_nothing_but_its_release(world, draft):
    world.released(draft)
    with world.database.reading() as session:
        course = session.scalars(select(Course)).one()
        back = package_files(session, course.current) | {"bank.yaml": source_queries.bank_file(session, SLUG)}
        made = queries.package_bytes(session, queries.by_ref(session, draft).id)
    sent = files()
    assert made == back
    assert {path for path in sent if sent[path] != back[path]} == {"course.yaml"}
    before, after = (one["course.yaml"].decode().splitlines() for one in (sent, back))
    lost, new = [line for line in before if line not in after], [line for line in after if line not in before]
    assert [line.partition(":")[0] for line in lost] == ["status", "reviewers"]
    assert [line.partition(":")[0] for line in new] == ["status", "reviewers", "- {name", "- {name"]
