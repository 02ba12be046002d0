"""Lessons side by side: the same ones for a seed, section beside section, pictures where a reader finds them."""

import pytest
from click.testing import CliRunner

from lms.cli import lms
from lms.courses.reading import read_draft
from lms.courses.samples import pairs_of, pick, rows, sections, side_by_side
from tests.courses.folder import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def pairs(folder):
    folder.show_picture(b"<svg/>")
    return pairs_of(read_draft(folder.path), "../../courses/known-course")


def test_a_seed_picks_the_same_lessons(pairs):
    assert [pair.zh.stem for pair in pick(pairs, seed=7, count=5)] == ["01-names", "02-certificates"]
    assert pick(pairs, seed=7, count=1) == pick(list(reversed(pairs)), seed=7, count=1)
    assert {pick(pairs, seed=seed, count=1)[0].zh.stem for seed in range(20)} == {"01-names", "02-certificates"}


def test_section_stands_beside_section(pairs):
    lines = list(side_by_side(pairs[0]))
    assert lines[0] == "## C90-L1 · `known-course/01-names`"
    assert lines.count("<tr><td>") == 2
    assert lines.index("**怎样解析**") < lines.index("</td><td>", lines.index("**怎样解析**")) < lines.index("**How they resolve**")
    assert lines[lines.index("**怎样解析**") + 1] == ""
    assert "![图](../../courses/known-course/assets/map.svg)" in lines


def test_headings_inside_code_divide_nothing():
    assert sections("# One\n```\n# no\n```\n\n## Two\ntext") == ["# One\n```\n# no\n```", "## Two\ntext"]


def test_a_section_too_many_stands_beside_nothing():
    assert rows(["a", "b"], ["A"]) == [("a", "A"), ("b", "")]


def test_a_lesson_in_one_language_is_no_pair(folder):
    (folder.path / "lessons/01-names.en.md").unlink()
    assert [pair.zh.stem for pair in pairs_of(read_draft(folder.path), "x")] == ["02-certificates"]


def test_the_command(folder):
    result = CliRunner().invoke(lms, ["courses", "samples", "--seed", "7", "--count", "1", "--root", str(folder.root)])
    assert result.exit_code == 0
    assert result.output.count("## C90-L") == 1 and "| English" not in result.output
