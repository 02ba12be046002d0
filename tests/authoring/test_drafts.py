"""Drafts: files come back as they went in, saves are merged or kept as conflicts, and nothing that was sent is lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lms.authoring import actions, lesson_actions, queries
from lms.authoring.enums import DraftState, EditKind, Outcome
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.framework import content_root
from lms.courses import content
from lms.courses import queries as courses
from lms.people.models import Partner
from tests.support.people import actor_of

ROOT = Path(__file__).parents[2]
LESSON = "lessons/01-first-lesson.zh.md"


@pytest.fixture
def author(database, cast):
    return actor_of(database, cast, "author")


@pytest.fixture
def draft(database, cast, author, now):
    """A new draft of the partner's author."""
    with database.writing() as session:
        partner = session.get_one(Partner, cast.partner_id)
        return actions.create_draft(
            session, actor=author, now=now, partner=partner, code="C50", slug="water-and-data", title_zh="水与数据", title_en="Water and data"
        )


def text_of(session, draft, path=LESSON):
    return queries.file_now(session, draft.id, path)


def test_a_new_draft_has_one_lesson_in_both_languages_a_head_and_a_bank(database, draft, author):
    with database.reading() as session:
        found = queries.find(session, draft.ref, actor=author)
        assert (found.code, found.slug, found.title_zh, found.title_en, found.state) == ("C50", "water-and-data", "水与数据", "Water and data", "draft")
        paths = list(queries.files(session, draft.id))
        assert paths == ["bank.yaml", "course.yaml", "lessons/01-first-lesson.en.md", LESSON]


def test_a_draft_whose_head_cannot_be_read_has_a_name_all_the_same(database, cast, author, now):
    heads = {"slug: [a\n": None, "slug: wells\n": "wells", "slug: wells\ntitle: {en: Wells}\n": "Wells"}
    with database.writing() as session:
        partner = session.get_one(Partner, cast.partner_id)
        for head, name in heads.items():
            made = actions.draft_from_files(session, actor=author, now=now, partner=partner, files={"course.yaml": head.encode()})
            assert {made.zh, made.en} == {name or made.ref}


def test_two_changes_in_different_places_are_put_together_and_both_texts_stay(database, draft, author, now):
    with database.writing() as session:
        draft = queries.find(session, draft.ref, actor=author)
        start = text_of(session, draft)
        first = start.text.replace("## 情境\n", "## 情境\n\n井水变浑了。\n")
        second = start.text.replace("## 小结\n", "## 小结\n\n先取样，再下结论。\n")
        common = {"actor": author, "now": now, "draft": draft, "path": LESSON, "base": start.number}
        assert actions.save(session, text=first, **common).outcome is Outcome.SAVED
        merged = actions.save(session, text=second.replace("\n", "\r\n"), **common)
        assert merged.outcome is Outcome.MERGED
        assert "井水变浑了。" in merged.text and "先取样，再下结论。" in merged.text
        row = queries.file_row(session, draft.id, LESSON)
        assert [(edit.number, edit.kind, edit.parent) for edit in queries.edits(session, row.id)] == [
            (1, EditKind.CREATED, 0), (2, EditKind.SAVED, 1), (3, EditKind.SIDE, 1), (4, EditKind.MERGED, 2),
        ]  # fmt: skip
        assert queries.at(session, row.id, 3).text == second and merged.number == row.number == 4


def test_a_clash_is_kept_until_its_author_has_decided(database, draft, author, now):
    with database.writing() as session:
        draft = queries.find(session, draft.ref, actor=author)
        start = text_of(session, draft)
        common = {"actor": author, "now": now, "draft": draft, "path": LESSON, "base": start.number}
        theirs = start.text.replace("第一课", "井")
        mine = start.text.replace("第一课", "河")
        actions.save(session, text=theirs, **common)
        saved = actions.save(session, text=mine, **common)
        assert (saved.outcome, saved.number, saved.text) == (Outcome.CONFLICT, 2, theirs)
        kept = queries.conflict(session, draft.id, saved.conflict_ref)
        assert (kept.text, kept.base, kept.theirs) == (mine, 1, 2)
        assert actions.save(session, text=mine, **common).conflict_ref == kept.ref
        settled = actions.resolve(session, actor=author, now=now, draft=draft, conflict=kept, text=mine, base=saved.number)
        assert (settled.outcome, settled.number, kept.resolved_number) == (Outcome.SAVED, 3, 3)
        assert text_of(session, draft).text == mine and not queries.open_conflicts(session, draft.id)
        with pytest.raises(Conflict):
            actions.resolve(session, actor=author, now=now, draft=draft, conflict=kept, text=theirs, base=3)


