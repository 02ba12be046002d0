"""A package's identity is its content; formatting keeps the content and is done once."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.core.framework import content_root
from lms.courses.canonical import COURSE_KEYS, format_lesson, format_markdown, format_yaml
from lms.courses.package import content_hash
from tests.courses.folder import COURSE, LESSONS, Folder


def identity(folder: Folder) -> str:
    report = folder.check()
    assert report.errors == ()
    return content_hash(report.package)


def test_comments_order_of_keys_and_line_ends_change_nothing(tmp_path):
    folder = Folder(tmp_path)
    before = identity(folder)
    folder.write("course.yaml", COURSE.replace("hours: 2\n", "").replace("schema:", "# a remark\nhours: 2   # two\nschema:").replace("\n", "\r\n"))
    folder.replace("lessons/01-names.zh.md", "\n## 怎样", "\n\n\n##   怎样")
    assert identity(folder) == before


def test_everything_a_learner_sees_changes_it(tmp_path):
    folder = Folder(tmp_path)
    seen = {identity(folder)}
    folder.replace("lessons/01-names.en.md", "for people", "for humans")
    seen.add(identity(folder))
    folder.replace("course.yaml", "en: All staff", "en: All officials")
    seen.add(identity(folder))
    folder.show_picture(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    seen.add(identity(folder))
    folder.write("assets/map.svg", b'<svg xmlns="http://www.w3.org/2000/svg" />')
    seen.add(identity(folder))
    assert len(seen) == 5


def test_the_first_course_is_in_canonical_form():
    folder = content_root() / "courses" / "internet-and-governance"
    text = (folder / "course.yaml").read_text(encoding="utf-8")
    assert format_yaml(text, COURSE_KEYS) == text
    assert [p.name for p in sorted(folder.glob("lessons/*.md")) if format_lesson(p.read_text(encoding="utf-8")) != p.read_text(encoding="utf-8")] == []


def test_formatting_sorts_keys_and_keeps_comments():
    assert format_yaml("# the hours\nhours: 2\n\nschema: course/1   \nmoves:\n- {c: NET-1}\n", COURSE_KEYS) == (
        "schema: course/1\n# the hours\nhours: 2\nmoves:\n- {c: NET-1}\n"
    )


def test_formatting_leaves_a_broken_file_to_its_author():
    assert format_yaml("slug: x\nschema: [", COURSE_KEYS) == "slug: x\nschema: [\n"


@pytest.mark.parametrize(("written", "kept"), [("# C# ##", "# C#"), ("# C#", "# C#"), ("# a # #", "# a"), ("#题目#", "# 题目#"), ("## ##", "## ##")])
def test_only_the_signs_that_close_a_heading_go(written, kept):
    assert format_markdown(written) == f"{kept}\n"


def test_markdown_is_tidied_outside_code():
    text = "#  题目 ##\n正文  \n下一行\n\n\n\n* 甲\n+ 乙\n```\n* x  \n\n\n#no\n```\n"
    assert format_markdown(text) == "# 题目\n\n正文  \n下一行\n\n- 甲\n- 乙\n```\n* x  \n\n\n#no\n```\n"


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from(list("# *+-`~\n\t 甲a\r|")), max_size=60))
@example("```\n# x\n~~~\n```\n# y")
@example("#`#\t#")
def test_formatting_twice_changes_nothing(text):
    once = format_markdown(text)
    assert format_markdown(once) == once
    assert format_lesson(format_lesson(text)) == format_lesson(text)


@settings(max_examples=100)
@given(st.permutations(COURSE.rstrip("\n").split("\n")))
def test_formatting_yaml_twice_changes_nothing_even_in_a_shuffled_file(lines):
    once = format_yaml("\n".join(lines), COURSE_KEYS)
    assert format_yaml(once, COURSE_KEYS) == once


def test_a_lesson_keeps_its_values():
    for text in LESSONS.values():
        assert format_lesson(text) == text
