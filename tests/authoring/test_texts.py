"""Merging, comparing and folding: the pure parts of authoring."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.authoring import course_lessons as lessons
from lms.authoring import differences
from lms.authoring.blank import new_package
from lms.authoring.history import Version, sittings
from lms.authoring.merging import merge, parts
from lms.authoring.yaml_text import Unreadable

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "", "e"]), max_size=8).map("".join)
ROOT = Path(__file__).parents[2]


@given(TEXTS, TEXTS, TEXTS)
def test_a_merge_holds_both_changes_or_is_none(base, mine, theirs):
    cut = list(parts(base, mine, theirs))
    assert "".join(line for part in cut for line in part.base) == base
    merged = merge(base, mine, theirs)
    assert merged == merge(base, theirs, mine)
    if merged is None:
        assert any(part.clash for part in cut)
    assert merge(base, mine, base) == mine and merge(base, base, theirs) == theirs and merge(base, mine, mine) == mine


@given(TEXTS, st.integers(0, 8), st.integers(0, 8))
def test_lines_put_into_different_places_are_both_kept(base, here, there):
    lines = ["x\n", *base.replace("e", "e\n").splitlines(keepends=True), "y\n"]
    here, there = sorted((min(here, len(lines) - 1), min(there, len(lines) - 1)))
    mine = "".join([*lines[:here], "M\n", *lines[here:]])
    theirs = "".join([*lines[: there + 1], "T\n", *lines[there + 1 :]])
    merged = merge("".join(lines), mine, theirs)
    assert merged is not None and merged.count("M\n") == merged.count("T\n") == 1
    assert merged.replace("M\n", "").replace("T\n", "") == "".join(lines)


def test_changes_that_touch_are_a_clash():
    assert merge("a\nb\n", "a\nx\n", "y\nb\n") is None
    assert merge("a\n-\nb\n", "a\n-\nx\n", "y\n-\nb\n") == "y\n-\nx\n"


@given(TEXTS, TEXTS)
def test_a_comparison_shows_every_line_of_both(old, new):
    found = differences.rows(old, new, context=None)
    assert [("".join(p.text for p in row.left)) for row in found if row.left_line] == old.splitlines()
    assert [("".join(p.text for p in row.right)) for row in found if row.right_line] == new.splitlines()
    assert (old.splitlines() != new.splitlines()) == any(row.kind != "same" for row in found)
    folded = differences.rows(old, new)
    assert sum(row.skipped or 1 for row in folded) == (len(found) if old.splitlines() != new.splitlines() else 0)


def test_words_and_characters_that_differ_are_marked():
    (row,) = differences.rows("井水变浑了 today", "井水变清了 today")
    assert [(p.text, p.marked) for p in row.left] == [("井水变", False), ("浑", True), ("了 today", False)]
    assert [(p.text, p.marked) for p in row.right] == [("井水变", False), ("清", True), ("了 today", False)]


def test_autosaves_of_one_sitting_are_one_line():
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    one = Version("a", 1, 0, "created", "扎西", 1, start)
    saves = [replace(one, number=n, kind="autosave", at=start + timedelta(minutes=n)) for n in (2, 3, 4)]
    other = replace(one, number=5, kind="autosave", author="孟旺", account_id=2, at=start + timedelta(minutes=5))
    late = replace(other, number=6, at=start + timedelta(hours=2))
    found = sittings([one, *saves, other, late])
    assert [(sitting.first, sitting.last.number, sitting.count) for sitting in found] == [(6, 6, 1), (5, 5, 1), (2, 4, 3), (1, 1, 1)]


def test_lessons_are_added_moved_and_taken_out_with_all_that_names_them():
    files = new_package(code="C50", slug="wells", title_zh="井", title_en="Wells", today=date(2026, 11, 23))
    changed = lessons.added(files, name="the-well", title_zh="井", title_en="The well", today=date(2026, 11, 23))
    assert sorted(changed) == ["course.yaml", "lessons/02-the-well.en.md", "lessons/02-the-well.zh.md"]
    files |= changed
    assert files["course.yaml"].count("hours: 2\n") == 1
    files["lessons/02-the-well.en.md"] += "\nSee [before](C50-L1).\n"
    moved = lessons.arranged(files, ["02-the-well", "01-first-lesson"])
    assert [(line.id, line.file) for line in lessons.lines(moved["course.yaml"])] == [("C50-L1", "02-the-well"), ("C50-L2", "01-first-lesson")]
    assert "id: C50-L1\n" in moved["lessons/02-the-well.en.md"] and "(C50-L2)" in moved["lessons/02-the-well.en.md"]
    assert sorted(moved) == sorted([*(path for path in files if path.startswith("lessons/")), "course.yaml"])
    files |= moved
    back = lessons.arranged(files, ["01-first-lesson", "02-the-well"])
    left = lessons.arranged(files | back, ["01-first-lesson"])
    assert "hours: 1\n" in left["course.yaml"] and list(left) == ["course.yaml"]
    with pytest.raises(Unreadable):
        lessons.added(files, name="Böses", title_zh="a", title_en="a", today=date(2026, 11, 23))


def test_the_list_of_a_course_of_ours_keeps_its_comments():
    course = (ROOT / "courses" / "account-security" / "course.yaml").read_text(encoding="utf-8")
    assert lessons.with_hours(course, "01-people-first", 1) == course
    changed = lessons.with_hours(course, "01-people-first", 2)
    expected = course.replace("{id: C02-L1, file: 01-people-first, hours: 1}", "{id: C02-L1, file: 01-people-first, hours: 2}")
    assert changed == expected.replace("\nhours: 4\n", "\nhours: 5\n")