def test_all_courses_come_back_byte_for_byte(database, cast, author, now):
    with database.writing() as session:
        partner = session.get_one(Partner, cast.partner_id)
        heads = sorted((ROOT / "courses").glob("*/course.yaml"))
        assert len(heads) == 16
        for head in heads:
            files = {path.relative_to(head.parent).as_posix(): path.read_bytes() for path in head.parent.rglob("*.*") if path.name != ".gitkeep"}
            files["bank.yaml"] = (ROOT / "assessments" / f"{head.parent.name}.yaml").read_bytes()
            draft = actions.draft_from_files(session, actor=author, now=now, partner=partner, files=files)
            assert draft.slug == head.parent.name
            session.expire_all()
            assert queries.package_bytes(session, draft.id) == files


def test_another_partners_draft_does_not_exist_for_an_author(database, cast, draft, now):
    from lms.core.ids import new_ref

    with database.writing() as session:
        other = Partner(ref=new_ref(), code="U02", name_zh="别的大学", name_en="Other University", kind="university", created_at=now)
        session.add(other)
        session.flush()
        draft = session.merge(draft)
        draft.partner_id = other.id
    with database.reading() as session, pytest.raises(NotFound):
        queries.find(session, draft.ref, actor=actor_of(database, cast, "author"))


def test_what_is_in_review_is_not_edited(database, draft, author, now):
    with database.writing() as session:
        draft = queries.find(session, draft.ref, actor=author)
        actions.set_state(session, actor=author, now=now, draft=draft, state=DraftState.IN_REVIEW)
        with pytest.raises(Conflict):
            actions.save(session, actor=author, now=now, draft=draft, path=LESSON, text="x", base=1)


def test_strange_files_are_refused_by_name(database, cast, author, now, english):
    with database.writing() as session:
        files = {"../x": b"", "course.yaml": b"\xff", "lessons/01-a.zh.md": b"ok"}
        with pytest.raises(Invalid) as refused:
            actions.draft_from_files(session, actor=author, now=now, partner=session.get_one(Partner, cast.partner_id), files=files)
        assert refused.value.details == ["../x: not part of a course package", "course.yaml: not a text file in UTF-8"]
        with pytest.raises(Forbidden):
            actions.draft_from_files(session, actor=author, now=now, partner=None, files={"course.yaml": b"schema: course/1\n"})


def test_two_who_save_at_the_same_moment_get_numbers_one_after_the_other(app, database, draft, author, now):
    with database.reading() as session:
        start = text_of(session, draft).text

    def save(n):
        with app.app_context(), database.writing() as session:
            found = queries.find(session, draft.ref, actor=author)
            lines = start.splitlines(keepends=True)
            text = "".join([*lines[:-1], f"{n}\n", lines[-1]])
            return actions.save(session, actor=author, now=now, draft=found, path=LESSON, text=text, base=1).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(save, range(8)))
    assert sorted(outcomes) == [Outcome.CONFLICT] * 7 + [Outcome.SAVED]
    with database.reading() as session:
        row = queries.file_row(session, draft.id, LESSON)
        assert [edit.number for edit in queries.edits(session, row.id)] == [1, 2]
        kept = queries.conflicts(session, draft.id)
        assert len(kept) == 7 and len([one for one, _ in kept if one.resolved_at is None]) == 1


def test_a_released_course_keeps_its_lessons_in_their_places(database, cast, author, now):
    with database.writing() as session:
        list(content.load(session, now))
    with database.writing() as session:
        revision = courses.current_revision(session, "internet-and-governance")
        partner = session.get_one(Partner, cast.partner_id)
        draft = actions.draft_from_revision(session, actor=author, now=now, revision=revision, partner=partner)
        folder = content_root() / "courses" / "internet-and-governance"
        known = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*") if path.name != ".gitkeep"}
        mine = queries.package_bytes(session, draft.id)
        assert {path: data for path, data in mine.items() if path != "bank.yaml"} == known
        stems = [line.file for line in lesson_actions.lines_of(session, draft)]
        with pytest.raises(Conflict):
            lesson_actions.arrange(session, actor=author, now=now, draft=draft, stems=stems[::-1])
        lesson_actions.arrange(session, actor=author, now=now, draft=draft, stems=stems[:-1])
        assert lesson_actions.tidy(session, actor=author, now=now, draft=draft) == 0
