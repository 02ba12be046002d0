"""Whatever is saved, in whatever order, on whatever version: every text that was sent can be read again, and numbers have no gaps."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.authoring import actions, queries
from lms.authoring.enums import EditKind, Outcome
from lms.authoring.models import FileConflict
from lms.core.db import Base
from tests.conftest import NOW

LESSON = "lessons/01-first-lesson.zh.md"
TABLES = ("partner", "course", "course_revision", "course_draft", "draft_file", "file_edit", "file_conflict", "audit_entry")
LINES = st.lists(st.sampled_from(["甲\n", "乙\n", "丙\n", "\n", "丁"]), max_size=6).map("".join)
STEP = st.tuples(st.sampled_from(["save", "save", "autosave", "settle", "restore", "remove"]), st.integers(0, 1), st.integers(0, 12), LINES)
AUTHORS = [replace(operator("甲作者"), account_id=1), replace(operator("乙作者"), account_id=2)]


@settings(max_examples=60)
@given(st.lists(STEP, max_size=14))
def test_every_text_sent_stays_readable_and_versions_are_numbered_without_gaps(usual_application, steps):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=[Base.metadata.tables[name] for name in TABLES])
    with usual_application.app_context(), Session(engine) as session:
        draft = actions.create_draft(session, actor=AUTHORS[0], now=NOW, partner=None, code="C50", slug="wells", title_zh="井", title_en="Wells")
        sent = [queries.file_now(session, draft.id, LESSON).text]
        for n, step in enumerate(steps):
            sent += _take(session, draft, step, NOW + timedelta(minutes=n))
        row = queries.file_row(session, draft.id, LESSON)
        kept = queries.edits(session, row.id)
        assert [edit.number for edit in kept] == list(range(1, row.number + 1))
        assert all(edit.parent < edit.number for edit in kept)
        conflicts = session.scalars(select(FileConflict)).all()
        assert set(sent) <= {edit.text for edit in kept} | {one.text for one in conflicts} | {""}  # an empty text on nothing is nothing
        assert len([one for one in conflicts if one.resolved_at is None]) <= len(AUTHORS)
        now = queries.at(session, row.id, row.number)
        assert row.removed == (now.text is None) == (now.kind == EditKind.REMOVED)


def _take(session, draft, step, now):
    """Do one step; answers the texts that were sent with it."""
    what, who, number, text = step
    common = {"session": session, "actor": AUTHORS[who], "now": now, "draft": draft}
    row = queries.file_row(session, draft.id, LESSON)
    if what == "settle":
        kept = next(iter(queries.open_conflicts(session, draft.id)), None)
        if kept is None:
            return []
        saved = actions.resolve(conflict=kept, text=text, base=min(number, row.number), **common)
        assert (saved.outcome is Outcome.CONFLICT) == (kept.resolved_number is None)
        return [text]
    if what == "restore":
        edit = queries.at(session, row.id, min(max(number, 1), row.number))
        if edit.kind != EditKind.REMOVED:
            actions.restore(path=LESSON, number=edit.number, **common)
        return []
    if what == "remove":
        if not row.removed:
            actions.remove_file(path=LESSON, **common)
        return []
    saved = actions.save(path=LESSON, text=text, base=number, kind=EditKind.SAVED if what == "save" else EditKind.AUTOSAVE, **common)
    if saved.outcome is Outcome.SAVED:
        assert saved.text == text and saved.own == saved.number
    return [text]
